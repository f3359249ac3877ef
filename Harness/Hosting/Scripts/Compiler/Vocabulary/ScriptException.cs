namespace ApChaos.Scripts;

/// <summary>A script is wrong: one sentence and the place.</summary>
internal sealed class ScriptException(string message, int line, int column) : Exception(message)
{
    internal int Line => line;

    internal int Column => column;
}
