using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>Requests and replies of a queue (ap-facts §5.9 and §5.10).</summary>
public sealed partial class ApMachine
{
    private ResponseCode EnqueueRequest(int queue, int guest, int length, long psmid)
    {
        ref var q = ref Queues[queue];
        if (length > MessageLengthMaximum)
        {
            return ResponseCode.MessageTooBig;
        }

        if (q.RequestCount + q.ReplyCount >= DepthMax)
        {
            return ResponseCode.QFull;
        }

        q.Requests[q.RequestCount++] = new Message { Psmid = psmid, Guest = (sbyte)guest };
        q.Taint = (sbyte)guest;
        q.ZeroizedSinceUse = 0;
        Emit(EventKind.Enqueued, queue, guest, psmid);
        ServeNext(queue);
        return ResponseCode.Normal;
    }

    private ResponseCode DequeueReply(int queue, int guest)
    {
        ref var q = ref Queues[queue];
        if (q.ReplyCount == 0)
        {
            return ResponseCode.NoPendingReply;
        }

        var message = q.Replies[0];
        q.ReplyCount--;
        for (var i = 0; i < q.ReplyCount; i++)
        {
            q.Replies[i] = q.Replies[i + 1];
        }

        Gr2 = message.Psmid;
        Emit(EventKind.Dequeued, queue, guest, message.Psmid, message.Guest);
        return ResponseCode.Normal;
    }

    private void ServeNext(int queue)
    {
        ref var q = ref Queues[queue];
        if (q.RequestCount > 0 && q.Reset == ResetKind.None && Serves(AdapterOf(queue)) && !Timers.IsArmed(QueueTimer(queue, ServiceTimer)))
        {
            var site = new RequestSite { Queue = queue, DurationNs = Choose(ChoiceLabel.ServiceTime, Firmware.ServiceTimeNs) };
            if (Faults is { WatchesRequests: true } faults)
            {
                faults.OnRequestStart(ref site);
            }

            Timers.Arm(QueueTimer(queue, ServiceTimer), site.DurationNs);
        }
    }

    private void CompleteRequest(int queue)
    {
        ref var q = ref Queues[queue];
        if (q.RequestCount == 0)
        {
            return;
        }

        var message = q.Requests[0];
        q.RequestCount--;
        for (var i = 0; i < q.RequestCount; i++)
        {
            q.Requests[i] = q.Requests[i + 1];
        }

        q.Replies[q.ReplyCount++] = message;
        Emit(EventKind.ReplyReady, queue, message.Guest, message.Psmid);
        if (q.Irq is IrqState.On or IrqState.Disabling)
        {
            AnnounceReply(queue);
        }

        ServeNext(queue);
    }
}
