using System.Runtime.CompilerServices;

namespace ApChaos.Exploring;

/// <summary>States that lie side by side and wait to be followed.</summary>
internal readonly unsafe struct StateChunk<TState>(TState* states, int count, uint firstId)
    where TState : unmanaged
{
    internal const int CountMax = 256;

    internal readonly TState* States = states;
    internal readonly int Count = count;
    internal readonly uint FirstId = firstId;

    /// <summary>A part of it.</summary>
    internal StateChunk<TState> Part(int first, int count) => new(States + first, count, FirstId + (uint)first);
}

/// <summary>The first transition with a kind of violation that a worker met, and how many there were.</summary>
internal struct ViolationSeen
{
    internal int Violation;
    internal long Transitions;
    internal int Depth;
    internal uint Parent;
    internal int Ordinal;
}

/// <summary>
/// One worker's share of a level: takes chunks, makes successors in batches, adds them to the visited set, keeps the new ones for the next level.
/// It can stop after any batch, so that the table may grow, and go on.
/// </summary>
internal sealed unsafe class SearchWorker<TSystem, TState, TSet>
    where TSystem : ITransitionSystem<TState>
    where TState : unmanaged
    where TSet : struct, IVisitedSet<TState, TSet>
{
    /// <summary>Most states that are added before the table is asked again whether it has room.</summary>
    internal const int BatchMax = 1024;

    private const int BatchWanted = 128;

    private readonly SearchRun<TSystem, TState, TSet> _run;
    private readonly SuccessorList<TState> _successors = new();
    private readonly ulong[] _hashes = new ulong[BatchMax];
    private readonly List<(int Start, uint Parent)> _families = [];
    private readonly Stack<nint> _freeChunks = [];
    private readonly List<NativeArray<TState>> _slabs = [];
    private TSystem _system;

    // Where it is: in the part of a chunk that is followed, in the successors that are being added.
    private StateChunk<TState> _part;
    private int _chunk;
    private int _at;
    private int _added;
    private int _family;

    // Where the next new state goes.
    private TState* _start;
    private TState* _place;
    private int _left;
    private uint _id;

    internal SearchWorker(SearchRun<TSystem, TState, TSet> run, TSystem system)
    {
        (_run, _system) = (run, system);
        OpenPlaces();
    }

    /// <summary>States that it found on the level that is being made.</summary>
    internal List<StateChunk<TState>> Next { get; } = [];

    internal List<ViolationSeen> Violations { get; } = [];

    internal long Transitions { get; private set; }

    /// <summary>The worker's instance of the model.</summary>
    internal TSystem System => _system;

    internal void AddInitial()
    {
        var initial = _system.Initial;
        _run.Set.Add<Alone>(in initial, _run.Set.Hash(in initial), _place, _id);
        TakePlace();
    }

    /// <summary>Follows states until there are no more, or until somebody wants the table to grow.</summary>
    internal void Expand<TSharing>()
        where TSharing : ISharing
    {
        if (_added < _successors.Count && !AddSuccessors<TSharing>())
        {
            return;
        }

        while (!_run.Paused)
        {
            if (_at == _part.Count)
            {
                LeavePart();
                if (!_run.TryTake<TSharing>(out _part, out _chunk))
                {
                    if (_successors.Count > 0)
                    {
                        AddSuccessors<TSharing>();
                    }

                    return;
                }
            }

            while (_at < _part.Count)
            {
                _families.Add((_successors.Count, _part.FirstId + (uint)_at));
                _system.Expand(in _part.States[_at++], _successors);
                if (_successors.Count >= BatchWanted && !AddSuccessors<TSharing>())
                {
                    return;
                }
            }
        }
    }

    /// <summary>The level is complete: what is open becomes part of the next one.</summary>
    internal void EndLevel()
    {
        var any = _place > _start;
        CloseChunk();
        if (any && !TSet.KeepsStates)
        {
            // The rest of an open chunk is left empty: a chunk is given back as a whole once its states were followed.
            OpenPlaces();
        }
    }

    internal void Dispose() => _slabs.ForEach(slab => slab.Dispose());

    /// <summary>Whether all were added; else the table must grow first.</summary>
    private bool AddSuccessors<TSharing>()
        where TSharing : ISharing
    {
        while (_added < _successors.Count)
        {
            if (_run.MustGrow<TSharing>())
            {
                return false;
            }

            var count = Math.Min(BatchMax, _successors.Count - _added);
            AddBatch<TSharing>(count);
        }

        _successors.Clear();
        _families.Clear();
        _added = 0;
        _family = 0;
        return true;
    }

    private void AddBatch<TSharing>(int count)
        where TSharing : ISharing
    {
        var set = _run.Set;
        var items = _successors.Items.Slice(_added, count);
        var hashes = _hashes.AsSpan(0, count);
        if (!_run.Full)
        {
            for (var i = 0; i < hashes.Length; i++)
            {
                hashes[i] = set.Hash(in items[i].State);
                set.Fetch(hashes[i]);
            }

            for (var i = 0; TSet.KeepsStates && i < hashes.Length; i++)
            {
                set.FetchBehind(hashes[i]);
            }
        }

        var added = 0;
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i].Violation != 0)
            {
                NoteViolation(_added + i, items[i].Violation);
            }

            if (_run.Full || !set.Add<TSharing>(in items[i].State, hashes[i], _place, _id))
            {
                continue;
            }

            if (!TSharing.Shared && _run.Ancestry is { } ancestry)
            {
                var (start, parent) = FamilyOf(_added + i);
                ancestry.Note(_id, parent, _added + i - start);
            }

            added++;
            TakePlace();
        }

        _added += count;
        Transitions += count;
        _run.Count<TSharing>(added, Transitions);
    }

    /// <summary>Which state a successor belongs to. Asked for in rising order only.</summary>
    private (int Start, uint Parent) FamilyOf(int index)
    {
        while (_family + 1 < _families.Count && _families[_family + 1].Start <= index)
        {
            _family++;
        }

        return _families[_family];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NoteViolation(int index, int violation)
    {
        for (var i = 0; i < Violations.Count; i++)
        {
            if (Violations[i].Violation == violation)
            {
                Violations[i] = Violations[i] with { Transitions = Violations[i].Transitions + 1 };
                return;
            }
        }

        var (start, parent) = FamilyOf(index);
        Violations.Add(new() { Violation = violation, Transitions = 1, Depth = _run.Depth + 1, Parent = parent, Ordinal = index - start });
        _run.FirstSeen();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TakePlace()
    {
        _place++;
        _id++;
        if (--_left == 0)
        {
            CloseChunk();
            OpenPlaces();
        }
    }

    private void OpenPlaces()
    {
        _left = StateChunk<TState>.CountMax;
        if (_run.States is { } states)
        {
            _id = _run.NextIds(_left);
            states.Reserve(_id);
            _start = _place = states.At(_id);
            return;
        }

        if (!_freeChunks.TryPop(out var chunk))
        {
            var slab = new NativeArray<TState>(64L * _left, zeroed: false);
            _slabs.Add(slab);
            for (var i = 63; i > 0; i--)
            {
                _freeChunks.Push((nint)(slab.Items + (i * _left)));
            }

            chunk = (nint)slab.Items;
        }

        _start = _place = (TState*)chunk;
    }

    private void CloseChunk()
    {
        var count = (int)(_place - _start);
        if (count > 0)
        {
            Next.Add(new(_start, count, _id - (uint)count));
            _start = _place;
        }
    }

    /// <summary>Without a store of states a chunk that was followed is free for the next level.</summary>
    private void LeavePart()
    {
        if (!TSet.KeepsStates && _part.Count > 0 && _run.HasFollowed(_chunk, _part.Count) is { Count: > 0 } followed)
        {
            _freeChunks.Push((nint)followed.States);
        }

        _part = default;
        _at = 0;
    }
}
