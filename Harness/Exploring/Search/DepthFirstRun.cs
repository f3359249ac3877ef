using System.Runtime.CompilerServices;

namespace ApChaos.Exploring;

/// <summary>One depth-first search.</summary>
internal sealed unsafe class DepthFirstRun<TSystem, TState, TSet> : IDisposable
    where TSystem : ITransitionSystem<TState>
    where TState : unmanaged
    where TSet : struct, IVisitedSet<TState, TSet>
{
    private const long ProgressEvery = 1 << 20;
    private const int FamilyMax = ushort.MaxValue + 1;

    private readonly Func<TSystem> _factory;
    private readonly SearchOptions _options;
    private readonly CancellationToken _cancel;
    private readonly ChunkedArray<TState>? _states = TSet.KeepsStates ? new() : null;
    private readonly Ancestry _ancestry = new();
    private readonly SuccessorList<TState> _successors = new();
    private readonly List<ViolationSeen> _seen = [];
    private readonly SearchMemory _memory = new(TSet.SlotBytes, Unsafe.SizeOf<TState>(), TSet.KeepsStates);
    private readonly long _limit;
    private readonly SearchEnd _limitReason;
    private ulong[] _hashes = new ulong[512];
    private Waiting[] _stack = new Waiting[512];
    private int _height;
    private int _heightMax;
    private TSystem _system;
    private TSet _set;
    private long _used;
    private long _transitions;
    private int _depth;
    private bool _full;

    internal DepthFirstRun(Func<TSystem> factory, SearchOptions options, CancellationToken cancel)
    {
        (_factory, _options, _cancel, _system) = (factory, options, cancel, factory());
        _set = TSet.Create(4096, options.FingerprintSeed, _states);

        // The stack cannot be foreseen: it is taken for as many states as are kept.
        var ofMemory = _memory.StatesWithin(options.MemoryMax, 0, 0);
        (_limit, _limitReason) = ofMemory < options.StatesMax ? (ofMemory, SearchEnd.Memory) : (options.StatesMax, SearchEnd.States);
    }

    public void Dispose()
    {
        _set.Dispose();
        _states?.Dispose();
        _ancestry.Dispose();
    }

    internal SearchResult<TState> Run()
    {
        var initial = _system.Initial;
        Add(in initial, _set.Hash(in initial));
        Push(in initial, 0, 0);
        SearchEnd? end = null;
        while (end is null && _height > 0)
        {
            end = Step();
        }

        _used = Math.Min(_used, _limit);
        _memory.Note(_used, _heightMax, 0);
        end ??= _full ? _limitReason : SearchEnd.Complete;
        return new()
        {
            End = end.Value,
            States = _used,
            Transitions = _transitions,
            ViolationCounts = [.. _seen.Select(v => new ViolationCount(v.Violation, v.Transitions)).OrderBy(v => v.Violation)],
            Depth = _depth,
            Levels = [],
            Memory = _memory.Peak,
            CollisionOdds = CollisionOdds.Of(TSet.Bits, _used),
            Counterexamples = [.. _seen.Select(seen => _ancestry.Retrace<TSystem, TState>(_factory(), in seen))],
        };
    }

    /// <summary>Follows the newest state. Null: go on.</summary>
    private SearchEnd? Step()
    {
        var (state, id, depth) = _stack[--_height];
        _depth = Math.Max(_depth, depth);
        _successors.Clear();
        _system.Expand(in state, _successors);
        var items = _successors.Items;
        if (items.Length > FamilyMax)
        {
            throw new InvalidOperationException($"a state has more than {FamilyMax} successors: a search cannot number them");
        }

        _transitions += items.Length;
        Fetch(items);

        // The last successor lies at the bottom: the first is followed next.
        var first = _height;
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i].Violation != 0 && Note(items[i].Violation, depth + 1, id, i) && _options.StopAtFirst)
            {
                return SearchEnd.Violation;
            }

            if (!_full && Add(in items[i].State, _hashes[i]))
            {
                var added = (uint)_used - 1;
                _ancestry.Note(added, id, i);
                Push(in items[i].State, added, depth + 1);
                _full = _used > _limit;
            }
        }

        _stack.AsSpan(first, _height - first).Reverse();
        if (_transitions % ProgressEvery < items.Length)
        {
            Report(depth);
        }

        return _cancel.IsCancellationRequested ? SearchEnd.Cancelled : null;
    }

    private void Fetch(ReadOnlySpan<Successor<TState>> items)
    {
        if (_hashes.Length < items.Length)
        {
            _hashes = new ulong[2 * items.Length];
        }

        while (_used + items.Length > SearchMemory.Capacity(_set.Slots))
        {
            var larger = TSet.Create(2 * _set.Slots, _options.FingerprintSeed, _states);
            larger.Move(_set, 0, _set.Slots);
            _set.Dispose();
            _set = larger;
        }

        for (var i = 0; i < items.Length; i++)
        {
            _hashes[i] = _set.Hash(in items[i].State);
            _set.Fetch(_hashes[i]);
        }

        for (var i = 0; i < items.Length; i++)
        {
            _set.FetchBehind(_hashes[i]);
        }
    }

    private bool Add(in TState state, ulong hash)
    {
        TState copy;
        var id = (uint)_used;
        _states?.Reserve(id);
        if (!_set.Add<Alone>(in state, hash, _states is null ? &copy : _states.At(id), id))
        {
            return false;
        }

        _used++;
        return true;
    }

    private bool Note(int violation, int depth, uint parent, int ordinal)
    {
        for (var i = 0; i < _seen.Count; i++)
        {
            if (_seen[i].Violation == violation)
            {
                _seen[i] = _seen[i] with { Transitions = _seen[i].Transitions + 1 };
                return false;
            }
        }

        _seen.Add(new() { Violation = violation, Transitions = 1, Depth = depth, Parent = parent, Ordinal = ordinal });
        return true;
    }

    private void Push(in TState state, uint id, int depth)
    {
        if (_height == _stack.Length)
        {
            Array.Resize(ref _stack, 2 * _stack.Length);
        }

        _stack[_height++] = new(state, id, depth);
        _heightMax = Math.Max(_heightMax, _height);
    }

    private void Report(int depth)
    {
        _memory.Note(_used, _heightMax, 0);
        _options.Progress?.Invoke(new(_used, _transitions, depth, _height, _memory.Now, null));
    }

    private readonly record struct Waiting(TState State, uint Id, int Depth);
}
