using System.Globalization;
using System.Text;

namespace ApChaos.Hosting;

/// <summary>How messages show what a user wrote: quoted, on one line, never long, nothing that a terminal would obey.</summary>
internal static class InputText
{
    private const int QuotedMax = 60;
    private const int PathMax = 400;
    private const int LineMax = 2000;
    private const int NearestMax = 3;

    /// <summary>A text in quotes; control and formatting characters as \uXXXX, cut when it is long.</summary>
    internal static string Quote(string text) => Quote(text, QuotedMax);

    /// <summary>A path, or what has one in it, in quotes: cut later.</summary>
    internal static string QuotePath(string path) => Quote(path, PathMax);

    /// <summary>A text without line ends and control characters.</summary>
    internal static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        var isBroken = false;
        for (var i = 0; i < text.Length && i < LineMax; i++)
        {
            if (text[i] is '\r' or '\n' or '\t')
            {
                line.Append(isBroken ? "" : " ");
                isBroken = true;
            }
            else if (!isBroken || text[i] != ' ')
            {
                Append(line, text, i, escapeSpecial: false);
                isBroken = false;
            }
        }

        return line.ToString().Trim();
    }

    /// <summary>Ids as a list for "expected one of".</summary>
    internal static string List(IEnumerable<string> ids) => string.Join(", ", ids);

    /// <summary>Says that an id is unknown: what is near, and what there is.</summary>
    internal static string Unknown(string kind, string text, IReadOnlyCollection<string> ids)
    {
        var near = Nearest(text, ids);
        var hint = near.Count == 0 ? "" : $" (did you mean {string.Join(" or ", near)}?)";
        var what = IdPattern.IsPattern(text) ? $"no {kind} matches" : $"unknown {kind}";
        return $"{what} {Quote(text)}{hint}; expected {(ids.Count == 0 ? "none: there is none" : $"one of: {List(ids)}")}";
    }

    /// <summary>Ids that somebody may have meant, nearest first.</summary>
    internal static IReadOnlyList<string> Nearest(string text, IEnumerable<string> ids)
    {
        if (text.Length is 0 or > QuotedMax)
        {
            return [];
        }

        return
        [
            .. ids.Select(id => (Id: id, Distance: Distance(text, id)))
                .Where(near => near.Distance <= Math.Max(1, Math.Min(text.Length, near.Id.Length) / 4))
                .OrderBy(near => near.Distance).ThenBy(near => near.Id, StringComparer.Ordinal).Take(NearestMax).Select(near => near.Id),
        ];
    }

    private static string Quote(string text, int lengthMax)
    {
        var quoted = new StringBuilder("'");
        for (var i = 0; i < text.Length; i++)
        {
            if (i == lengthMax)
            {
                quoted.Append("...");
                break;
            }

            Append(quoted, text, i, escapeSpecial: true);
        }

        return quoted.Append('\'').ToString();
    }

    private static void Append(StringBuilder to, string text, int index, bool escapeSpecial)
    {
        var c = text[index];
        var category = char.GetUnicodeCategory(c);
        var isPaired = (char.IsHighSurrogate(c) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
            || (char.IsLowSurrogate(c) && index > 0 && char.IsHighSurrogate(text[index - 1]));
        var isSpecial = category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            || (category == UnicodeCategory.Surrogate && !isPaired)
            || (escapeSpecial && category == UnicodeCategory.SpaceSeparator && c != ' ');
        if (isSpecial)
        {
            to.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }
        else
        {
            to.Append(c);
        }
    }

    /// <summary>Levenshtein distance.</summary>
    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
