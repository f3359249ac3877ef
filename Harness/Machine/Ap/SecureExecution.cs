using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>
/// What secure execution leaves on a queue (ap-facts §6 points 7 and 8): a bind or associate under way, and its asynchronous failure. The
/// instructions themselves (BAPQ, AAPQ) are not emulated; a fault says that a guest issued one.
/// </summary>
public sealed partial class ApMachine
{
    /// <summary>An association fails asynchronously: instructions are answered with the code, A=1, as the profile says.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="code">RC 35 or 36.</param>
    internal void RaiseAsyncError(int queue, ResponseCode code)
    {
        if (code is not (ResponseCode.AssocSecretNotUnique or ResponseCode.AssocFailed))
        {
            throw new ArgumentOutOfRangeException(nameof(code), code, "An asynchronous error is RC 35 or 36.");
        }

        Queues[queue].AsyncError = (byte)code;
        Emit(EventKind.AsyncErrorRaised, queue, -1, (long)code);
    }

    /// <summary>A bind or associate is under way: instructions are answered RC 0A until it ends or the queue is reset.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="durationNs">How long, above 0, or <see cref="VirtualTime.Never"/>.</param>
    internal void StartStateChange(int queue, long durationNs)
    {
        Queues[queue].StateChange = 1;
        Timers.Arm(QueueTimer(queue, StateChangeTimer), durationNs);
        Emit(EventKind.StateChangeStarted, queue, -1, durationNs);
    }

    /// <summary>The bind or associate under way, if there is one, is over.</summary>
    /// <param name="queue">The queue.</param>
    internal void EndStateChange(int queue)
    {
        ref var q = ref Queues[queue];
        if (q.StateChange == 0)
        {
            return;
        }

        q.StateChange = 0;
        Timers.Disarm(QueueTimer(queue, StateChangeTimer));
        Emit(EventKind.StateChangeEnded, queue);
    }
}
