using System.Numerics;
using ApChaos.Exploring;

namespace ApChaos.Suites.Benchmarks;

/// <summary>
/// The small model M1(N): a driver resets N queues and unpins the page of each; a reset takes 0 to 3 ticks; the guest of each queue may reset it once,
/// at any time; each queue has one reply whose notification the card may store as long as interruption is on. Time passes only when the driver
/// sleeps or is done. Nothing may be stored into a page that is not pinned. The actors are one type parameter: however they are written, the rest is
/// the same code.
/// </summary>
internal readonly struct SmallSystem<TActors>(TActors actors, int queues) : ITransitionSystem<SmallState>
    where TActors : ISmallActors
{
    internal const int ReadyMax = 2 + (2 * SmallState.QueuesMax);

    public SmallState Initial
    {
        get
        {
            var state = SmallState.Initial(queues);
            for (var actor = 0; actor <= queues; actor++)
            {
                state.Actors[actor] = (ushort)actors.Begin(actor);
            }

            return state;
        }
    }

    /// <inheritdoc/>
    public void Expand(in SmallState state, SuccessorList<SmallState> into)
    {
        actors.LookAgain();
        var driver = actors.OpOf(state.Actors[0]);
        if (driver is SmallOp.Zapq or SmallOp.Tapq or SmallOp.Unpin)
        {
            Step(in state, 0, driver, into);
        }
        else if (driver == SmallOp.Sleep || state.AnyResetting)
        {
            ref var next = ref into.Add(in state, Action(SmallOp.Sleep, 0, 0));
            next.PassTime();
            if (driver == SmallOp.Sleep)
            {
                next.Actors[0] = (ushort)actors.Next(state.Actors[0], 0);
            }
        }

        for (var queue = 0; queue < queues; queue++)
        {
            if (actors.OpOf(state.Actors[1 + queue]) == SmallOp.Zapq)
            {
                Step(in state, 1 + queue, SmallOp.Zapq, into);
            }
        }

        for (var stores = state.Stores; stores != 0; stores &= stores - 1)
        {
            var queue = BitOperations.TrailingZeroCount(stores);
            into.Add(in state, Action(SmallOp.Store, queue, 0), state.IsPinned(queue) ? 0 : 1).Store(queue);
        }
    }

    /// <summary>Says a transition in words.</summary>
    internal static string Describe(int action) => (SmallOp)(action >> 8) switch
    {
        SmallOp.Sleep => "a tick passes",
        SmallOp.Store => $"the card stores into the notification byte of queue {action & 15}",
        var op => $"{((action >> 7) & 1) switch { 0 => "driver", _ => "guest" }}: {op.ToString().ToUpperInvariant()} of queue {action & 15}, answer {(action >> 4) & 7}",
    };

    private static int Action(SmallOp op, int queue, int detail, bool guest = false) => ((int)op << 8) | (guest ? 128 : 0) | (detail << 4) | queue;

    private void Step(in SmallState state, int actor, SmallOp op, SuccessorList<SmallState> into)
    {
        var local = state.Actors[actor];
        var queue = actors.QueueOf(local);
        var resetting = state.IsResetting(queue);
        if (op == SmallOp.Zapq && !resetting)
        {
            var (empty, accepted) = (actors.Next(local, SmallReply.Empty), actors.Next(local, SmallReply.Accepted));
            for (var ticks = 0; ticks < 4; ticks++)
            {
                ref var reset = ref into.Add(in state, Action(op, queue, ticks, actor > 0));
                reset.Reset(queue, ticks);
                reset.Actors[actor] = (ushort)(ticks == 0 ? empty : accepted);
            }

            return;
        }

        var reply = resetting && op != SmallOp.Unpin ? SmallReply.Busy : SmallReply.Empty;
        ref var next = ref into.Add(in state, Action(op, queue, reply, actor > 0));
        next.Actors[actor] = (ushort)actors.Next(local, reply);
        if (op == SmallOp.Unpin)
        {
            next.Unpin(queue);
        }
    }
}
