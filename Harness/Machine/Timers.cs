using System.Numerics;
using System.Runtime.CompilerServices;
using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>
/// The timers of a machine, as remaining virtual nanoseconds, and what is ready now. A slot is an actor (its sleep) or a hardware event.
/// </summary>
/// <remarks>
/// Order of simultaneous events: everything that is ready at one virtual instant is offered to one schedule choice, actors before
/// hardware events, each in slot order, the actor that ran last first. Time passes only when nothing is ready.
/// </remarks>
public sealed class Timers
{
    private readonly long[] _remaining;
    private readonly ulong[] _ready;
    private readonly int _slots;

    internal Timers(int slots)
    {
        _slots = slots;
        var width = Vector<long>.Count;
        _remaining = new long[(slots + width - 1) / width * width];
        _ready = new ulong[(slots + 63) / 64];
        Reset();
    }

    /// <summary>Virtual nanoseconds since the start of the run.</summary>
    public long NowNs { get; private set; }

    internal long[] Remaining => _remaining;

    internal ulong[] Ready => _ready;

    internal void Reset()
    {
        Array.Fill(_remaining, VirtualTime.Never);
        Array.Clear(_ready);
        NowNs = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Arm(int slot, long ns)
    {
        if (ns <= 0)
        {
            _remaining[slot] = VirtualTime.Never;
            MakeReady(slot);
            return;
        }

        // A slot that is due and armed anew is not due any more.
        MakeWaiting(slot);
        _remaining[slot] = ns;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Disarm(int slot)
    {
        _remaining[slot] = VirtualTime.Never;
        MakeWaiting(slot);
    }

    internal bool IsArmed(int slot) => _remaining[slot] != VirtualTime.Never || IsReady(slot);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void MakeReady(int slot) => _ready[slot >> 6] |= 1UL << slot;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void MakeWaiting(int slot) => _ready[slot >> 6] &= ~(1UL << slot);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsReady(int slot) => ((_ready[slot >> 6] >> slot) & 1) != 0;

    internal int CountReady()
    {
        var count = 0;
        foreach (var word in _ready)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }

    /// <summary>The ready slot at a position, in slot order.</summary>
    internal int SlotAt(int position)
    {
        for (var i = 0; i < _ready.Length; i++)
        {
            var word = _ready[i];
            var count = BitOperations.PopCount(word);
            if (position < count)
            {
                while (position-- > 0)
                {
                    word &= word - 1;
                }

                return (i << 6) + BitOperations.TrailingZeroCount(word);
            }

            position -= count;
        }

        return -1;
    }

    /// <summary>Lets time pass until the next timer ends.</summary>
    /// <returns>Whether there was one.</returns>
    internal bool Advance() => Advance(VirtualTime.Never);

    /// <summary>Lets time pass until the next timer ends, but not beyond a limit.</summary>
    /// <param name="limitNs">Virtual instant, later than now.</param>
    /// <returns>Whether time passed: false when no timer is armed.</returns>
    internal bool Advance(long limitNs)
    {
        var width = Vector<long>.Count;
        var nearest = new Vector<long>(VirtualTime.Never);
        for (var i = 0; i < _remaining.Length; i += width)
        {
            nearest = Vector.Min(nearest, new Vector<long>(_remaining, i));
        }

        var step = VirtualTime.Never;
        for (var i = 0; i < width; i++)
        {
            step = Math.Min(step, nearest[i]);
        }

        if (step == VirtualTime.Never)
        {
            return false;
        }

        // At the limit itself nothing has ended yet: the caller acts there first.
        if (limitNs != VirtualTime.Never && NowNs + step > limitNs)
        {
            step = limitNs - NowNs;
        }

        NowNs += step;
        var passed = new Vector<long>(step);
        var never = new Vector<long>(VirtualTime.Never);
        for (var i = 0; i < _remaining.Length; i += width)
        {
            var before = new Vector<long>(_remaining, i);
            var after = Vector.ConditionalSelect(Vector.Equals(before, never), before, before - passed);
            after.CopyTo(_remaining, i);
            if (Vector.EqualsAny(after, Vector<long>.Zero))
            {
                Expire(i, Math.Min(i + width, _slots));
            }
        }

        return true;
    }

    private void Expire(int from, int to)
    {
        for (var slot = from; slot < to; slot++)
        {
            if (_remaining[slot] == 0)
            {
                _remaining[slot] = VirtualTime.Never;
                MakeReady(slot);
            }
        }
    }
}
