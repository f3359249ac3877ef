// What the words of a script build: JSON whose every property knows the place in the script that it came from. As text each property is
// a line of its own, "line:column<TAB>JSON"; without the places, the lines are the JSON.

using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ApChaos.Scripts;

/// <summary>A word whose place in the script is set after it was evaluated; see <see cref="ScriptFuel.At"/>.</summary>
internal interface IPlaced
{
    void Place(int line, int column);
}

/// <summary>A JSON object; a property may be there twice: the reader of plans says so.</summary>
internal sealed class ScriptObject
{
    private readonly List<(string Name, object Value, int Line, int Column)> _properties = [];

    internal IReadOnlyList<(string Name, object Value, int Line, int Column)> Properties => _properties;

    internal void Add(string name, object value)
    {
        if (name is null || value is null)
        {
            throw ScriptFuel.Error("found null; expected a text, a number or a word of plans");
        }

        _properties.Add((name, value, ScriptFuel.Line, ScriptFuel.Column));
    }

    internal void AddAll(ScriptObject other) => _properties.AddRange(other._properties);

    internal void PlaceLast(int line, int column)
    {
        if (_properties is [.., var last])
        {
            _properties[^1] = (last.Name, last.Value, line, column);
        }
    }

    internal void PlaceAll(int line, int column)
    {
        for (var i = 0; i < _properties.Count; i++)
        {
            _properties[i] = (_properties[i].Name, _properties[i].Value, line, column);
        }
    }
}

/// <summary>Writes the text.</summary>
internal sealed class PlacedText
{
    private const int DepthMax = 20;
    private const int CharactersMax = 4 << 20;

    private readonly StringBuilder _text = new();
    private int _depth;

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    internal void Write(ScriptObject value)
    {
        if (_depth++ == DepthMax || _text.Length > CharactersMax)
        {
            throw ScriptFuel.Error(_depth > DepthMax ? $"triggers are nested deeper than {DepthMax}; expected fewer" : "the plan is too long; expected less");
        }

        for (var i = 0; i < value.Properties.Count; i++)
        {
            var (name, property, line, column) = value.Properties[i];
            ScriptFuel.Stand(line, column);
            _text.Append(CultureInfo.InvariantCulture, $"{(_text.Length == 0 ? "" : "\n")}{line}:{column}\t{(i == 0 ? '{' : ',')}{Encode(name)}:");
            Write(property);
        }

        _text.Append('}');
        _depth--;
    }

    private void Write(object value)
    {
        switch (value)
        {
            case Trigger trigger:
                Write(trigger.Json);
                break;
            case ScriptObject json:
                Write(json);
                break;
            case List<ScriptObject> list:
                _text.Append('[');
                for (var i = 0; i < list.Count; i++)
                {
                    _text.Append(i == 0 ? "" : ",");
                    Write(list[i]);
                }

                _text.Append(']');
                break;
            case List<string> list:
                WriteList(list);
                break;
            case OneOfWords several:
                _text.Append("{\"oneOf\":");
                WriteList(several.Values);
                _text.Append('}');
                break;
            case string text:
                _text.Append(Encode(text));
                break;
            case bool flag:
                _text.Append(flag ? "true" : "false");
                break;
            case double number when double.IsFinite(number):
                // What loops add up, such as 0.1 + 0.2, is meant as it reads.
                _text.Append(Math.Round(number, 9).ToString("R", CultureInfo.InvariantCulture));
                break;
            case double number:
                throw ScriptFuel.Error($"found the number {number}; expected one that is finite");
            default:
                _text.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private void WriteList<T>(List<T> values)
        where T : class
    {
        _text.Append('[');
        for (var i = 0; i < values.Count; i++)
        {
            _text.Append(i == 0 ? "" : ",");
            Write(values[i] ?? throw ScriptFuel.Error("found null; expected a text or a number"));
        }

        _text.Append(']');
    }

    private static string Encode(string text) => '"' + JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString() + '"';
}
