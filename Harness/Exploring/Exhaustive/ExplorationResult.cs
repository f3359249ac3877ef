namespace ApChaos.Exploring;

/// <summary>How far an exploration may go.</summary>
/// <param name="States">Most states.</param>
/// <param name="Depth">Most steps of a history.</param>
/// <param name="Memory">Most bytes.</param>
public sealed record ExplorationBounds(long States, int Depth, long Memory)
{
    /// <summary>Most steps that can be asked for.</summary>
    public const int DepthMax = 1_000_000;

    /// <summary>Least memory that can be asked for: 64 MiB.</summary>
    public const long MemoryMin = 64L << 20;

    /// <summary>Bounds that end on any machine: 20 million states, a million steps, 8 GiB.</summary>
    public static ExplorationBounds Default { get; } = new(20_000_000, DepthMax, 8L << 30);
}

/// <summary>How code of actors is treated.</summary>
public enum ExplorationMode
{
    /// <summary>What it does is remembered, and audited.</summary>
    Memo,

    /// <summary>It runs in every step.</summary>
    Interned,

    /// <summary>It cannot be saved: the way to each state is made again, and a place in code is known by all that was answered on the way.</summary>
    Reexecution,
}

/// <summary>How far an exploration is.</summary>
/// <param name="States">States found.</param>
/// <param name="Transitions">Transitions: steps with all their choices.</param>
/// <param name="Depth">Steps from the start to the states whose steps are made now.</param>
/// <param name="Waiting">States that wait.</param>
/// <param name="Memory">Bytes, about.</param>
/// <param name="Forecast">How many states there will be, judged by the growth so far; null when it cannot be told yet.</param>
public sealed record ExplorationProgress(long States, long Transitions, int Depth, long Waiting, long Memory, double? Forecast);

/// <summary>The shortest history to a finding of one oracle.</summary>
/// <param name="Oracle">Position of the oracle in the setup.</param>
/// <param name="Steps">Steps.</param>
/// <param name="Choices">The choices, as the ordinary engine asks for them.</param>
public sealed record ShortestHistory(int Oracle, int Steps, IReadOnlyList<int> Choices);

/// <summary>What an exploration came to.</summary>
public sealed record ExplorationResult
{
    /// <summary>Whether every step from every state was made.</summary>
    public bool Complete => Bound is null;

    /// <summary>What ended it before that: <c>states</c>, <c>depth</c>, <c>memory</c> or <c>stopped</c>; null for nothing.</summary>
    public required string? Bound { get; init; }

    /// <summary>States.</summary>
    public required long States { get; init; }

    /// <summary>Transitions.</summary>
    public required long Transitions { get; init; }

    /// <summary>Steps to the farthest state.</summary>
    public required int Depth { get; init; }

    /// <summary>Bytes, about.</summary>
    public required long Memory { get; init; }

    /// <summary>How code of actors was treated.</summary>
    public required ExplorationMode Mode { get; init; }

    /// <summary>Why it was not treated in the faster way, or null.</summary>
    public string? ModeReason { get; init; }

    /// <summary>What of the setup was found to be interchangeable, so that states which differ only in it are one.</summary>
    public IReadOnlyList<string> Interchangeable { get; init; } = [];

    /// <summary>What looked interchangeable and is not.</summary>
    public IReadOnlyList<string> NotInterchangeable { get; init; } = [];

    /// <summary>How often code of actors ran, audits included.</summary>
    public required long Executions { get; init; }

    /// <summary>How often a remembered answer was compared with what the code does.</summary>
    public required long Audits { get; init; }

    /// <summary>Places in code at which actors can be, locals included.</summary>
    public required int LocalStates { get; init; }

    /// <summary>Whether some code could turn in a circle without time passing; then no end of its runs was seen, and liveness is not decided.</summary>
    public required bool MayCircle { get; init; }

    /// <summary>Odds that two different states were taken for one; 0 for the exact set.</summary>
    public required double CollisionOdds { get; init; }

    /// <summary>For each oracle that spoke the shortest history, in the order of the oracles.</summary>
    public required IReadOnlyList<ShortestHistory> Histories { get; init; }

    /// <summary>For each fault whether it ever fired.</summary>
    public required IReadOnlyList<bool> Fired { get; init; }
}
