using System.Numerics;
using System.Runtime.CompilerServices;

namespace ApChaos.Exploring;

/// <summary>Whether several workers add at the same time.</summary>
internal interface ISharing
{
    static abstract bool Shared { get; }
}

internal readonly struct Alone : ISharing
{
    public static bool Shared => false;
}

internal readonly struct Together : ISharing
{
    public static bool Shared => true;
}

/// <summary>
/// The set of seen states: open addressing, the next place when one is taken, places from the high bits of the hash. It only grows, and only
/// while nobody adds. A struct, so that the loop over it is compiled for it; copies share the table.
/// </summary>
internal unsafe interface IVisitedSet<TState, TSelf> : IDisposable
    where TState : unmanaged
{
    /// <summary>Whether states live in the set for good, so that the states that wait need no copies.</summary>
    static abstract bool KeepsStates { get; }

    /// <summary>Bytes of one slot.</summary>
    static abstract int SlotBytes { get; }

    /// <summary>Bits that tell states apart; 0: all of them.</summary>
    static abstract int Bits { get; }

    long Slots { get; }

    static abstract TSelf Create(long slots, ulong seed, ChunkedArray<TState>? states);

    ulong Hash(ref readonly TState state);

    /// <summary>Has the state's place in the table fetched.</summary>
    void Fetch(ulong hash);

    /// <summary>Once the place is there, has what stands behind it fetched.</summary>
    void FetchBehind(ulong hash);

    /// <summary>Adds a state unless it is there. <paramref name="place"/> holds it afterwards if it was added; else it may be overwritten.</summary>
    bool Add<TSharing>(ref readonly TState state, ulong hash, TState* place, uint id)
        where TSharing : ISharing;

    /// <summary>Moves a share of another table's entries into this one; several workers may do so at the same time.</summary>
    void Move(TSelf from, long first, long end);
}

/// <summary>Fingerprints of 64 bits, 0 is an empty slot.</summary>
internal unsafe struct Fingerprints64<TState> : IVisitedSet<TState, Fingerprints64<TState>>
    where TState : unmanaged
{
    private NativeArray<ulong> _table;
    private ulong* _slots;
    private ulong _mask;
    private ulong _seed;
    private int _shift;

    public static bool KeepsStates => false;

    public static int SlotBytes => sizeof(ulong);

    public static int Bits => 64;

    public readonly long Slots => _table.Length;

    public static Fingerprints64<TState> Create(long slots, ulong seed, ChunkedArray<TState>? states)
    {
        var table = new NativeArray<ulong>(slots, zeroed: true);
        return new() { _table = table, _slots = table.Items, _mask = (ulong)slots - 1, _shift = Places.Shift(slots), _seed = seed };
    }

    public readonly ulong Hash(ref readonly TState state)
    {
        var hash = StateHash.Of(in state, _seed);
        return hash == 0 ? 1 : hash;
    }

    public readonly void Fetch(ulong hash) => Places.Fetch(_slots + (hash >> _shift));

    public readonly void FetchBehind(ulong hash)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Add<TSharing>(ref readonly TState state, ulong hash, TState* place, uint id)
        where TSharing : ISharing
    {
        if (!AddHash<TSharing>(hash))
        {
            return false;
        }

        *place = state;
        return true;
    }

    public readonly void Move(Fingerprints64<TState> from, long first, long end)
    {
        for (var i = first; i < end; i++)
        {
            if (from._slots[i] is not 0 and var hash)
            {
                AddHash<Together>(hash);
            }
        }
    }

    public readonly void Dispose() => _table.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool AddHash<TSharing>(ulong hash)
        where TSharing : ISharing
    {
        var at = SlotLine.Of(hash, _shift);
        while (true)
        {
            var line = _slots + at;
            var empty = SlotLine.EmptyFirst<TSharing>(line);
            if (SlotLine.Equal(line, hash) != 0)
            {
                return false;
            }

            if (empty == 0)
            {
                at = (at + SlotLine.Slots) & _mask;
            }
            else if (SlotLine.Put<TSharing>(line, empty, hash))
            {
                return true;
            }
        }
    }
}

/// <summary>Fingerprints of 128 bits: two words, the second follows the first at once, and neither is ever 0.</summary>
internal unsafe struct Fingerprints128<TState> : IVisitedSet<TState, Fingerprints128<TState>>
    where TState : unmanaged
{
    private NativeArray<UInt128> _table;
    private ulong* _slots;
    private ulong _mask;
    private ulong _seed;
    private int _shift;

    public static bool KeepsStates => false;

    public static int SlotBytes => 2 * sizeof(ulong);

    public static int Bits => 128;

    public readonly long Slots => _table.Length;

    public static Fingerprints128<TState> Create(long slots, ulong seed, ChunkedArray<TState>? states)
    {
        var table = new NativeArray<UInt128>(slots, zeroed: true);
        return new() { _table = table, _slots = (ulong*)table.Items, _mask = (ulong)slots - 1, _shift = Places.Shift(slots), _seed = seed };
    }

    public readonly ulong Hash(ref readonly TState state)
    {
        var hash = StateHash.Of(in state, _seed);
        return hash == 0 ? 1 : hash;
    }

    public readonly void Fetch(ulong hash) => Places.Fetch(_slots + (2 * (hash >> _shift)));

    public readonly void FetchBehind(ulong hash)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Add<TSharing>(ref readonly TState state, ulong hash, TState* place, uint id)
        where TSharing : ISharing
    {
        if (!AddHash<TSharing>(hash, StateHash.Of(in state, ~_seed) | 1))
        {
            return false;
        }

        *place = state;
        return true;
    }

    public readonly void Move(Fingerprints128<TState> from, long first, long end)
    {
        for (var i = 2 * first; i < 2 * end; i += 2)
        {
            if (from._slots[i] is not 0 and var hash)
            {
                AddHash<Together>(hash, from._slots[i + 1]);
            }
        }
    }

    public readonly void Dispose() => _table.Dispose();

    private readonly bool AddHash<TSharing>(ulong hash, ulong second)
        where TSharing : ISharing
    {
        for (var at = hash >> _shift; ; at = (at + 1) & _mask)
        {
            var slot = _slots + (2 * at);
            var found = Volatile.Read(ref *slot);
            if (found == 0)
            {
                found = TSharing.Shared ? Interlocked.CompareExchange(ref *slot, hash, 0) : 0;
                if (found == 0)
                {
                    *slot = hash;
                    Volatile.Write(ref slot[1], second);
                    return true;
                }
            }

            if (found == hash && Second(slot) == second)
            {
                return false;
            }
        }
    }

    private static ulong Second(ulong* slot)
    {
        // Whoever wrote the first word writes the second with his next instruction.
        ulong second;
        while ((second = Volatile.Read(ref slot[1])) == 0)
        {
        }

        return second;
    }
}

/// <summary>Whole states, numbered; a slot holds the high half of the hash and the number + 1, 0 is an empty slot.</summary>
internal unsafe struct WholeStates<TState> : IVisitedSet<TState, WholeStates<TState>>
    where TState : unmanaged
{
    private const ulong Number = uint.MaxValue;

    private NativeArray<ulong> _table;
    private ChunkedArray<TState> _states;
    private ulong* _slots;
    private ulong _mask;
    private ulong _seed;
    private int _shift;

    public static bool KeepsStates => true;

    public static int SlotBytes => sizeof(ulong);

    public static int Bits => 0;

    public readonly long Slots => _table.Length;

    public static WholeStates<TState> Create(long slots, ulong seed, ChunkedArray<TState>? states)
    {
        var table = new NativeArray<ulong>(slots, zeroed: true);
        return new() { _table = table, _slots = table.Items, _mask = (ulong)slots - 1, _shift = Places.Shift(slots), _seed = seed, _states = states! };
    }

    public readonly ulong Hash(ref readonly TState state) => StateHash.Of(in state, _seed);

    public readonly void Fetch(ulong hash) => Places.Fetch(_slots + (hash >> _shift));

    public readonly void FetchBehind(ulong hash)
    {
        for (var at = SlotLine.Of(hash, _shift); ; at = (at + SlotLine.Slots) & _mask)
        {
            var line = _slots + at;
            var empty = SlotLine.Empty(line);
            var same = SlotLine.EqualHigh(line, hash) & ~empty;
            if (same != 0)
            {
                Places.Fetch(_states.At((uint)line[BitOperations.TrailingZeroCount(same)] - 1));
                return;
            }

            if (empty != 0)
            {
                return;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Add<TSharing>(ref readonly TState state, ulong hash, TState* place, uint id)
        where TSharing : ISharing
    {
        var entry = (hash & ~Number) | (id + 1);
        var written = false;
        var at = SlotLine.Of(hash, _shift);
        while (true)
        {
            var line = _slots + at;
            var empty = SlotLine.EmptyFirst<TSharing>(line);
            for (var same = SlotLine.EqualHigh(line, hash) & ~empty; same != 0; same &= same - 1)
            {
                var found = Volatile.Read(ref line[BitOperations.TrailingZeroCount(same)]);
                if (StateBytes.Same(ref *_states.At((uint)found - 1), in state))
                {
                    return false;
                }
            }

            if (empty == 0)
            {
                at = (at + SlotLine.Slots) & _mask;
                continue;
            }

            if (!written)
            {
                // Before it is published: whoever reads the number may read the state.
                *place = state;
                written = true;
            }

            if (SlotLine.Put<TSharing>(line, empty, entry))
            {
                return true;
            }
        }
    }

    public readonly void Move(WholeStates<TState> from, long first, long end)
    {
        for (var i = first; i < end; i++)
        {
            if (from._slots[i] is not 0 and var entry)
            {
                var at = SlotLine.Of(entry & ~Number, _shift);
                uint empty;
                while ((empty = SlotLine.Empty(_slots + at)) == 0 || !SlotLine.Put<Together>(_slots + at, empty, entry))
                {
                    at = empty == 0 ? (at + SlotLine.Slots) & _mask : at;
                }
            }
        }
    }

    public readonly void Dispose() => _table.Dispose();
}
