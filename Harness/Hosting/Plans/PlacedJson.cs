using System.Text;
using System.Text.Json;

namespace ApChaos.Hosting;

/// <summary>A JSON value that knows its place. The documents of System.Text.Json forget theirs, and every error names a place.</summary>
/// <remarks>Comments and trailing commas are allowed, duplicate properties and deep nesting are not.</remarks>
internal sealed class PlacedJson
{
    private const int DepthMax = 32;
    private const int CharactersMax = 8 << 20;
    private const int WordsMax = 150;

    private PlacedJson(JsonTokenType kind, int line, int column) => (Kind, Line, Column) = (kind, line, column);

    /// <summary>StartObject, StartArray, String, Number, True, False or Null.</summary>
    internal JsonTokenType Kind { get; }

    internal int Line { get; }

    internal int Column { get; }

    /// <summary>The text of a string, or of a number as it is written.</summary>
    internal string Text { get; private set; } = "";

    /// <summary>The items of an array.</summary>
    internal List<PlacedJson> Items { get; } = [];

    /// <summary>The properties of an object, in their order; the place is the name's.</summary>
    internal List<(string Name, int Line, int Column, PlacedJson Value)> Properties { get; } = [];

    /// <summary>What it is, for messages.</summary>
    internal string Words => Kind switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => $"the text {InputText.Quote(Text)}",
        JsonTokenType.Number => $"the number {InputText.OneLine(Text.Length > 40 ? Text[..40] + "..." : Text)}",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => "null",
    };

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">The file, as messages name it, or null.</param>
    /// <param name="placeOfLine">Where a line of the text comes from; null when the text is what the user wrote.</param>
    internal static PlacedJson Parse(string text, string? file, Func<int, (int Line, int Column)>? placeOfLine = null)
    {
        if (text.Length > CharactersMax)
        {
            throw new InputException($"the text has {text.Length} characters; expected at most {CharactersMax}", file, 1, 1);
        }

        var bytes = Encoding.UTF8.GetBytes(text.StartsWith('\uFEFF') ? text[1..] : text);
        return new Walk(bytes, file, placeOfLine).Read();
    }

    private readonly ref struct Walk
    {
        private readonly byte[] _bytes;
        private readonly string? _file;
        private readonly Func<int, (int Line, int Column)>? _placeOfLine;
        private readonly List<int> _lines;

        internal Walk(byte[] bytes, string? file, Func<int, (int Line, int Column)>? placeOfLine)
        {
            _placeOfLine = placeOfLine;
            _bytes = bytes;
            _file = file;
            _lines = [0];
            for (var i = 0; i < bytes.Length; i++)
            {
                if (bytes[i] == (byte)'\n')
                {
                    _lines.Add(i + 1);
                }
            }
        }

        internal PlacedJson Read()
        {
            var reader = new Utf8JsonReader(
                _bytes,
                new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = DepthMax });
            try
            {
                reader.Read();
                var value = ReadValue(ref reader);
                reader.Read();
                return value;
            }
            catch (JsonException e)
            {
                var line = Math.Clamp((int)(e.LineNumber ?? 0), 0, _lines.Count - 1);
                var offset = (int)Math.Min(_bytes.Length, _lines[line] + (e.BytePositionInLine ?? 0));
                var words = Shortened(e.Message.Split(" LineNumber:")[0].Trim().TrimEnd('.'));
                throw Error($"malformed JSON: {words}; expected JSON (comments and trailing commas are allowed)", offset);
            }
        }

        /// <summary>The reader quotes what it took for a word, which may be the rest of the text.</summary>
        private static string Shortened(string words) => words.Length <= WordsMax ? words : $"{words[..(WordsMax / 3)]} ... {words[^(WordsMax / 2)..]}";

        private PlacedJson ReadValue(ref Utf8JsonReader reader)
        {
            var (line, column) = PlaceOf((int)reader.TokenStartIndex);
            var value = new PlacedJson(reader.TokenType, line, column);
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    ReadProperties(ref reader, value);
                    break;
                case JsonTokenType.StartArray:
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        value.Items.Add(ReadValue(ref reader));
                    }

                    break;
                case JsonTokenType.String:
                    value.Text = TextOf(ref reader);
                    break;
                case JsonTokenType.Number:
                    value.Text = Encoding.UTF8.GetString(reader.ValueSpan);
                    break;
                default:
                    break;
            }

            return value;
        }

        private void ReadProperties(ref Utf8JsonReader reader, PlacedJson value)
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var start = (int)reader.TokenStartIndex;
                var name = TextOf(ref reader);
                if (!names.Add(name))
                {
                    throw Error($"property {InputText.Quote(name)} is there twice; expected it once", start);
                }

                var (line, column) = PlaceOf(start);
                reader.Read();
                value.Properties.Add((name, line, column, ReadValue(ref reader)));
            }
        }

        private string TextOf(ref Utf8JsonReader reader)
        {
            try
            {
                return reader.GetString()!;
            }
            catch (InvalidOperationException)
            {
                throw Error("the text is not Unicode (half of a surrogate pair); expected valid text", (int)reader.TokenStartIndex);
            }
        }

        private InputException Error(string message, int offset)
        {
            var (line, column) = PlaceOf(offset);
            return new InputException(message, _file, line, column);
        }

        private (int Line, int Column) PlaceOf(int offset)
        {
            var index = _lines.BinarySearch(offset);
            var line = index >= 0 ? index : ~index - 1;
            return _placeOfLine is not null ? _placeOfLine(line + 1) : (line + 1, Encoding.UTF8.GetCharCount(_bytes, _lines[line], offset - _lines[line]) + 1);
        }
    }
}
