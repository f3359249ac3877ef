using ApChaos.Abstractions;
using ApChaos.Drivers.Generations;

namespace ApChaos.Drivers;

// Models: v5.11 (the same reset up to 6.2, and in the stable series of 5.4 and 5.10), vfio_ap_mdev_reset_queue (bug-history part D,
// G3). Locks, filter and AQIC are those of 5.11; 6.0 changed them, not the reset.
// Budget: 60 ms a queue: one refused ZAPQ 20 ms, two looks for E=1 and I=0 40 ms. Then it frees.
// Weak: frees when the time is over, and after RC 01, 03 and 04 at once. The code of TAPQ is not looked at, the second look is never
// judged, and the warning fires also when the second check was good (S15). RC 05 and all else: a warning, and the resources leak.

/// <summary>vfio_ap of 5.11: no AQIC after the reset, a short wait for E=1 and I=0, free.</summary>
public sealed class VfioAp511 : SingleLockEra
{
    private const string IrqEnabledOnError = "interruption is enabled though the queue cannot be used";
    private const string UnexpectedZapq = "ZAPQ: unexpected response code, nothing is freed";
    private const string NotVerified = "reset of the queue was not verified in time";

    /// <inheritdoc/>
    public override string Id => "vfio-ap-5.11";

    /// <inheritdoc/>
    public override string Summary => "one more ZAPQ after RC 02, 40 ms for E=1 and I=0, then frees all the same; RC 05 leaks";

    /// <summary>Does what close would do (bug-history #2).</summary>
    /// <inheritdoc/>
    public override async ApTask KvmDetached(MatrixMdev mdev) => await CloseDevice(mdev);

    /// <inheritdoc/>
    protected override async ApTask<int> ResetQueue(ApQueue queue)
    {
        int result;
        var retry = 1;
        var retry2 = 2;

    retryZapq:
        var status = await Zapq(queue.Apqn);
        switch (status.ResponseCode)
        {
            case ResponseCode.Normal:
                result = 0;
                break;

            case ResponseCode.ResetInProgress:
                if (retry-- > 0)
                {
                    await Msleep(ResetIntervalMs);
                    goto retryZapq;
                }

                result = -EBUSY;
                break;

            case ResponseCode.QNotAvail:
            case ResponseCode.Deconfigured:
            case ResponseCode.Checkstopped:
                if (status.IrqEnabled)
                {
                    await Warn(queue.Apqn, Op.Zapq, IrqEnabledOnError);
                }

                result = -EBUSY;
                goto free;

            default:
                await Warn(queue.Apqn, Op.Zapq, UnexpectedZapq);
                return -EIO;
        }

        while (retry2-- > 0)
        {
            if (status.QueueEmpty && !status.IrqEnabled)
            {
                break;
            }

            await Msleep(ResetIntervalMs);
            status = await Tapq(queue.Apqn);
        }

        if (retry2 <= 0)
        {
            await Warn(queue.Apqn, Op.Tapq, NotVerified);
        }

    free:
        await FreeIrqResources(queue);
        return result;
    }
}
