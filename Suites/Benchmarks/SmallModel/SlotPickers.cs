using System.Numerics;
using System.Runtime.CompilerServices;
using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Suites.Benchmarks;

/// <summary>Which of the ready slots is next.</summary>
internal interface ISlotPicker
{
    /// <summary>A run begins.</summary>
    void Begin(ref RandomNumbers random, int slots);

    /// <summary>The number of a slot whose bit is set.</summary>
    int Pick(uint ready, ref RandomNumbers random);
}

/// <summary>Each ready slot alike.</summary>
internal struct UniformSlots : ISlotPicker
{
    public readonly void Begin(ref RandomNumbers random, int slots)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int Pick(uint ready, ref RandomNumbers random)
    {
        var choices = BitOperations.PopCount(ready);
        return Timers.BitAt(ready, choices > 1 ? random.Next(choices) : 0);
    }
}

/// <summary>Probabilistic concurrency testing of depth 3 (Burckhardt et al.): the highest priority runs; at two random steps it falls to the bottom.</summary>
internal struct PrioritySlots : ISlotPicker
{
    // A run of the one-queue model takes some eight steps, by four slots.
    private const int StepsPerSlot = 2;
    private const int LowestAtStart = 2;

    private Priorities _priorities;
    private int _step;
    private int _firstChange;
    private int _secondChange;

    public void Begin(ref RandomNumbers random, int slots)
    {
        for (var slot = 0; slot < slots; slot++)
        {
            var other = random.Next(slot + 1);
            _priorities[slot] = _priorities[other];
            _priorities[other] = (byte)(LowestAtStart + slot);
        }

        _step = 0;
        _firstChange = random.Next(StepsPerSlot * slots);
        _secondChange = random.Next(StepsPerSlot * slots);
    }

    public int Pick(uint ready, ref RandomNumbers random)
    {
        var step = _step++;
        var slot = Highest(ready);
        if (step == _firstChange)
        {
            _priorities[slot] = 1;
            slot = Highest(ready);
        }

        if (step == _secondChange)
        {
            _priorities[slot] = 0;
            slot = Highest(ready);
        }

        return slot;
    }

    private readonly int Highest(uint ready)
    {
        var best = BitOperations.TrailingZeroCount(ready);
        for (ready &= ready - 1; ready != 0; ready &= ready - 1)
        {
            var slot = BitOperations.TrailingZeroCount(ready);
            best = _priorities[slot] > _priorities[best] ? slot : best;
        }

        return best;
    }

    [InlineArray(32)]
    private struct Priorities
    {
        private byte _priority;
    }
}
