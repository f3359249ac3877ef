using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ApChaos.Exploring;

/// <summary>
/// Eight slots that share a cache line and are looked at together: which of them a word is in cannot be predicted, so it is not branched on. They
/// are filled in order.
/// </summary>
internal static unsafe class SlotLine
{
    internal const int Slots = 8;

    private const int Half = Slots / 2;

    /// <summary>Position of the first slot of the line where a hash belongs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Of(ulong hash, int shift) => (hash >> shift) & ~(Slots - 1ul);

    /// <summary>Bit i: slot i is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Empty(ulong* line) => Equal(line, 0);

    /// <summary>
    /// <see cref="Empty"/>, read before anything else of the line is: another worker's word that comes later is in a slot that counts as empty here,
    /// and <see cref="Put"/> into it fails.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint EmptyFirst<TSharing>(ulong* line)
        where TSharing : ISharing
    {
        var empty = Empty(line);
        if (TSharing.Shared)
        {
            Volatile.ReadBarrier();
        }

        return empty;
    }

    /// <summary>Bit i: slot i holds the word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Equal(ulong* line, ulong word)
    {
        var words = Vector256.Create(word);
        return Vector256.Equals(Vector256.Load(line), words).ExtractMostSignificantBits()
            | (Vector256.Equals(Vector256.Load(line + Half), words).ExtractMostSignificantBits() << Half);
    }

    /// <summary>Bit i: the high half of slot i is that of the word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint EqualHigh(ulong* line, ulong word)
    {
        var highs = Vector256.Create((uint)(word >> 32));
        return Vector256.Equals(Vector256.Load((uint*)line), highs).AsUInt64().ExtractMostSignificantBits()
            | (Vector256.Equals(Vector256.Load((uint*)(line + Half)), highs).AsUInt64().ExtractMostSignificantBits() << Half);
    }

    /// <summary>Writes a word into the first empty slot.</summary>
    /// <returns>Whether it was still empty.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Put<TSharing>(ulong* line, uint empty, ulong word)
        where TSharing : ISharing
    {
        ref var slot = ref line[BitOperations.TrailingZeroCount(empty)];
        if (TSharing.Shared)
        {
            return Interlocked.CompareExchange(ref slot, word, 0) == 0;
        }

        slot = word;
        return true;
    }
}

/// <summary>Places in a table.</summary>
internal static unsafe class Places
{
    /// <summary>By how much a hash is shifted to give a place: never by all 64 bits, and never into the low half, which whole states do not keep.</summary>
    internal static int Shift(long slots) => 64 - BitOperations.Log2((ulong)slots);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Fetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}
