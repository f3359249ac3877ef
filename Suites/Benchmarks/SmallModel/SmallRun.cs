using System.Runtime.CompilerServices;
using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Suites.Benchmarks;

/// <summary>Actors as a run needs them: each with one operation that it waits for.</summary>
internal interface IRunningActors
{
    /// <summary>Begins a run: every actor asks for its first operation.</summary>
    void Begin(int queues);

    SmallOp OpOf(int actor);

    int QueueOf(int actor);

    /// <summary>Answers an actor, which then asks for its next operation.</summary>
    void Answer(int actor, int reply);
}

/// <summary>
/// Runs the small model: trace hash on, the oracle asked at every store. Slots: the driver, the guests, the cards, time; the same as in the C
/// program, choice by choice.
/// </summary>
internal struct SmallRun<TActors, TPicker>(TActors actors, int queues)
    where TActors : struct, IRunningActors
    where TPicker : struct, ISlotPicker
{
    private TActors _actors = actors;
    private TPicker _picker = new();

    internal long Steps { get; private set; }

    internal ulong Hashes { get; private set; }

    internal long Violating { get; private set; }

    /// <summary>One run of a seed.</summary>
    /// <returns>Whether the card stored into a page that was not pinned.</returns>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool Run(ulong seed)
    {
        var state = SmallState.Initial(queues);
        var random = new RandomNumbers(seed);
        var hash = default(TraceHash);
        hash.Reset();
        _actors.Begin(queues);
        _picker.Begin(ref random, 2 + (2 * queues));
        long now = 0;
        var violated = false;
        var guests = ((1u << queues) - 1) << 1;
        for (var steps = 0; ; steps++)
        {
            var driver = _actors.OpOf(0);
            var ready = guests | (state.Stores << (1 + queues));
            ready |= driver is SmallOp.Zapq or SmallOp.Tapq or SmallOp.Unpin ? 1u : 0;
            ready |= driver == SmallOp.Sleep || (driver == SmallOp.Done && state.AnyResetting) ? 2u << (2 * queues) : 0;
            if (ready == 0)
            {
                Steps += steps;
                Hashes += hash.Value;
                Violating += violated ? 1 : 0;
                return violated;
            }

            var slot = _picker.Pick(ready, ref random);
            if (slot <= queues)
            {
                StepActor(ref state, ref random, ref hash, slot, now);
                guests &= ~(slot > 0 ? 1u << slot : 0);
            }
            else if (slot <= 2 * queues)
            {
                violated |= !state.IsPinned(slot - queues - 1);
                state.Store(slot - queues - 1);
                hash.AddStep(slot, (Op)SmallHash.Store, 0, now);
            }
            else
            {
                now++;
                state.PassTime();
                if (driver == SmallOp.Sleep)
                {
                    _actors.Answer(0, 0);
                }

                hash.AddStep(slot, (Op)SmallHash.Tick, 0, now);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StepActor(ref SmallState state, ref RandomNumbers random, ref TraceHash hash, int actor, long now)
    {
        var op = _actors.OpOf(actor);
        var queue = _actors.QueueOf(actor);
        if (op == SmallOp.Unpin)
        {
            state.Unpin(queue);
            hash.AddStep(actor, (Op)SmallHash.Unpin, 0, now);
            _actors.Answer(actor, 0);
            return;
        }

        var reply = SmallReply.Busy;
        if (!state.IsResetting(queue))
        {
            reply = SmallReply.Empty;
            if (op == SmallOp.Zapq)
            {
                var ticks = random.Next(4);
                state.Reset(queue, ticks);
                reply = ticks == 0 ? SmallReply.Empty : SmallReply.Accepted;
            }
        }

        hash.AddStep(actor, (Op)(op == SmallOp.Zapq ? SmallHash.Zapq : SmallHash.Tapq), Automata.StatusWord(reply), now);
        _actors.Answer(actor, reply);
    }
}

/// <summary>Numbers of the operations in the trace hash, as in the C program.</summary>
internal static class SmallHash
{
    internal const byte Zapq = 1;
    internal const byte Tapq = 2;
    internal const byte Unpin = 3;
    internal const byte Tick = 4;
    internal const byte Store = 5;
}

/// <summary>Actors as numbers: hand-written, or learnt from sequential code.</summary>
internal struct NumberedActors<TActors>(TActors actors) : IRunningActors
    where TActors : struct, ISmallActors
{
    private readonly TActors _actors = actors;
    private SmallState.Locals _begin;
    private SmallState.Locals _locals;
    private bool _known;

    public void Begin(int queues)
    {
        for (var actor = 0; !_known && actor <= queues; actor++)
        {
            _begin[actor] = (ushort)_actors.Begin(actor);
        }

        _known = true;
        _locals = _begin;
        _actors.LookAgain();
    }

    public readonly SmallOp OpOf(int actor) => _actors.OpOf(_locals[actor]);

    public readonly int QueueOf(int actor) => _actors.QueueOf(_locals[actor]);

    public void Answer(int actor, int reply) => _locals[actor] = (ushort)_actors.Next(_locals[actor], reply);
}

/// <summary>Actors as sequential code that is really run, on the engine's own task type.</summary>
internal struct CodeActors(NaturalDrivers drivers) : IRunningActors
{
    private readonly Kernel _kernel = new();
    private readonly Asking[] _asking = new Asking[1 + SmallState.QueuesMax];

    public readonly void Begin(int queues)
    {
        for (var actor = 0; actor <= queues; actor++)
        {
            _asking[actor].Code.Begin(_kernel, drivers.Begin(_kernel, actor));
            Note(_kernel, ref _asking[actor]);
        }
    }

    public readonly SmallOp OpOf(int actor) => _asking[actor].Op;

    public readonly int QueueOf(int actor) => _asking[actor].Queue;

    public readonly void Answer(int actor, int reply)
    {
        ref var asking = ref _asking[actor];
        var kernel = _kernel;
        if (asking.Code.Answer(kernel, Automata.StatusWord(reply)))
        {
            Note(kernel, ref asking);
        }
        else
        {
            asking.Op = SmallOp.Done;
        }
    }

    private static void Note(Kernel kernel, ref Asking asking)
    {
        ref var request = ref kernel.Request;
        (asking.Op, asking.Queue) = NaturalDrivers.Read(in request);
        request.Op = Op.None;
    }

    private struct Asking
    {
        internal CodeActor Code;
        internal int Queue;
        internal SmallOp Op;
    }
}
