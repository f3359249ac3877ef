using System.ComponentModel;

namespace ApChaos.Scripts;

/// <summary>
/// Counts the steps of a plan script. The compiler puts a call before every statement and into every function, so that an endless loop or
/// recursion ends at a counted step, the same on every machine, and so that every error has a place. One script at a time in a process.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ScriptFuel
{
    /// <summary>Steps that a script may make.</summary>
    public const int StepsMax = 10_000_000;

    /// <summary>How deep functions may call each other.</summary>
    public const int DepthMax = 1000;

    private static int _left;
    private static int _depth;

    /// <summary>Line of the statement that is being evaluated.</summary>
    internal static int Line { get; private set; }

    /// <summary>Its column.</summary>
    internal static int Column { get; private set; }

    /// <summary>Before a statement.</summary>
    /// <param name="line">Its line.</param>
    /// <param name="column">Its column.</param>
    public static void Tick(int line, int column)
    {
        Stand(line, column);
        if (--_left < 0)
        {
            throw Error($"the script has made {StepsMax} steps and has not ended; expected loops that end");
        }
    }

    /// <summary>At the entry of a function.</summary>
    /// <param name="line">Its line.</param>
    /// <param name="column">Its column.</param>
    public static void Enter(int line, int column)
    {
        Tick(line, column);
        if (++_depth > DepthMax)
        {
            throw Error($"functions call each other more than {DepthMax} deep; expected a recursion that ends");
        }
    }

    /// <summary>At the exit of a function.</summary>
    public static void Leave() => _depth--;

    /// <summary>Tells a word its place.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="word">The word, evaluated.</param>
    /// <param name="line">The line.</param>
    /// <param name="column">The column.</param>
    /// <returns>The word.</returns>
    public static T At<T>(T word, int line, int column)
    {
        (word as IPlaced)?.Place(line, column);
        return word;
    }

    internal static void Begin()
    {
        (_left, _depth) = (StepsMax, 0);
        Stand(1, 1);
    }

    internal static void Stand(int line, int column) => (Line, Column) = (line, column);

    internal static ScriptException Error(string message) => new(message, Line, Column);
}
