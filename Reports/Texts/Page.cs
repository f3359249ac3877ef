using System.Text;

namespace ApChaos.Reports.Texts;

/// <summary>A page of text: lines of at most so many columns, wrapped at spaces, LF.</summary>
internal sealed class Page(int columns = Page.Columns)
{
    /// <summary>What a mail stands.</summary>
    internal const int Columns = 100;

    private readonly List<string> _lines = [];

    /// <summary>The lines so far.</summary>
    internal IReadOnlyList<string> Lines => _lines;

    /// <summary>An empty line, unless there is one.</summary>
    internal void Gap()
    {
        if (_lines.Count > 0 && _lines[^1].Length > 0)
        {
            _lines.Add("");
        }
    }

    /// <summary>A heading with its rule.</summary>
    internal void Heading(string text)
    {
        Gap();
        _lines.Add(text);
        _lines.Add(new string('-', text.Length));
    }

    /// <summary>A line as it is.</summary>
    internal void Line(string text) => _lines.Add(text.TrimEnd());

    /// <summary>A text that is wrapped; further lines are indented as far as the first one's text begins.</summary>
    /// <param name="label">What stands before the text, with its indentation and its gap.</param>
    /// <param name="text">The text, already plain.</param>
    /// <param name="mark">What stands at the end and is never broken, or nothing.</param>
    internal void Wrapped(string label, string text, string mark = "")
    {
        var indent = new string(' ', label.Length);
        var line = new StringBuilder(label);
        var empty = true;
        var words = text.Split(' ').SelectMany(word => Pieces(word, columns - label.Length));
        foreach (var word in mark.Length == 0 ? words : words.Append(mark))
        {
            if (!empty && line.Length + 1 + word.Length > columns)
            {
                Line(line.ToString());
                line.Clear().Append(indent);
                empty = true;
            }

            line.Append(empty ? "" : " ").Append(empty ? word.TrimStart() : word);
            empty = false;
        }

        Line(line.ToString());
    }

    internal void Write(TextWriter writer)
    {
        foreach (var line in _lines)
        {
            writer.Write(line);
            writer.Write('\n');
        }
    }

    /// <summary>A word that fits no line is cut, so that nothing runs over the edge.</summary>
    private static IEnumerable<string> Pieces(string word, int width)
    {
        for (; word.Length > width; word = word[width..])
        {
            yield return word[..width];
        }

        yield return word;
    }
}
