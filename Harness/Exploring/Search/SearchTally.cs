namespace ApChaos.Exploring;

/// <summary>The counts of complete levels.</summary>
internal sealed class SearchTally
{
    private readonly List<long> _levels = [];
    private long _transitions;
    private List<ViolationCount> _violations = [];

    internal long States { get; private set; }

    internal IReadOnlyList<long> Levels => _levels;

    internal long LastLevel => _levels.Count > 0 ? _levels[^1] : 0;

    internal long LevelBefore => _levels.Count > 1 ? _levels[^2] : 0;

    /// <summary>States that are nearer than that.</summary>
    internal long StatesBefore(int depth) => _levels.Take(depth).Sum();

    internal void EndLevel(long states, long transitions, List<ViolationSeen> seen)
    {
        _levels.Add(states - States);
        States = states;
        _transitions = transitions;
        _violations = [.. seen.GroupBy(v => v.Violation).Select(g => new ViolationCount(g.Key, g.Sum(v => v.Transitions))).OrderBy(v => v.Violation)];
    }

    internal SearchResult<TState> Result<TState>(SearchEnd end, IReadOnlyList<Counterexample<TState>> counterexamples, long memory, double collisionOdds)
        where TState : unmanaged
    {
        // The last level of a complete search is empty.
        var levels = _levels[^1] == 0 ? _levels[..^1] : _levels;
        return new()
        {
            End = end,
            States = States,
            Transitions = _transitions,
            ViolationCounts = end == SearchEnd.Violation ? [new(counterexamples[0].Violation, 1)] : _violations,
            Depth = levels.Count - 1,
            Levels = levels,
            Memory = memory,
            CollisionOdds = collisionOdds,
            Counterexamples = counterexamples,
        };
    }
}

/// <summary>Odds that two different states have one fingerprint.</summary>
internal static class CollisionOdds
{
    /// <summary>The birthday bound: of n states, 1 - exp(-n² / 2^(bits + 1)).</summary>
    /// <param name="bits">Bits that tell states apart; 0: all of them.</param>
    internal static double Of(int bits, long states)
    {
        var pairs = bits == 0 ? 0 : (double)states * states * Math.Pow(2, -bits - 1);
        return pairs < 1e-6 ? pairs : 1 - Math.Exp(-pairs);
    }
}
