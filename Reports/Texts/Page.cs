using System.Text;

namespace ApChaos.Reports.Texts;

/// <summary>A page of text: lines of at most so many columns, wrapped at spaces, LF.</summary>
/// <param name="columns">The columns.</param>
/// <param name="spelling">Applied to whatever is put onto the page, before it is wrapped; or null.</param>
internal sealed class Page(int columns = Page.Columns, Func<string, string>? spelling = null)
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
        Wrapped("", text);
        _lines.Add(new string('-', Math.Min(text.Length, columns)));
    }

    /// <summary>A line as it is.</summary>
    internal void Line(string text) => _lines.Add(Spelled(text).TrimEnd());

    /// <summary>A text that is wrapped; further lines are indented as far as the first one's text begins.</summary>
    /// <param name="label">What stands before the text, with its indentation and its gap.</param>
    /// <param name="text">The text, already plain.</param>
    /// <param name="mark">What stands at the end and is never broken, or nothing.</param>
    internal void Wrapped(string label, string text, string mark = "")
    {
        var indent = new string(' ', label.Length);
        var line = new StringBuilder(label);
        var empty = true;
        var words = Spelled(text).Split(' ').SelectMany(word => Pieces(word, columns - label.Length));
        foreach (var word in mark.Length == 0 ? words : words.Append(mark))
        {
            if (!empty && line.Length + 1 + word.Length > columns)
            {
                _lines.Add(line.ToString().TrimEnd());
                line.Clear().Append(indent);
                empty = true;
            }

            line.Append(empty ? "" : " ").Append(empty ? word.TrimStart() : word);
            empty = false;
        }

        _lines.Add(line.ToString().TrimEnd());
    }

    /// <summary>
    /// A command that a shell takes as it stands, broken by backslashes: between words, and inside of a word when it alone fits no line.
    /// </summary>
    /// <param name="label">What stands before it.</param>
    /// <param name="words">Program, verb and arguments; each is quoted here where a shell needs it.</param>
    internal void Command(string label, params IReadOnlyList<string> words)
    {
        var line = new StringBuilder(label);
        var empty = true;
        for (var at = 0; at < words.Count; at++)
        {
            // An option stays with its value where that is possible.
            var word = words[at];
            var width = PlainText.Argument(Spelled(word)).Length;
            if (word.StartsWith('-') && at + 1 < words.Count && PlainText.Argument(Spelled(words[at + 1])).Length + 1 is var more && width + more < columns - label.Length - 8)
            {
                width += more;
            }

            if (!empty && line.Length + 1 + width + 2 > columns)
            {
                _lines.Add(line.Append(" \\").ToString());
                line.Clear().Append(' ', label.Length + 4);
                empty = true;
            }

            line.Append(empty ? "" : " ");
            for (var rest = Spelled(word); rest.Length > 0 || empty; empty = false)
            {
                var take = rest.Length;
                while (take > 1 && line.Length + PlainText.Argument(rest[..take]).Length + 2 > columns)
                {
                    take--;
                }

                line.Append(PlainText.Argument(rest[..take]));
                rest = rest[take..];
                if (rest.Length > 0)
                {
                    // The shell joins what stands on both sides, because nothing stands between.
                    _lines.Add(line.Append('\\').ToString());
                    line.Clear();
                }
            }

            empty = false;
        }

        _lines.Add(line.ToString());
    }

    private string Spelled(string text) => spelling is null ? text : spelling(text);

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
