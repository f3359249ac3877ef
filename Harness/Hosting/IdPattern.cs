namespace ApChaos.Hosting;

/// <summary>Ids, and patterns over them: <c>*</c> is any text, <c>?</c> any one character, everything else itself.</summary>
internal static class IdPattern
{
    private const int LengthMax = 64;

    /// <summary>What an id looks like, for messages.</summary>
    internal const string Expected = "lower-case letters, digits, '-' and '.', at most 64 of them, a letter or digit at both ends";

    /// <summary>Whether a text may be an id: it is part of file names and is typed.</summary>
    internal static bool IsId(string text) =>
        text.Length is > 0 and <= LengthMax && IsWordCharacter(text[0]) && IsWordCharacter(text[^1])
        && text.All(c => IsWordCharacter(c) || c is '-' or '.');

    internal static bool IsPattern(string text) => text.AsSpan().IndexOfAny('*', '?') >= 0;

    internal static bool Matches(string pattern, string id)
    {
        // Linear: only the last star is ever tried again.
        var (p, i, star, mark) = (0, 0, -1, 0);
        while (i < id.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, mark) = (p++, i);
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == id[i]))
            {
                p++;
                i++;
            }
            else if (star >= 0)
            {
                (p, i) = (star + 1, ++mark);
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).TrimStart('*').IsEmpty;
    }

    private static bool IsWordCharacter(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
