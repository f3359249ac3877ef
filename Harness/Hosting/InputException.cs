namespace ApChaos.Hosting;

/// <summary>The input is wrong (exit code 2). One line: what was wrong, where, and what is expected.</summary>
public sealed class InputException : Exception
{
    /// <summary>Makes the exception.</summary>
    public InputException()
        : this("the input is wrong")
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was wrong; what is expected.</param>
    /// <param name="innerException">The cause.</param>
    public InputException(string message, Exception innerException)
        : base(InputText.OneLine(message), innerException) => Text = InputText.OneLine(message);

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was wrong; what is expected.</param>
    /// <param name="file">The file, as messages name it, or null.</param>
    /// <param name="line">The line, from 1, or 0 when it is not known.</param>
    /// <param name="column">The column, from 1, or 0 when it is not known.</param>
    public InputException(string message, string? file = null, int line = 0, int column = 0)
        : base(Place(file, line, column) + InputText.OneLine(message))
    {
        Text = InputText.OneLine(message);
        File = file;
        Line = line;
        Column = column;
    }

    /// <summary>The message without the place.</summary>
    public string Text { get; }

    /// <summary>The file, or null.</summary>
    public string? File { get; }

    /// <summary>The line, from 1, or 0.</summary>
    public int Line { get; }

    /// <summary>The column, from 1, or 0.</summary>
    public int Column { get; }

    /// <summary>The same error at a place; a place that is known already stays.</summary>
    /// <param name="file">The file, or null.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The column, from 1.</param>
    /// <returns>The exception.</returns>
    public InputException At(string? file, int line, int column) => File is null && Line == 0 ? new InputException(Text, file, line, column) : this;

    /// <summary>The message with its place; no stack: it is the user's input that is wrong.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => Message;

    private static string Place(string? file, int line, int column)
    {
        var place = InputText.OneLine(file ?? "");
        place += line > 0 ? $"{(place.Length > 0 ? ":" : "")}{line}" : "";
        place += line > 0 && column > 0 ? $":{column}" : "";
        return place.Length > 0 ? place + ": " : "";
    }
}
