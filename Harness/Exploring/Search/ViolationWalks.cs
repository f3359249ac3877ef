namespace ApChaos.Exploring;

/// <summary>
/// Ways to the violations that several workers met. They know how far away the first of each kind is, not how to get there: one of them walks
/// there once more, while the others search on.
/// </summary>
internal sealed class ViolationWalks<TSystem, TState>(bool stopAtFirst, CancellationToken cancel)
    where TSystem : ITransitionSystem<TState>
    where TState : unmanaged
{
    // How many states may be followed on a walk: that few always, else a share of all that are nearer than the violation.
    private const long StatesMin = 1 << 14;
    private const int ShareOfNearer = 2;

    private readonly HashSet<int> _noted = [];
    private readonly List<(int Violation, int Depth, long Budget)> _wanted = [];
    private readonly List<Counterexample<TState>> _made = [];
    private bool _gaveUp;

    /// <summary>The ways, shortest first; null when one was given up.</summary>
    internal IReadOnlyList<Counterexample<TState>>? Made => _gaveUp
        ? null
        : [.. _made.Order(Comparer<Counterexample<TState>>.Create((a, b) => a.Length != b.Length ? a.Length - b.Length : a.Ordinals.Zip(b.Ordinals, (x, y) => x - y).FirstOrDefault(difference => difference != 0)))];

    /// <summary>Notes which kinds of violations were met since the last time.</summary>
    /// <param name="seen">What the workers met.</param>
    /// <param name="tally">The complete levels.</param>
    internal void Note(List<ViolationSeen> seen, SearchTally tally)
    {
        foreach (var kind in seen.GroupBy(violation => violation.Violation))
        {
            if (_noted.Add(kind.Key))
            {
                var depth = kind.Min(violation => violation.Depth);
                _wanted.Add((kind.Key, depth, Math.Max(StatesMin, tally.StatesBefore(depth) / ShareOfNearer)));
            }
        }

        if (stopAtFirst && _wanted.Count > 0)
        {
            // Who was faster may have met another kind on the same level.
            var first = _wanted.MinBy(kind => kind.Depth);
            _wanted.Clear();
            _wanted.Add(first with { Violation = 0 });
        }
    }

    /// <summary>Goes the ways that are wanted; gives up at the first that takes too long, since the search is made anew then.</summary>
    /// <param name="system">The model, of the worker that goes.</param>
    internal void Make(TSystem system)
    {
        if (_wanted.Count == 0)
        {
            return;
        }

        var walker = new ShortestPath<TSystem, TState>(system, cancel);
        foreach (var (kind, depth, budget) in _wanted)
        {
            if (!_gaveUp && walker.Find(kind, depth, budget) is var (ordinals, violation))
            {
                _made.Add(Steps.Walk<TSystem, TState>(system, ordinals, violation));
            }
            else
            {
                _gaveUp = true;
            }
        }

        _wanted.Clear();
    }
}
