namespace ApChaos.Exploring;

/// <summary>Why a search ended.</summary>
public enum SearchEnd
{
    /// <summary>Every state was followed.</summary>
    Complete,

    /// <summary>A violation was found, and the search was asked to stop there.</summary>
    Violation,

    /// <summary>The bound of states was reached.</summary>
    States,

    /// <summary>The bound of depth was reached.</summary>
    Depth,

    /// <summary>The bound of memory was reached, or the system gave no more.</summary>
    Memory,

    /// <summary>The caller cancelled.</summary>
    Cancelled,
}

/// <summary>How often one kind of violation was met.</summary>
/// <param name="Violation">The model's number.</param>
/// <param name="Transitions">Transitions with it.</param>
public readonly record struct ViolationCount(int Violation, long Transitions);

/// <summary>A path from the initial state to a violation.</summary>
/// <typeparam name="TState">Type of the state.</typeparam>
/// <param name="Violation">What the last transition violates.</param>
/// <param name="Actions">The model's name of each transition.</param>
/// <param name="Ordinals">Of each transition, its place among the successors of its state: what a replay needs.</param>
/// <param name="States">The states, from the initial one to the last: one more than there are actions.</param>
public sealed record Counterexample<TState>(int Violation, IReadOnlyList<int> Actions, IReadOnlyList<int> Ordinals, IReadOnlyList<TState> States)
    where TState : unmanaged
{
    /// <summary>Number of transitions.</summary>
    public int Length => Actions.Count;
}

/// <summary>What a search found. When it did not end <see cref="SearchEnd.Complete"/>, it holds within what was followed.</summary>
/// <remarks>
/// After <see cref="SearchEnd.Violation"/> and <see cref="SearchEnd.Cancelled"/> the counts are those of the levels that were complete, so that they
/// do not depend on who was faster; a counterexample is given all the same.
/// </remarks>
/// <typeparam name="TState">Type of the state.</typeparam>
public sealed record SearchResult<TState>
    where TState : unmanaged
{
    /// <summary>Why it ended.</summary>
    public required SearchEnd End { get; init; }

    /// <summary>Distinct states, the initial one included.</summary>
    public required long States { get; init; }

    /// <summary>Transitions out of the states that were followed.</summary>
    public required long Transitions { get; init; }

    /// <summary>Transitions that violate something.</summary>
    public long Violations => ViolationCounts.Sum(v => v.Transitions);

    /// <summary>The same by kind, in order of the model's numbers.</summary>
    public required IReadOnlyList<ViolationCount> ViolationCounts { get; init; }

    /// <summary>Steps to the farthest state (breadth first: by the shortest way).</summary>
    public required int Depth { get; init; }

    /// <summary>States on each level, from the initial one on; empty for depth first.</summary>
    public required IReadOnlyList<long> Levels { get; init; }

    /// <summary>Most bytes that were in use.</summary>
    public required long Memory { get; init; }

    /// <summary>Odds that at least two different states were taken for one (0 for the exact set).</summary>
    public required double CollisionOdds { get; init; }

    /// <summary>One path for each kind of violation, in the order in which one worker meets them; breadth first, each is the shortest of its kind.</summary>
    public required IReadOnlyList<Counterexample<TState>> Counterexamples { get; init; }

    /// <summary>The first counterexample, or null.</summary>
    public Counterexample<TState>? First => Counterexamples.Count > 0 ? Counterexamples[0] : null;
}
