using ApChaos.Reports.Texts;

namespace ApChaos.Reports.Html;

/// <summary>The texts of a page, each once; elsewhere their numbers stand for them.</summary>
internal sealed class TextTable
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];

    /// <summary>The texts in the order in which they came: plain, one line each.</summary>
    internal IReadOnlyList<string> All => _texts;

    /// <summary>Number of a text from anywhere; -1 for none.</summary>
    internal int NumberOf(string? text)
    {
        if (text is null)
        {
            return -1;
        }

        if (!_numbers.TryGetValue(text, out var number))
        {
            number = _texts.Count;
            _numbers.Add(text, number);
            _texts.Add(PlainText.Of(text));
        }

        return number;
    }
}
