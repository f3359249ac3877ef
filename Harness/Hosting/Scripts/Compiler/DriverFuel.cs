using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace ApChaos.Scripts;

/// <summary>
/// Counts what a driver script does between two operations of the kernel. The compiler puts calls into loops, functions and after awaits,
/// so that a loop that asks the kernel for nothing is a crash of the driver at a counted turn, the same on every machine.
/// </summary>
/// <remarks>
/// Each stretch starts with a full count: at the entry of an overridden method and after each awaited operation of the kernel. Between
/// two of these a run has one thread, so that the count depends on the run alone.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DriverFuel
{
    // Messages are short: they become lines of reports.

    /// <summary>Turns and calls that a driver may make without asking the kernel for anything.</summary>
    public const int TurnsMax = 1_000_000;

    [ThreadStatic]
    private static int _left;

    /// <summary>At the entry of an overridden method.</summary>
    /// <param name="line">Its line.</param>
    /// <param name="column">Its column.</param>
    public static void Start(int line, int column)
    {
        _left = TurnsMax;
        Guard(line, column);
    }

    /// <summary>At the entry of any other function.</summary>
    /// <param name="line">Its line.</param>
    /// <param name="column">Its column.</param>
    public static void Enter(int line, int column)
    {
        Tick(line, column);
        Guard(line, column);
    }

    /// <summary>At each turn of a loop.</summary>
    /// <param name="line">Its line.</param>
    /// <param name="column">Its column.</param>
    public static void Tick(int line, int column)
    {
        if (--_left < 0)
        {
            throw new EndlessLoopException($"{TurnsMax} turns without an operation, line {line}:{column}");
        }
    }

    /// <summary>Keeps a recursion from ending the process.</summary>
    /// <param name="line">Its line.</param>
    /// <param name="column">Its column.</param>
    public static void Guard(int line, int column)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new EndlessLoopException($"calls are nested too deeply, line {line}:{column}");
        }
    }

    /// <summary>After an operation of the kernel.</summary>
    /// <typeparam name="T">Type of its result.</typeparam>
    /// <param name="result">Its result.</param>
    /// <returns>The result.</returns>
    public static T After<T>(T result)
    {
        _left = TurnsMax;
        return result;
    }
}

/// <summary>A driver script does not come back to the kernel.</summary>
public sealed class EndlessLoopException : Exception
{
    /// <summary>Makes the exception.</summary>
    public EndlessLoopException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened, and where.</param>
    public EndlessLoopException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened, and where.</param>
    /// <param name="innerException">The cause.</param>
    public EndlessLoopException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
