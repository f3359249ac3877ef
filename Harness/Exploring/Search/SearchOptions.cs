namespace ApChaos.Exploring;

/// <summary>What the search remembers of a state that it has seen.</summary>
public enum VisitedSet
{
    /// <summary>The whole state: no doubt, and the most memory.</summary>
    Exact,

    /// <summary>64 bits: two states may be taken for one, at odds that the result states.</summary>
    Fingerprint64,

    /// <summary>128 bits: practically exact.</summary>
    Fingerprint128,
}

/// <summary>Bounds and means of a search.</summary>
public sealed record SearchOptions
{
    /// <summary>Most workers.</summary>
    public const int WorkersMax = 256;

    /// <summary>Smallest memory bound, in bytes.</summary>
    public const long MemoryMin = 4L << 20;

    /// <summary>Most states that any search can number.</summary>
    public const long StatesLimit = 3_000_000_000;

    /// <summary>What is remembered of a state.</summary>
    public VisitedSet Visited { get; init; } = VisitedSet.Exact;

    /// <summary>Threads, 1 to <see cref="WorkersMax"/>. Numbers in the result do not depend on it.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Most states that are kept. States beyond it are not followed, and the result is partial.</summary>
    public long StatesMax { get; init; } = StatesLimit;

    /// <summary>Most steps from the initial state. <see cref="int.MaxValue"/>: no bound. Breadth first only.</summary>
    public int DepthMax { get; init; } = int.MaxValue;

    /// <summary>Most bytes for tables, states and paths together. <see cref="long.MaxValue"/>: no bound.</summary>
    public long MemoryMax { get; init; } = long.MaxValue;

    /// <summary>Whether to end at the first violation; else all are counted.</summary>
    public bool StopAtFirst { get; init; }

    /// <summary>Another value gives other fingerprints: a second search with it makes an overlooked state very unlikely.</summary>
    public ulong FingerprintSeed { get; init; }

    /// <summary>Called after each level, and from time to time within long ones, always by the thread that runs the search.</summary>
    public Action<SearchProgress>? Progress { get; init; }

    /// <summary>Refuses what makes no sense, with a message for people.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public void Check()
    {
        Within(Workers, 1, WorkersMax, "workers");
        Within(StatesMax, 1, StatesLimit, "states");
        Within(DepthMax, 1, int.MaxValue, "depth");
        Within(MemoryMax, MemoryMin, long.MaxValue, "memory");
        Within((int)Visited, (int)VisitedSet.Exact, (int)VisitedSet.Fingerprint128, "visited");
    }

    private static void Within(long value, long min, long max, string what)
    {
        if (value < min || value > max)
        {
            throw new ArgumentOutOfRangeException(what, $"the bound of {what} is {value}; expected {min} to {max}");
        }
    }
}

/// <summary>How far a search is.</summary>
/// <param name="States">States that were found so far.</param>
/// <param name="Transitions">Transitions so far.</param>
/// <param name="Depth">Steps from the initial state to the states that are being followed.</param>
/// <param name="Waiting">States that wait to be followed.</param>
/// <param name="Memory">Bytes in use.</param>
/// <param name="StatesForecast">How many states there will be in all, judged by how the last levels grew; null: cannot be told yet.</param>
public readonly record struct SearchProgress(long States, long Transitions, int Depth, long Waiting, long Memory, double? StatesForecast);
