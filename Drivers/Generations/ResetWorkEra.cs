using ApChaos.Abstractions;

namespace ApChaos.Drivers.Generations;

/// <summary>
/// The resets of 6.6 and later: issue ZAPQ for every queue, let one work item per queue watch it for as long as it takes, and flush
/// them all. A variant says what an answer of ZAPQ and of TAPQ means.
/// </summary>
/// <remarks>The flusher holds its locks meanwhile; the work items take none (bug-history S8).</remarks>
public abstract class ResetWorkEra : VfioApDriver
{
    /// <summary>Errno: ZAPQ has to be issued again.</summary>
    protected const int EAGAIN = 11;

    private const string StillResetting = "still waiting for the reset of the queue";
    private const string CannotVerify = "reset of the queue cannot be verified";

    // The kernel's rate limit: ten lines in five seconds.
    private const int NoticesMax = 10;
    private const int NoticeIntervalMs = 5000;

    /// <summary>Issues ZAPQ and decides whether the queue's work item has to watch the reset.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Nothing: the verdict is in <see cref="ApQueue.ResetStatus"/>.</returns>
    protected abstract ApTask IssueReset(ApQueue queue);

    /// <summary>What an answer of TAPQ says about the reset.</summary>
    /// <param name="status">The answer.</param>
    /// <returns>0 done, -EBUSY not yet, -EAGAIN to issue ZAPQ again, -ENODEV gone and so reset, -EIO unexpected.</returns>
    protected abstract int CheckStatus(ApqSw status);

    /// <inheritdoc/>
    protected override async ApTask<int> ResetQueue(ApQueue queue)
    {
        await IssueReset(queue);
        await FlushWork(queue);
        return queue.ResetStatus.ResponseCode == ResponseCode.Normal ? 0 : -EIO;
    }

    /// <inheritdoc/>
    protected override async ApTask<int> ResetQueues(MatrixMdev mdev)
    {
        foreach (var queue in mdev.Queues)
        {
            await IssueReset(queue);
        }

        var result = 0;
        foreach (var queue in mdev.Queues)
        {
            await FlushWork(queue);
            if (queue.ResetStatus.ResponseCode != ResponseCode.Normal)
            {
                result = -EIO;
            }
        }

        return result;
    }

    /// <inheritdoc/>
    public override async ApTask ResetWork(ApQueue queue)
    {
        for (var elapsedMs = ResetIntervalMs; ; elapsedMs += ResetIntervalMs)
        {
            await Msleep(ResetIntervalMs);
            var status = await Tapq(queue.Apqn);
            var error = CheckStatus(status);
            if (error == -EIO)
            {
                await Warn(queue.Apqn, Op.Tapq, CannotVerify);
                return;
            }

            if (error == -ENODEV)
            {
                await FreeIrqResources(queue);
                return;
            }

            if (error == -EBUSY)
            {
                if (IsNoticeDue(elapsedMs))
                {
                    await Log(queue.Apqn, Op.Tapq, StillResetting);
                }

                continue;
            }

            // The answer of this ZAPQ is looked at in the next round only (bug-history S5).
            if (error == -EAGAIN || IsBusy(queue.ResetStatus))
            {
                queue.ResetStatus = await Zapq(queue.Apqn);
                continue;
            }

            if (queue.SavedIsc != ApQueue.IscInvalid)
            {
                await FreeIrqResources(queue);
            }

            return;
        }
    }

    private static bool IsBusy(ApqSw status) =>
        status.ResponseCode is ResponseCode.ResetInProgress or ResponseCode.Busy or ResponseCode.StateChangeInProgress;

    private static bool IsNoticeDue(int elapsedMs) =>
        (elapsedMs - ResetIntervalMs) % NoticeIntervalMs < NoticesMax * ResetIntervalMs;
}
