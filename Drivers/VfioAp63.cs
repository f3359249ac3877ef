using ApChaos.Abstractions;

namespace ApChaos.Drivers;

// Models: v6.3 to v6.5, vfio_ap_mdev_reset_queue and apq_reset_check (bug-history part D, G4).
// Budget: 200 ms for each wait, ten looks; after RC 02 a wait that ends well is followed by ZAPQ from the start, so waits may repeat.
// Weak: frees when the 200 ms are over, with a warning. RC 04, 05, 0A, 35, 36 and all else at ZAPQ: a warning, -EIO, and the resources
// leak. RC 03 is a success, but its stored code keeps the adapter from its guest when the matrix is filtered again (bug-history #23).

/// <summary>vfio_ap of 6.3: looks at the response code, waits 200 ms, frees all the same.</summary>
public sealed class VfioAp63 : VfioApDriver
{
    private const int ResetCheckMaxMs = 200;
    private const string UnexpectedZapq = "ZAPQ: unexpected response code, nothing is freed";
    private const string UnexpectedTapq = "TAPQ: unexpected response code while the reset is verified";
    private const string TimedOut = "reset of the queue was not verified in time";

    /// <inheritdoc/>
    public override string Id => "vfio-ap-6.3";

    /// <inheritdoc/>
    public override string Summary => "waits up to 200 ms for E=1 and I=0, then frees all the same; RC 04 and 05 leak";

    /// <inheritdoc/>
    protected override bool UnpinsOnGiscFailure => false;

    /// <inheritdoc/>
    protected override bool ResetsAdapterOnRemoval => false;

    /// <inheritdoc/>
    protected override bool IsPassable(ApqSw status) => status.ResponseCode == ResponseCode.Normal;

    /// <inheritdoc/>
    protected override async ApTask<int> ResetQueue(ApQueue queue)
    {
        int result;

    retryZapq:
        var status = await Zapq(queue.Apqn);
        queue.ResetStatus = status;
        switch (status.ResponseCode)
        {
            case ResponseCode.Normal:
                result = 0;
                if (!status.QueueEmpty || status.IrqEnabled)
                {
                    result = await CheckReset(queue.Apqn);
                }

                break;

            case ResponseCode.ResetInProgress:
                // Somebody else's reset, which may be one without zeroize: when it is over, ours begins.
                result = await CheckReset(queue.Apqn);
                if (result == 0)
                {
                    goto retryZapq;
                }

                break;

            case ResponseCode.Deconfigured:
                result = 0;
                break;

            default:
                await Warn(queue.Apqn, Op.Zapq, UnexpectedZapq);
                return -EIO;
        }

        await FreeIrqResources(queue);
        return result;
    }

    private async ApTask<int> CheckReset(Apqn apqn)
    {
        for (var rounds = ResetCheckMaxMs / ResetIntervalMs; rounds > 0; rounds--)
        {
            await Msleep(ResetIntervalMs);
            var status = await Tapq(apqn);
            switch (status.ResponseCode)
            {
                case ResponseCode.Normal:
                case ResponseCode.ResetInProgress:
                    if (status.QueueEmpty && !status.IrqEnabled)
                    {
                        return 0;
                    }

                    break;

                case ResponseCode.Deconfigured:
                    return 0;

                default:
                    await Warn(apqn, Op.Tapq, UnexpectedTapq);
                    return -EIO;
            }
        }

        await Warn(apqn, Op.Tapq, TimedOut);
        return -EBUSY;
    }
}
