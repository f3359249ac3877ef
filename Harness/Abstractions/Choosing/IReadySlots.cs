namespace ApChaos.Abstractions;

/// <summary>
/// Who is ready, for sources of choices that look beyond the number of answers. Valid while a choice of
/// <see cref="ChoiceLabel.Schedule"/> is answered.
/// </summary>
/// <remarks>A slot is an actor, a hardware event or a timer of a fault; a slot stands for the same thing throughout the runs of an engine.</remarks>
public interface IReadySlots
{
    /// <summary>All objects: what a step may touch that nobody knows better.</summary>
    const ulong AllObjects = ulong.MaxValue;

    /// <summary>How many slots there are, ready or not.</summary>
    int SlotCount { get; }

    /// <summary>Steps of the run so far.</summary>
    int Steps { get; }

    /// <summary>The slot that an answer of the schedule choice stands for.</summary>
    /// <param name="answer">From 0, below the number of answers.</param>
    /// <returns>The slot, from 0.</returns>
    int SlotAt(int answer);

    /// <summary>The objects (queues, locks, memory, a guest) that the next step of a slot may touch. Steps without a common object commute.</summary>
    /// <param name="slot">The slot.</param>
    /// <returns>A set of bits; an object has always the same bit, several may share one.</returns>
    ulong ObjectsOf(int slot);
}
