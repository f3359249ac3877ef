using System.Runtime.CompilerServices;

namespace ApChaos.Exploring;

/// <summary>
/// 64-bit fingerprints of states: 128-bit products, folded. Good high bits (places in the table) and low bits (tags); not meant to withstand
/// somebody who looks for collisions.
/// </summary>
internal static class StateHash
{
    private const ulong A = 0x9E3779B97F4A7C15;
    private const ulong B = 0xC2B2AE3D27D4EB4F;
    private const ulong C = 0xD6E8FEB86659FD93;

    /// <summary>The fingerprint of a state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Of<TState>(ref readonly TState state, ulong seed)
        where TState : unmanaged
    {
        ref byte bytes = ref Unsafe.As<TState, byte>(ref Unsafe.AsRef(in state));
        var size = Unsafe.SizeOf<TState>();
        var hash = seed ^ A ^ (ulong)size;
        nint at = 0;
        for (; at + 32 <= size; at += 32)
        {
            // Two products that do not wait for each other.
            hash = Fold(Word(ref bytes, at) ^ hash, Word(ref bytes, at + 8) ^ B) + Fold(Word(ref bytes, at + 16) ^ C, Word(ref bytes, at + 24) ^ seed ^ A);
        }

        for (; at + 8 <= size; at += 8)
        {
            hash = Fold(Word(ref bytes, at) ^ hash, B);
        }

        for (; at < size; at++)
        {
            hash = Fold(Unsafe.Add(ref bytes, at) ^ hash, C);
        }

        return Fold(hash ^ B, A);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ref byte bytes, nint at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, at));

    // The low half is multiplied by itself: as an out argument it would go through memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong x, ulong y) => Math.BigMul(x, y, out _) ^ (x * y);
}
