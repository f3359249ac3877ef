using System.Numerics;
using System.Runtime.CompilerServices;
using ApChaos.Abstractions;

namespace ApChaos.Running;

/// <summary>The hash chain of a run: one link for each step and each event. The same inputs give the same chain on every machine.</summary>
public struct TraceHash
{
    private ulong _value;

    /// <summary>The chain so far.</summary>
    public readonly ulong Value => _value;

    /// <summary>Writes a hash the way replay files do: 16 hexadecimal digits.</summary>
    /// <param name="hash">The hash.</param>
    /// <returns>The text.</returns>
    public static string Format(ulong hash) => hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    internal void Reset() => _value = 0xA9C4A05_2019_0905;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddStep(int slot, Op op, long reply, long nowNs) =>
        Mix(((ulong)(uint)slot << 8) ^ (ulong)op ^ ((ulong)reply << 24), (ulong)nowNs);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddEvent(in MachineEvent e)
    {
        var head = (ulong)e.Kind | ((ulong)e.Op << 8) | ((ulong)(ushort)e.Queue << 16) | ((ulong)(ushort)e.Guest << 32);
        Mix(head ^ BitOperations.RotateLeft((ulong)e.A, 48), BitOperations.RotateLeft((ulong)e.B, 32) ^ (ulong)e.C);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Mix(ulong first, ulong second)
    {
        // The low half is multiplied by itself: as an out argument it would go through memory, and the chain would wait for it.
        var (left, right) = (_value ^ first ^ 0x9E3779B97F4A7C15UL, second ^ 0xD1342543DE82EF95UL);
        _value = Math.BigMul(left, right, out _) ^ (left * right) ^ BitOperations.RotateLeft(_value, 29);
    }
}
