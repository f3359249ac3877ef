using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>The asynchronous reset lifecycle (ap-facts §6): started synchronously, complete later, verified by TAPQ alone.</summary>
public sealed partial class ApMachine
{
    /// <summary>How far into a reset a request may complete, in eighths of its duration; 0 stands for "dropped".</summary>
    private static readonly int[] ReplyEighths = [0, 2, 4, 6, 8];

    /// <summary>When a request may complete in a reset that never ends.</summary>
    private static readonly long[] ReplyInEndlessResetNs =
    [
        0, 10 * VirtualTime.Millisecond, 100 * VirtualTime.Millisecond, 300 * VirtualTime.Millisecond, VirtualTime.Second,
    ];

    /// <summary>Starts a reset.</summary>
    /// <param name="queue">The queue; no reset runs.</param>
    /// <param name="kind">RAPQ or ZAPQ.</param>
    /// <param name="issuer">Who issued it.</param>
    /// <param name="durationNs">How long it takes, or negative for what the profile says.</param>
    /// <returns>RC 00: accepted.</returns>
    internal ResponseCode StartReset(int queue, ResetKind kind, ActorClass issuer, long durationNs)
    {
        var site = new ResetSite
        {
            Queue = queue,
            Zeroize = kind == ResetKind.Zapq,
            Issuer = issuer,
            DurationNs = durationNs >= 0 ? durationNs : Choose(ChoiceLabel.ResetDuration, Firmware.ResetDurationNs),
        };
        if (Faults is { WatchesResets: true } faults)
        {
            faults.OnResetStart(ref site);
        }

        ref var q = ref Queues[queue];
        q.Reset = kind;
        if (kind == ResetKind.Zapq)
        {
            q.ZeroizedSinceUse = 1;
        }

        Emit(EventKind.ResetStarted, queue, -1, site.DurationNs, site.Zeroize ? 1 : 0, (long)issuer);
        HoldRequests(queue, site.DurationNs);
        PlanIrqOff(queue, site.DurationNs);
        if (site.DurationNs == 0)
        {
            CompleteReset(queue);
        }
        else if (site.DurationNs != VirtualTime.Never)
        {
            Timers.Arm(QueueTimer(queue, ResetEndTimer), site.DurationNs);
        }

        return ResponseCode.Normal;
    }

    /// <summary>Bounds the reset under way, when the faults are lifted: one that a fault made long must not outlast the rest.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="longestNs">How long it may go on at most; a request that completes in it still does so.</param>
    internal void BoundReset(int queue, long longestNs)
    {
        var timer = QueueTimer(queue, ResetEndTimer);
        if (Queues[queue].Reset != ResetKind.None && !Timers.IsReady(timer) && Timers.Remaining[timer] > longestNs)
        {
            Timers.Arm(timer, longestNs);
        }
    }

    /// <summary>The guest that owns a queue issues a reset now.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="kind">RAPQ or ZAPQ.</param>
    /// <param name="durationNs">How long it takes, or negative for what the profile says.</param>
    /// <returns>Whether the queue had a guest and the reset was accepted.</returns>
    internal bool GuestReset(int queue, ResetKind kind, long durationNs)
    {
        ref var q = ref Queues[queue];
        if (q.Owner < 0)
        {
            return false;
        }

        var op = kind == ResetKind.Zapq ? Op.Zapq : Op.Rapq;
        var guest = q.Owner;
        var conditions = ConditionsOf(in q, queue, op, guest);
        var rc = conditions == ApConditions.None
            ? StartReset(queue, kind, ActorClass.Guest, durationNs)
            : Refuse(ref q, queue, op, conditions, ActorClass.Guest);
        Emit(EventKind.Instruction, queue, guest, StatusWord(in q, rc).Word, (long)ActorClass.Guest, 0, op);
        return rc == ResponseCode.Normal;
    }

    private void ResetWhileResetting(int queue, ResetKind kind, ActorClass issuer)
    {
        ref var q = ref Queues[queue];
        if (q.Reset == ResetKind.Rapq && kind == ResetKind.Zapq)
        {
            switch (Firmware.RapqThenZapq)
            {
                case RapqThenZapq.Upgrade:
                    q.Reset = ResetKind.Zapq;
                    q.ZeroizedSinceUse = 1;
                    return;
                case RapqThenZapq.SecondReset:
                    q.NextReset = ResetKind.Zapq;
                    q.ZeroizedSinceUse = 1;
                    return;
                default:
                    return;
            }
        }

        switch (Firmware.ZapqDuringReset)
        {
            case ResetDuringReset.Restarts:
                Timers.Disarm(QueueTimer(queue, ResetEndTimer));
                StartReset(queue, kind > q.Reset ? kind : q.Reset, issuer, -1);
                break;
            case ResetDuringReset.QueuesSecond:
                q.NextReset = kind > q.NextReset ? kind : q.NextReset;
                break;
            default:
                break;
        }
    }

    private void HoldRequests(int queue, long durationNs)
    {
        ref var q = ref Queues[queue];
        Timers.Disarm(QueueTimer(queue, ServiceTimer));
        if (q.RequestCount == 0)
        {
            return;
        }

        if (Firmware.RepliesDuringReset == RepliesDuringReset.MayComplete && durationNs > 0)
        {
            LetRequestComplete(queue, durationNs);
        }
        else
        {
            q.RequestCount = 0;
        }
    }

    /// <summary>Chooses whether and when the oldest request completes within a span in which the queue goes quiet.</summary>
    private void LetRequestComplete(int queue, long spanNs)
    {
        var choice = Choices.Next(ChoiceLabel.ReplyDuringReset, ReplyEighths.Length);
        if (choice == 0)
        {
            Queues[queue].RequestCount = 0;
            return;
        }

        var delay = spanNs == VirtualTime.Never
            ? ReplyInEndlessResetNs[choice]
            : Math.Min(spanNs / 8 * ReplyEighths[choice], spanNs - Math.Min(spanNs / 2, VirtualTime.Microsecond));
        Timers.Arm(QueueTimer(queue, ServiceTimer), delay);
    }

    private void PlanIrqOff(int queue, long durationNs)
    {
        if (Queues[queue].Irq == IrqState.Off)
        {
            return;
        }

        Timers.Disarm(QueueTimer(queue, AqicTimer));
        var point = Firmware.IrqOffPoint;
        if (point == IrqOffPoint.RandomBetween)
        {
            var choice = Choices.Next(ChoiceLabel.IrqOffPoint, 3);
            if (choice == 1 && durationNs != VirtualTime.Never)
            {
                Timers.Arm(QueueTimer(queue, IrqOffTimer), durationNs / 2);
                return;
            }

            point = choice == 0 ? IrqOffPoint.AtZapq : IrqOffPoint.AtAsyncEnd;
        }

        if (point == IrqOffPoint.AtZapq)
        {
            SwitchIrqOff(queue);
        }
    }

    private void CompleteReset(int queue)
    {
        ref var q = ref Queues[queue];
        var kind = q.Reset;
        Timers.Disarm(QueueTimer(queue, ResetEndTimer));
        QuietQueue(queue);
        q.AsyncError = 0;
        EndStateChange(queue);
        q.Reset = ResetKind.None;
        q.BusyLeft = Firmware.BusyModel == BusyModel.FirstTwo ? (byte)2 : (byte)0;
        if (kind == ResetKind.Zapq)
        {
            q.Taint = -1;
        }

        Emit(EventKind.ResetCompleted, queue, -1, 0, kind == ResetKind.Zapq ? 1 : 0);
        if (q.NextReset != ResetKind.None)
        {
            var next = q.NextReset;
            q.NextReset = ResetKind.None;
            StartReset(queue, next, ActorClass.Hardware, -1);
        }
    }

    /// <summary>Messages are gone and interruption is off.</summary>
    private void QuietQueue(int queue)
    {
        ref var q = ref Queues[queue];
        Timers.Disarm(QueueTimer(queue, ServiceTimer));
        Timers.Disarm(QueueTimer(queue, AqicTimer));
        Timers.Disarm(QueueTimer(queue, IrqOffTimer));
        SwitchIrqOff(queue);
        q.RequestCount = 0;
        q.ReplyCount = 0;
    }
}
