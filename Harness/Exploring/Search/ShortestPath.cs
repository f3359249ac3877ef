namespace ApChaos.Exploring;

/// <summary>
/// Walks to a violation of which is known how far away it is: depth first and no farther, so that the first one that is met is the one that
/// a single worker meets first when it goes level by level.
/// </summary>
/// <remarks>
/// Every state on the way lies on the level of its place in the path, since a shorter way to it would be a shorter way to the violation. So the
/// first path in the order of the successors is the first one in the order of levels too.
/// </remarks>
internal sealed class ShortestPath<TSystem, TState>(TSystem system, CancellationToken cancel)
    where TSystem : ITransitionSystem<TState>
    where TState : unmanaged
{
    private const int CancelEvery = 1024;

    // Not readonly: the model may keep scratch memory in itself.
    private TSystem _system = system;
    private readonly List<SuccessorList<TState>> _successors = [];
    private readonly List<int> _next = [];
    private readonly DeadEnds _deadEnds = new();
    private long _left;

    /// <summary>Finds it.</summary>
    /// <param name="violation">What is violated; 0: anything.</param>
    /// <param name="depth">How many steps away it is.</param>
    /// <param name="budget">How many states may be followed.</param>
    /// <returns>Of each step its place among the successors, and what the last one violates; null when it was given up.</returns>
    internal (List<int> Ordinals, int Violation)? Find(int violation, int depth, long budget)
    {
        _deadEnds.Clear();
        _left = budget;
        while (_successors.Count < depth)
        {
            _successors.Add(new());
            _next.Add(0);
        }

        List<int> ordinals = [];
        var initial = _system.Initial;
        Enter(in initial, 0);
        while (ordinals.Count < depth && _left >= 0)
        {
            var level = ordinals.Count;
            var items = _successors[level].Items;
            var toGo = depth - level - 1;
            var at = _next[level]++;
            if (at == items.Length)
            {
                if (level == 0)
                {
                    return null;
                }

                ordinals.RemoveAt(level - 1);
            }
            else if (toGo == 0)
            {
                if (items[at].Violation != 0 && (violation == 0 || items[at].Violation == violation))
                {
                    ordinals.Add(at);
                    return (ordinals, items[at].Violation);
                }
            }
            else if (IsNew(in items[at].State, toGo))
            {
                ordinals.Add(at);
                Enter(in items[at].State, level + 1);
            }
        }

        return null;
    }

    private void Enter(in TState state, int level)
    {
        if (--_left % CancelEvery == 0 && cancel.IsCancellationRequested)
        {
            _left = -1;
        }

        _next[level] = 0;
        _successors[level].Clear();
        _system.Expand(in state, _successors[level]);
    }

    private bool IsNew(in TState state, int toGo) => _deadEnds.Add(StateHash.Of(in state, 0), StateHash.Of(in state, ulong.MaxValue), toGo);
}
