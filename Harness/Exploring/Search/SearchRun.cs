namespace ApChaos.Exploring;

/// <summary>
/// One breadth-first search: levels, bounds, growth of the table. Workers do the work of a level; what lies between levels is done by the
/// thread that called, while the others wait.
/// </summary>
internal sealed class SearchRun<TSystem, TState, TSet> : IDisposable
    where TSystem : ITransitionSystem<TState>
    where TState : unmanaged
    where TSet : struct, IVisitedSet<TState, TSet>
{
    private const long SlotsMin = 4096;

    // At the end of a level a worker waits for the others for as long as one part takes, which may be 20 µs a state.
    private const int SmallPart = 16;
    private const int ManyChunks = 8;

    /// <summary>Levels with fewer states are not worth waking the other workers.</summary>
    private const int WideLevel = 8 * SmallPart;

    // Its entries go to a large page and fill it: no two workers have the system clear the same page.
    private const long MoveShare = 1 << 17;

    private const long ProgressEvery = 1 << 20;

    private readonly Func<TSystem> _factory;
    private readonly SearchOptions _options;
    private readonly CancellationToken _cancel;
    private readonly SearchWorker<TSystem, TState, TSet>[] _workers;
    private readonly SearchMemory _memory;
    private readonly SearchTally _tally = new();
    private readonly Func<List<ViolationSeen>, bool>? _enough;
    private ViolationWalks<TSystem, TState>? _walks;
    private WorkerThreads? _threads;
    private List<StateChunk<TState>> _level = [];
    private int[] _followed = [];
    private TSet _set;
    private TSet _larger;
    private long _limit;
    private long _progressAt = ProgressEvery;
    private volatile bool _paused;
    private volatile bool _stopped;
    private volatile bool _full;
    private bool _sharing;

    // What workers write while others read what is above.
    private OwnLine _used;
    private OwnLine _nextPart;
    private OwnLine _nextIdBlock;
    private OwnLine _nextMove;

    internal SearchRun(Func<TSystem> factory, SearchOptions options, int workers, Func<List<ViolationSeen>, bool>? enough, CancellationToken cancel)
    {
        (_factory, _options, _enough, _cancel) = (factory, options, enough, cancel);
        _memory = new(TSet.SlotBytes, System.Runtime.CompilerServices.Unsafe.SizeOf<TState>(), TSet.KeepsStates);
        States = TSet.KeepsStates ? new() : null;
        Ancestry = workers == 1 ? new() : null;
        var slots = SlotsMin;
        while (slots < 4 * workers * (long)SearchWorker<TSystem, TState, TSet>.BatchMax)
        {
            slots *= 2;
        }

        _set = TSet.Create(slots, options.FingerprintSeed, States);
        _workers = [.. Enumerable.Range(0, workers).Select(_ => new SearchWorker<TSystem, TState, TSet>(this, factory()))];
    }

    internal ref readonly TSet Set => ref _set;

    internal ChunkedArray<TState>? States { get; }

    internal Ancestry? Ancestry { get; }

    internal int Depth { get; private set; }

    private ViolationWalks<TSystem, TState> Walks => _walks ??= new(_options.StopAtFirst, _cancel);

    internal bool Paused => _paused;

    /// <summary>No state is added any more; transitions of this level are still counted.</summary>
    internal bool Full => _full;

    public void Dispose()
    {
        _threads?.Dispose();
        _set.Dispose();
        States?.Dispose();
        Ancestry?.Dispose();
        Array.ForEach(_workers, worker => worker.Dispose());
    }

    internal SearchEnd Run()
    {
        _workers[0].AddInitial();
        _used.Value = 1;
        GatherLevel();
        while (_level.Count > 0)
        {
            if (Depth == _options.DepthMax)
            {
                return SearchEnd.Depth;
            }

            var reason = SetLimit();
            MakeLevel();
            if (_stopped)
            {
                return _cancel.IsCancellationRequested ? SearchEnd.Cancelled : SearchEnd.Violation;
            }

            var cut = _used.Value > _limit || _full;
            _used.Value = Math.Min(_used.Value, _limit);
            Depth++;
            GatherLevel();
            Report();
            if (cut)
            {
                return reason;
            }
        }

        return SearchEnd.Complete;
    }

    internal SearchResult<TState> Result(SearchEnd end, IReadOnlyList<Counterexample<TState>> counterexamples) =>
        _tally.Result(end, counterexamples, _memory.Peak, CollisionOdds.Of(TSet.Bits, _tally.States));

    /// <summary>The first of each kind, in the order in which this run met them.</summary>
    internal List<ViolationSeen> Seen() => [.. _workers.SelectMany(worker => worker.Violations)];

    internal IReadOnlyList<Counterexample<TState>> Counterexamples() =>
        [.. _workers[0].Violations.Take(_options.StopAtFirst ? 1 : int.MaxValue).Select(seen => Ancestry!.Retrace<TSystem, TState>(_factory(), in seen))];

    /// <summary>The same found without their ancestry, by what is known of how far away they are; null when that takes too long.</summary>
    internal IReadOnlyList<Counterexample<TState>>? ShortestPaths()
    {
        Walks.Note(Seen(), _tally);
        Walks.Make(_workers[0].System);
        return Walks.Made;
    }

    /// <summary>Gives a worker what it is to follow next: a whole chunk while there are many, else a part of one.</summary>
    /// <param name="part">What is to be followed.</param>
    /// <param name="chunk">Number of the chunk in this level.</param>
    /// <returns>Whether there was anything left.</returns>
    internal bool TryTake<TSharing>(out StateChunk<TState> part, out int chunk)
        where TSharing : ISharing
    {
        while (true)
        {
            var next = _nextPart.Value;
            (chunk, var first) = ((int)(next / StateChunk<TState>.CountMax), (int)(next % StateChunk<TState>.CountMax));
            if (chunk >= _level.Count || _stopped)
            {
                part = default;
                return false;
            }

            var whole = _level[chunk];
            var most = TSharing.Shared && _level.Count - chunk < ManyChunks * _workers.Length ? SmallPart : StateChunk<TState>.CountMax;
            var count = Math.Min(most, whole.Count - first);
            var after = first + count == whole.Count ? (chunk + 1L) * StateChunk<TState>.CountMax : next + count;
            if (!TSharing.Shared)
            {
                _nextPart.Value = after;
            }
            else if (Interlocked.CompareExchange(ref _nextPart.Value, after, next) != next)
            {
                continue;
            }

            part = whole.Part(first, count);
            return true;
        }
    }

    /// <summary>A worker has followed a part of a chunk.</summary>
    /// <returns>The chunk, when nothing of it is left.</returns>
    internal StateChunk<TState> HasFollowed(int chunk, int count) =>
        Interlocked.Add(ref _followed[chunk], count) == _level[chunk].Count ? _level[chunk] : default;

    internal uint NextIds(int count) => (uint)(Interlocked.Increment(ref _nextIdBlock.Value) - 1) * (uint)count;

    /// <summary>Whether the worker has to stop for a while (or for good) before it adds more.</summary>
    internal bool MustGrow<TSharing>()
        where TSharing : ISharing
    {
        if (_cancel.IsCancellationRequested)
        {
            Stop();
        }

        var slack = (TSharing.Shared ? _workers.Length : 1) * (long)SearchWorker<TSystem, TState, TSet>.BatchMax;
        if (!_full && _used.Value + slack > SearchMemory.Capacity(_set.Slots))
        {
            _paused = true;
        }

        return _paused;
    }

    /// <summary>A worker has added a batch.</summary>
    internal void Count<TSharing>(int added, long transitions)
        where TSharing : ISharing
    {
        var used = TSharing.Shared ? Interlocked.Add(ref _used.Value, added) : _used.Value += added;
        if (used > _limit)
        {
            _full = true;
        }

        if (!TSharing.Shared && transitions >= _progressAt)
        {
            _progressAt = transitions + ProgressEvery;
            Report();
        }
    }

    internal void FirstSeen()
    {
        if (_options.StopAtFirst || (_enough is not null && _enough(_workers[0].Violations)))
        {
            Stop();
        }
    }

    private void Stop()
    {
        _stopped = true;
        _paused = true;
    }

    /// <summary>How many states there may be at the end of the next level, and which bound says so.</summary>
    private SearchEnd SetLimit()
    {
        var (ofMemory, ofStates) = (_memory.StatesWithin(_options.MemoryMax, _used.Value, _tally.LastLevel), _options.StatesMax);
        _limit = Math.Min(ofMemory, ofStates);
        return ofMemory < ofStates ? SearchEnd.Memory : SearchEnd.States;
    }

    private void MakeLevel()
    {
        _nextPart.Value = 0;
        _sharing = _workers.Length > 1 && _tally.LastLevel >= WideLevel;
        if (_sharing)
        {
            Walks.Note(Seen(), _tally);
        }

        do
        {
            _paused = false;
            if (_sharing)
            {
                (_threads ??= new(_workers.Length)).Run(i =>
                {
                    if (i == 1)
                    {
                        // The others do its share meanwhile.
                        Walks.Make(_workers[i].System);
                    }

                    _workers[i].Expand<Together>();
                });
            }
            else
            {
                _workers[0].Expand<Alone>();
            }

            if (_paused && !_stopped)
            {
                Grow();
            }
        }
        while (_paused && !_stopped);
    }

    private void Grow()
    {
        try
        {
            _larger = TSet.Create(2 * _set.Slots, _options.FingerprintSeed, States);
        }
        catch (OutOfMemoryException)
        {
            // The system gives no more: the level is finished without new states, and the result is partial.
            _limit = Math.Min(_limit, _used.Value);
            _full = true;
            return;
        }

        _nextMove.Value = 0;
        if (_sharing)
        {
            _threads!.Run(_ => Move());
        }
        else
        {
            Move();
        }

        _set.Dispose();
        _set = _larger;
    }

    private void Move()
    {
        for (long first; (first = Interlocked.Add(ref _nextMove.Value, MoveShare) - MoveShare) < _set.Slots;)
        {
            _larger.Move(_set, first, Math.Min(first + MoveShare, _set.Slots));
        }
    }

    /// <summary>What the workers found becomes the next level, and the counts of the last one become final.</summary>
    private void GatherLevel()
    {
        _level = [];
        foreach (var worker in _workers)
        {
            worker.EndLevel();
            _level.AddRange(worker.Next);
            worker.Next.Clear();
        }

        _followed = TSet.KeepsStates ? [] : new int[_level.Count];
        _tally.EndLevel(_used.Value, _workers.Sum(worker => worker.Transitions), Seen());
        _memory.Note(_used.Value, _tally.LastLevel, _tally.LevelBefore);
    }

    private void Report() => _options.Progress?.Invoke(
        new(_used.Value, _workers.Sum(worker => worker.Transitions), Depth, _tally.LastLevel, _memory.Now, LevelForecast.Of(_tally.Levels)));
}
