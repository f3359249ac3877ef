using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>What a driver does with what it was given for the queue's interruption.</summary>
public enum PatienceEnd
{
    /// <summary>It holds nothing: it offers no interruption.</summary>
    HoldsNothing,

    /// <summary>It frees although the machine still answers so.</summary>
    Frees,

    /// <summary>It keeps all until the machine answers otherwise, and frees then.</summary>
    Keeps,

    /// <summary>It never gives it back.</summary>
    Leaks,
}

/// <summary>How often a driver asked.</summary>
/// <param name="Instruction">The instruction.</param>
/// <param name="Count">How often it was issued.</param>
public sealed record PatienceAsk(Op Instruction, int Count);

/// <summary>One measurement: a driver against a machine that answers in one way for ever.</summary>
/// <param name="Driver">Driver id.</param>
/// <param name="Condition">Id of the condition.</param>
/// <param name="WaitNs">How long the operation lasts, in virtual nanoseconds; null when it does not end by itself.</param>
/// <param name="Asks">Instructions that it issues meanwhile, in the order of <see cref="Op"/>.</param>
/// <param name="IntervalNs">The most usual time between two of them, in virtual nanoseconds; 0 for fewer than two.</param>
/// <param name="End">What it does with pin and GISC.</param>
/// <param name="FreedAtNs">When it frees, in virtual nanoseconds from the start of the operation; null when it does not.</param>
/// <param name="Warnings">Kernel warnings meanwhile.</param>
/// <param name="Notices">Log lines meanwhile.</param>
/// <param name="Returns">What the reset ioctl returns under the same condition: 0, a negative errno; null when it does not return or was not called.</param>
/// <param name="Recipe">For the longest wait: which answers make it; empty otherwise.</param>
public sealed record PatiencePoint(
    string Driver,
    string Condition,
    long? WaitNs,
    IReadOnlyList<PatienceAsk> Asks,
    long IntervalNs,
    PatienceEnd End,
    long? FreedAtNs,
    int Warnings,
    int Notices,
    int? Returns,
    string Recipe = "");
