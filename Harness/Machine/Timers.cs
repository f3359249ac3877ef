using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>
/// The timers of a machine, as remaining virtual nanoseconds, and what is ready now. A slot is an actor (its sleep) or a hardware event.
/// </summary>
/// <remarks>
/// Order of simultaneous events: everything that is ready at one virtual instant is offered to one schedule choice, actors before
/// hardware events, each in slot order, the actor that ran last first. Time passes only when nothing is ready.
/// Slots that are armed, and slots that are ready, are bits in words: a step looks at a word or two, not at every slot.
/// </remarks>
public sealed class Timers
{
    private readonly long[] _remaining;
    private readonly ulong[] _armed;
    private readonly ulong[] _ready;

    internal Timers(int slots)
    {
        _remaining = new long[slots];
        _armed = new ulong[(slots + 63) / 64];
        _ready = new ulong[_armed.Length];
        Reset();
    }

    /// <summary>Virtual nanoseconds since the start of the run.</summary>
    public long NowNs { get; private set; }

    /// <summary>For each slot the time that it is still armed for; <see cref="VirtualTime.Never"/> when it is not.</summary>
    internal long[] Remaining => _remaining;

    /// <summary>Says what of a slot is state.</summary>
    internal void Keep(StateImage image, int slot)
    {
        // What remains is never below zero: the sign says what is ready.
        var kept = IsReady(slot) ? ~_remaining[slot] : _remaining[slot];
        image.Value(ref kept);
        if (image.IsSaving)
        {
            return;
        }

        var remaining = kept < 0 ? ~kept : kept;
        _remaining[slot] = remaining;
        _armed[slot >> 6] &= ~(1UL << slot);
        _armed[slot >> 6] |= remaining != VirtualTime.Never ? 1UL << slot : 0;
        MakeWaiting(slot);
        _ready[slot >> 6] |= kept < 0 ? 1UL << slot : 0;
    }

    /// <summary>Puts the clock to an instant of exploration: absolute time is no state.</summary>
    internal void SetNow(long nowNs) => NowNs = nowNs;

    internal void Reset()
    {
        Array.Fill(_remaining, VirtualTime.Never);
        Array.Clear(_armed);
        Array.Clear(_ready);
        NowNs = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Arm(int slot, long ns)
    {
        if (ns <= 0)
        {
            Unarm(slot);
            MakeReady(slot);
            return;
        }

        // A slot that is due and armed anew is not due any more.
        MakeWaiting(slot);
        _remaining[slot] = ns;
        if (ns != VirtualTime.Never)
        {
            _armed[slot >> 6] |= 1UL << slot;
        }
        else
        {
            _armed[slot >> 6] &= ~(1UL << slot);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Disarm(int slot)
    {
        Unarm(slot);
        MakeWaiting(slot);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsArmed(int slot) => (((_armed[slot >> 6] | _ready[slot >> 6]) >> slot) & 1) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void MakeReady(int slot) => _ready[slot >> 6] |= 1UL << slot;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void MakeWaiting(int slot) => _ready[slot >> 6] &= ~(1UL << slot);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsReady(int slot) => ((_ready[slot >> 6] >> slot) & 1) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int CountReady()
    {
        var words = _ready;
        var count = BitOperations.PopCount(words[0]);
        for (var i = 1; i < words.Length; i++)
        {
            count += BitOperations.PopCount(words[i]);
        }

        return count;
    }

    /// <summary>The ready slot at a position, in slot order.</summary>
    /// <param name="position">From 0, below the count of ready slots.</param>
    /// <returns>The slot.</returns>
    internal int SlotAt(int position) => OtherSlotAt(position, except: -1);

    /// <summary>The ready slot at a position, in slot order, when one slot is left out.</summary>
    /// <param name="position">From 0, below the count of the others.</param>
    /// <param name="except">The slot that is left out, or -1.</param>
    /// <returns>The slot.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int OtherSlotAt(int position, int except)
    {
        var words = _ready;
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            if (except >> 6 == i)
            {
                word &= ~(1UL << except);
            }

            if (words.Length == 1)
            {
                return BitAt(word, position);
            }

            var count = BitOperations.PopCount(word);
            if (position < count)
            {
                return (i << 6) + BitAt(word, position);
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
        var remaining = _remaining;
        var step = VirtualTime.Never;
        for (var i = 0; i < _armed.Length; i++)
        {
            for (var word = _armed[i]; word != 0; word &= word - 1)
            {
                step = Math.Min(step, remaining[(i << 6) + BitOperations.TrailingZeroCount(word)]);
            }
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
        for (var i = 0; i < _armed.Length; i++)
        {
            var ended = 0UL;
            for (var word = _armed[i]; word != 0; word &= word - 1)
            {
                ref var left = ref remaining[(i << 6) + BitOperations.TrailingZeroCount(word)];
                left -= step;
                if (left == 0)
                {
                    left = VirtualTime.Never;
                    ended |= word & (0 - word);
                }
            }

            _armed[i] ^= ended;
            _ready[i] |= ended;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Unarm(int slot)
    {
        _remaining[slot] = VirtualTime.Never;
        _armed[slot >> 6] &= ~(1UL << slot);
    }

    /// <summary>Number of the set bit at a position. Without a branch where the processor can: the position is chance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int BitAt(ulong word, int position)
    {
        if (Bmi2.X64.IsSupported)
        {
            return BitOperations.TrailingZeroCount(Bmi2.X64.ParallelBitDeposit(1UL << position, word));
        }

        while (position-- > 0)
        {
            word &= word - 1;
        }

        return BitOperations.TrailingZeroCount(word);
    }
}
