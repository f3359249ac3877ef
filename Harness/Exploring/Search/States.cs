using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ApChaos.Exploring;

/// <summary>A state of 32 bytes: four words, or 32 bytes by <see cref="StateBytes"/>.</summary>
[InlineArray(4)]
public struct State32
{
    private ulong _word;
}

/// <summary>A state of 64 bytes.</summary>
[InlineArray(8)]
public struct State64
{
    private ulong _word;
}

/// <summary>A state of 128 bytes.</summary>
[InlineArray(16)]
public struct State128
{
    private ulong _word;
}

/// <summary>A state of 256 bytes.</summary>
[InlineArray(32)]
public struct State256
{
    private ulong _word;
}

/// <summary>The bytes of a state.</summary>
public static class StateBytes
{
    /// <summary>Views a state as bytes, for writing.</summary>
    /// <typeparam name="TState">Type of the state.</typeparam>
    /// <param name="state">The state.</param>
    /// <returns>Its bytes.</returns>
    public static Span<byte> Of<TState>(ref TState state)
        where TState : unmanaged => MemoryMarshal.AsBytes(new Span<TState>(ref state));

    /// <summary>Views a state as bytes.</summary>
    /// <typeparam name="TState">Type of the state.</typeparam>
    /// <param name="state">The state.</param>
    /// <returns>Its bytes.</returns>
    public static ReadOnlySpan<byte> OfReadOnly<TState>(in TState state)
        where TState : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<TState>(in state));

    /// <summary>Whether two states are the same, byte by byte.</summary>
    /// <typeparam name="TState">Type of the state.</typeparam>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    /// <returns>Whether they are equal.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Same<TState>(ref readonly TState a, ref readonly TState b)
        where TState : unmanaged
    {
        ref byte x = ref Unsafe.As<TState, byte>(ref Unsafe.AsRef(in a));
        ref byte y = ref Unsafe.As<TState, byte>(ref Unsafe.AsRef(in b));
        nint at = 0;
        for (; at + 32 <= Unsafe.SizeOf<TState>(); at += 32)
        {
            if (Unsafe.ReadUnaligned<System.Runtime.Intrinsics.Vector256<ulong>>(ref Unsafe.Add(ref x, at))
                != Unsafe.ReadUnaligned<System.Runtime.Intrinsics.Vector256<ulong>>(ref Unsafe.Add(ref y, at)))
            {
                return false;
            }
        }

        for (; at < Unsafe.SizeOf<TState>(); at++)
        {
            if (Unsafe.Add(ref x, at) != Unsafe.Add(ref y, at))
            {
                return false;
            }
        }

        return true;
    }
}
