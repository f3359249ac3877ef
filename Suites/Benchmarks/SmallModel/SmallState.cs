using System.Runtime.CompilerServices;

namespace ApChaos.Suites.Benchmarks;

/// <summary>
/// State of the small model: a byte for each queue, a number for what each actor's code will do next. The driver is actor 0, the guest of queue j
/// actor 1 + j.
/// </summary>
internal struct SmallState
{
    internal const int QueuesMax = 8;

    private const ulong Each = 0x0101010101010101;
    private const ulong Ticks = 3 * Each;
    private const ulong IrqAndReply = 0xC;
    private const ulong Reply = 8;
    private const ulong Pinned = 0x10;

    // Bits 0..1: ticks of the reset that is going on; 2: interruption is on; 3: a reply waits; 4: the page is pinned.
    private ulong _queues;
    internal Locals Actors;

    internal static SmallState Initial(int queues) => new() { _queues = ((IrqAndReply | Pinned) * Each) & (ulong.MaxValue >> (64 - (8 * queues))) };

    /// <summary>Whether any queue is being reset.</summary>
    internal readonly bool AnyResetting => (_queues & Ticks) != 0;

    /// <summary>Bit j: the card may store into the notification byte of queue j.</summary>
    internal readonly uint Stores => (uint)((((_queues >> 2) & (_queues >> 3) & Each) * 0x0102040810204080) >> 56);

    internal readonly bool IsResetting(int queue) => ((_queues >> (8 * queue)) & 3) != 0;

    /// <summary>A reset is accepted. It completes at once when it takes no tick.</summary>
    internal void Reset(int queue, int ticks) =>
        _queues = ticks != 0 ? _queues | ((ulong)ticks << (8 * queue)) : _queues & ~(IrqAndReply << (8 * queue));

    internal void Unpin(int queue) => _queues &= ~(Pinned << (8 * queue));

    internal readonly bool IsPinned(int queue) => (_queues & (Pinned << (8 * queue))) != 0;

    /// <summary>The card stores.</summary>
    internal void Store(int queue) => _queues &= ~(Reply << (8 * queue));

    /// <summary>One tick: resets come nearer to their end, and those that reach it take interruption and replies with them.</summary>
    internal void PassTime()
    {
        var busy = (_queues | (_queues >> 1)) & Each;
        var last = _queues & ~(_queues >> 1) & Each;
        _queues = (_queues - busy) & ~(last * IrqAndReply);
    }

    [InlineArray(12)]
    internal struct Locals
    {
        private ushort _local;
    }
}

/// <summary>What an actor does next.</summary>
internal enum SmallOp : byte
{
    Done,
    Zapq,
    Tapq,
    Unpin,
    Sleep,
    Store,
}

/// <summary>Answers to ZAPQ and TAPQ. The other operations have one answer.</summary>
internal static class SmallReply
{
    internal const int Empty = 0;
    internal const int Accepted = 1;
    internal const int Busy = 2;
    internal const int Count = 3;
}

/// <summary>What actors are: numbered local states, each with its operation and with the next state for each answer.</summary>
internal interface ISmallActors
{
    /// <summary>Local state in which an actor begins.</summary>
    int Begin(int actor);

    SmallOp OpOf(int local);

    int QueueOf(int local);

    int Next(int local, int reply);

    /// <summary>Asked now and then: whether what is known is still so.</summary>
    void LookAgain();
}
