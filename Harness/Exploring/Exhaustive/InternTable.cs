using System.Runtime.InteropServices;

namespace ApChaos.Exploring;

/// <summary>
/// Byte strings by small numbers, counted up from 0: equal bytes have the same number. They are only looked up, never enumerated. Several
/// workers may use a table at once: looking up takes no lock, only new bytes do.
/// </summary>
internal sealed class InternTable
{
    private const int ChunkBytes = 1 << 16;
    private const int EntryBytes = 24;

    private readonly object _gate = new();
    private readonly List<byte[]> _chunks = [];
    private volatile Entry[] _entries = new Entry[64];
    private volatile int[] _slots = new int[128];
    private volatile int _count;
    private int _used;
    private long _bytes;

    /// <summary>How many there are.</summary>
    internal int Count => _count;

    /// <summary>Bytes of memory that the table needs; computed from what is in it, so that it does not depend on who was first.</summary>
    internal long Memory => Interlocked.Read(ref _bytes) + (_count * (long)(EntryBytes + (3 * sizeof(int))));

    /// <summary>The bytes of a number.</summary>
    internal ReadOnlySpan<byte> this[int id]
    {
        get
        {
            ref readonly var entry = ref _entries[id];
            return entry.Chunk.AsSpan(entry.Offset, entry.Length);
        }
    }

    /// <summary>The number of some bytes; they get the next one when they are new.</summary>
    internal int Intern(ReadOnlySpan<byte> bytes)
    {
        var hash = (uint)(ByteHash.Of(bytes, 0) >> 32);
        var slots = _slots;
        if (Find(slots, bytes, hash, out _) is var found and >= 0)
        {
            return found;
        }

        lock (_gate)
        {
            slots = _slots;
            found = Find(slots, bytes, hash, out var slot);
            return found >= 0 ? found : Add(bytes, hash, slot);
        }
    }

    /// <summary>The number of the bytes, or -1 and the slot that is free for them.</summary>
    private int Find(int[] slots, ReadOnlySpan<byte> bytes, uint hash, out int slot)
    {
        var mask = slots.Length - 1;
        for (slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            var id = Volatile.Read(ref slots[slot]) - 1;
            if (id < 0)
            {
                return -1;
            }

            // Whoever put the number there had put the entry into the newest array before.
            ref readonly var entry = ref _entries[id];
            if (entry.Hash == hash && entry.Chunk.AsSpan(entry.Offset, entry.Length).SequenceEqual(bytes))
            {
                return id;
            }
        }
    }

    private int Add(ReadOnlySpan<byte> bytes, uint hash, int slot)
    {
        if (_chunks.Count == 0 || _used + bytes.Length > _chunks[^1].Length)
        {
            _chunks.Add(new byte[Math.Max(ChunkBytes, bytes.Length)]);
            _used = 0;
        }

        var id = _count;
        if (id == _entries.Length)
        {
            var larger = new Entry[id * 2];
            _entries.CopyTo(larger, 0);
            _entries = larger;
        }

        bytes.CopyTo(_chunks[^1].AsSpan(_used));
        _entries[id] = new Entry { Chunk = _chunks[^1], Offset = _used, Length = bytes.Length, Hash = hash };
        _used += bytes.Length;
        Interlocked.Add(ref _bytes, bytes.Length);
        _count = id + 1;
        if (_count * 2 > _slots.Length)
        {
            Grow();
        }
        else
        {
            Volatile.Write(ref _slots[slot], id + 1);
        }

        return id;
    }

    private void Grow()
    {
        var larger = new int[_slots.Length * 2];
        var mask = larger.Length - 1;
        for (var id = 0; id < _count; id++)
        {
            var slot = (int)_entries[id].Hash & mask;
            while (larger[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            larger[slot] = id + 1;
        }

        _slots = larger;
    }

    private struct Entry
    {
        internal byte[] Chunk;
        internal int Offset;
        internal int Length;
        internal uint Hash;
    }
}

/// <summary>A hash of bytes of any length: products, folded, the same on every machine.</summary>
internal static class ByteHash
{
    private const ulong Secret0 = 0xA0761D6478BD642FUL;
    private const ulong Secret1 = 0xE7037ED1A0B428DBUL;
    private const int Lanes = 4;

    /// <summary>64 bits of some bytes.</summary>
    internal static ulong Of(ReadOnlySpan<byte> bytes, ulong seed)
    {
        var hash = seed ^ Fold((ulong)bytes.Length ^ Secret0, Secret1);
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        var at = 0;
        if (words.Length >= 2 * Lanes)
        {
            // Products that do not wait for one another: of long strings a processor makes several at a time.
            var (first, second, third, fourth) = (hash, hash ^ Secret0, hash ^ Secret1, ~hash);
            for (; at + Lanes <= words.Length; at += Lanes)
            {
                first = Fold(words[at] ^ Secret0, first ^ Secret1);
                second = Fold(words[at + 1] ^ Secret0, second ^ Secret1);
                third = Fold(words[at + 2] ^ Secret0, third ^ Secret1);
                fourth = Fold(words[at + 3] ^ Secret0, fourth ^ Secret1);
            }

            hash = Fold(Fold(first ^ Secret0, second ^ Secret1) ^ Secret0, Fold(third ^ Secret0, fourth ^ Secret1) ^ Secret1);
        }

        for (; at < words.Length; at++)
        {
            hash = Fold(words[at] ^ Secret0, hash ^ Secret1);
        }

        var rest = 0UL;
        foreach (var b in bytes[(words.Length * 8)..])
        {
            rest = (rest << 8) | b;
        }

        return Fold(hash ^ Secret0, rest ^ Secret1);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
