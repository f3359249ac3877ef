using ApChaos.Abstractions;

namespace ApChaos.Drivers.Generations;

/// <summary>
/// The first reset of a queue, 4.20 to 5.10 and the thread's patch: ZAPQ, once more when it is refused, then a short wait for E=1.
/// Two attempts of ZAPQ and two looks, 20 ms each (bug-history part D, G0).
/// </summary>
public abstract class ZapqRetryEra : SingleLockEra
{
    private const string NotVerified = "reset of the queue was not verified";

    /// <summary>
    /// Whether the wait for E=1 ends with a warning. From 5.3 on the counter of the ZAPQ attempts is tested in place of the counter of
    /// the looks (bug-history #12): it warns when the second ZAPQ was needed, and never because the queue was not empty.
    /// </summary>
    /// <param name="retry">ZAPQ attempts that were left.</param>
    /// <param name="status">The last status word.</param>
    /// <returns>Whether to warn.</returns>
    protected virtual bool WarnsAfterWait(int retry, ApqSw status) => retry <= 0;

    /// <summary>Whether a status word after the accepted ZAPQ ends the wait. The response code is not looked at.</summary>
    /// <param name="status">Answer of ZAPQ or TAPQ.</param>
    /// <returns>Whether it does.</returns>
    protected virtual bool EndsWait(ApqSw status) => status.QueueEmpty;

    /// <summary>Resets a queue; frees nothing.</summary>
    /// <param name="apqn">The queue.</param>
    /// <returns>The error, and the last status word.</returns>
    protected async ApTask<ResetOutcome> ZapqWithRetry(Apqn apqn)
    {
        ApqSw status;
        var retry = 1;
        var retry2 = 2;
        do
        {
            status = await Zapq(apqn);
            switch (status.ResponseCode)
            {
                case ResponseCode.Normal:
                    while (!EndsWait(status) && retry2-- > 0)
                    {
                        await Msleep(ResetIntervalMs);
                        status = await Tapq(apqn);
                    }

                    if (WarnsAfterWait(retry, status))
                    {
                        await Warn(apqn, Op.Zapq, NotVerified);
                    }

                    return new ResetOutcome(0, status);

                case ResponseCode.ResetInProgress:
                case ResponseCode.Busy:
                    await Msleep(ResetIntervalMs);
                    break;

                default:
                    return new ResetOutcome(-EIO, status);
            }
        }
        while (retry-- > 0);

        return new ResetOutcome(-EBUSY, status);
    }

    /// <summary>How a reset ended.</summary>
    /// <param name="Error">0 or a negative errno.</param>
    /// <param name="Status">The last status word that was seen.</param>
    protected readonly record struct ResetOutcome(int Error, ApqSw Status);
}
