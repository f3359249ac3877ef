using System.Globalization;
using System.Text;

namespace ApChaos.Reports.Texts;

/// <summary>
/// Text that may be printed anywhere: on a terminal, in a mail. Whatever a terminal could obey and whatever hides or reorders other
/// characters is shown as an escape.
/// </summary>
public static class PlainText
{
    /// <summary>One line of printable characters: control, format and combining characters, surrogates and what lies beyond 16 bits become \xNN or \u{NNNN}.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The line.</returns>
    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.All(c => c is >= ' ' and <= '~'))
        {
            return text ?? "";
        }

        var plain = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, index, out var rune))
            {
                plain.Append(CultureInfo.InvariantCulture, $"\\u{{{(int)text[index]:x4}}}");
                index++;
                continue;
            }

            index += rune.Utf16SequenceLength;
            if (Spell(rune.Value) is { } spelled)
            {
                plain.Append(spelled);
            }
            else if (IsPrintable(rune))
            {
                plain.Append(rune.ToString());
            }
            else
            {
                plain.Append(rune.Value <= 0xff
                    ? string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}")
                    : string.Create(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x4}}}"));
            }
        }

        return plain.ToString();
    }

    /// <summary>As <see cref="Of"/>, and nothing but ASCII.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The line.</returns>
    public static string Ascii(string? text)
    {
        var plain = Of(text);
        return plain.All(char.IsAscii)
            ? plain
            : string.Concat(plain.Select(c => char.IsAscii(c) ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{{{(int)c:x4}}}")));
    }

    /// <summary>At most so many characters; what is longer loses its middle.</summary>
    /// <param name="text">A plain text.</param>
    /// <param name="columns">How many, at least 8.</param>
    /// <returns>The text.</returns>
    public static string Short(string text, int columns)
    {
        if (text.Length <= columns)
        {
            return text;
        }

        var head = (columns - 3) / 2;
        var tail = columns - 3 - head;
        return $"{text[..head]}...{text[^tail..]}";
    }

    /// <summary>An argument of a command that a shell takes as one word.</summary>
    /// <param name="path">The argument.</param>
    /// <returns>The word, quoted where a shell needs it.</returns>
    public static string Argument(string path)
    {
        var plain = Of(path);
        return plain.Length > 0 && plain.All(c => char.IsAsciiLetterOrDigit(c) || "_./:@%+=,-#".Contains(c)) && plain[0] != '#'
            ? plain
            : $"'{plain.Replace("'", @"'\''")}'";
    }

    /// <summary>Typographic characters of our own texts, in ASCII.</summary>
    private static string? Spell(int character) => character switch
    {
        '\u00a7' => "section ",
        '\u00b5' or '\u03bc' => "u",
        '\u00d7' => "x",
        '\u2013' or '\u2014' => "-",
        '\u2018' or '\u2019' => "'",
        '\u201c' or '\u201d' => "\"",
        '\u2026' => "...",
        '\u2192' => "->",
        _ => null,
    };

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || (rune.IsBmp && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
        or UnicodeCategory.SpacingCombiningMark));
}
