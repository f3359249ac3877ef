using System.Runtime.InteropServices;

namespace ApChaos.Exploring;

/// <summary>Byte strings by small numbers, counted up from 0: equal bytes have the same number. They are only looked up, never enumerated.</summary>
internal sealed class InternTable
{
    private const int ChunkBytes = 1 << 16;

    private readonly List<byte[]> _chunks = [];
    private (int Chunk, int Offset, int Length)[] _entries = new (int, int, int)[64];
    private uint[] _hashes = new uint[64];
    private int[] _slots = new int[128];
    private int _used;

    /// <summary>How many there are.</summary>
    internal int Count { get; private set; }

    /// <summary>Bytes of memory that the table holds.</summary>
    internal long Memory { get; private set; } = 64 * (12 + 4) + 128 * 4;

    /// <summary>The bytes of a number.</summary>
    internal ReadOnlySpan<byte> this[int id]
    {
        get
        {
            ref readonly var entry = ref _entries[id];
            return _chunks[entry.Chunk].AsSpan(entry.Offset, entry.Length);
        }
    }

    /// <summary>The number of some bytes; they get the next one when they are new.</summary>
    internal int Intern(ReadOnlySpan<byte> bytes)
    {
        var hash = (uint)(ByteHash.Of(bytes, 0) >> 32);
        var mask = _slots.Length - 1;
        var slot = (int)hash & mask;
        for (; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            var id = _slots[slot] - 1;
            if (_hashes[id] == hash && this[id].SequenceEqual(bytes))
            {
                return id;
            }
        }

        return Add(bytes, hash, slot);
    }

    private int Add(ReadOnlySpan<byte> bytes, uint hash, int slot)
    {
        if (_chunks.Count == 0 || _used + bytes.Length > _chunks[^1].Length)
        {
            _chunks.Add(new byte[Math.Max(ChunkBytes, bytes.Length)]);
            _used = 0;
            Memory += _chunks[^1].Length;
        }

        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
            Array.Resize(ref _hashes, Count * 2);
            Memory += Count * (12 + 4);
        }

        bytes.CopyTo(_chunks[^1].AsSpan(_used));
        _entries[Count] = (_chunks.Count - 1, _used, bytes.Length);
        _hashes[Count] = hash;
        _used += bytes.Length;
        _slots[slot] = ++Count;
        if (Count * 2 > _slots.Length)
        {
            Grow();
        }

        return Count - 1;
    }

    private void Grow()
    {
        Memory += _slots.Length * 4L;
        _slots = new int[_slots.Length * 2];
        var mask = _slots.Length - 1;
        for (var id = 0; id < Count; id++)
        {
            var slot = (int)_hashes[id] & mask;
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            _slots[slot] = id + 1;
        }
    }
}

/// <summary>A hash of bytes of any length: products, folded, the same on every machine.</summary>
internal static class ByteHash
{
    private const ulong Secret0 = 0xA0761D6478BD642FUL;
    private const ulong Secret1 = 0xE7037ED1A0B428DBUL;

    /// <summary>64 bits of some bytes.</summary>
    internal static ulong Of(ReadOnlySpan<byte> bytes, ulong seed)
    {
        var hash = seed ^ Fold((ulong)bytes.Length ^ Secret0, Secret1);
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            hash = Fold(word ^ Secret0, hash ^ Secret1);
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
