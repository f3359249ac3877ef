using ApChaos.Hosting;

namespace ApChaos.Campaigns;

/// <summary>The text that a configuration was read from, with the place of everything in it.</summary>
/// <param name="File">Path of the file, as messages name it; empty for none.</param>
/// <param name="Text">The text.</param>
public sealed record ConfigSource(string File, string Text)
{
    private readonly PlacedJson? _root = File.Length == 0 ? null : PlacedJson.Parse(Text, File);

    /// <summary>No file: defaults.</summary>
    internal static ConfigSource None { get; } = new("", "");

    internal PlacedJson Root => _root ?? throw new InvalidOperationException("defaults have no text");

    /// <summary>Makes the error for a place.</summary>
    /// <param name="message">What is wrong; expected what.</param>
    /// <param name="path">Property names and positions in lists, from the top; the innermost place of it that is there counts.</param>
    /// <returns>The exception, with file, line and column.</returns>
    public InputException Error(string message, params ReadOnlySpan<object> path)
    {
        if (_root is null)
        {
            return new InputException(message);
        }

        var (line, column, at) = (1, 1, _root);
        foreach (var segment in path)
        {
            var next = segment is int index ? at.Items.ElementAtOrDefault(index) : at.Properties.Find(property => property.Name == (string)segment).Value;
            if (next is null)
            {
                break;
            }

            (line, column, at) = (next.Line, next.Column, next);
        }

        return new InputException(message, File, line, column);
    }
}
