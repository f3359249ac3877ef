using ApChaos.Abstractions;
using ApChaos.Drivers.Generations;

namespace ApChaos.Drivers;

// Models: v6.6 to v6.8 after the whole series (bug-history part D, G5, a to i), vfio_ap_mdev_reset_queue and apq_status_check; the
// work item is in Generations/ResetWorkEra.cs.
// Budget: none: each 20 ms a look, until the queue answers. Close and reset ioctl hold guests_lock, kvm->lock and mdevs_lock meanwhile.
// Weak: an endless reset blocks every guest's AQIC and every close (S8). RC 04 and the other unexpected codes, 0A of TAPQ among them: a
// warning, and the resources leak. The answer of a repeated ZAPQ is looked at late (S5). Trusts I=0 in ZAPQ's own answer.

/// <summary>vfio_ap of 6.6: waits for as long as it takes, in one work item per queue, with the locks held.</summary>
public sealed class VfioAp66 : ResetWorkEra
{
    private const string UnexpectedZapq = "ZAPQ: unexpected response code, nothing is freed";

    /// <inheritdoc/>
    public override string Id => "vfio-ap-6.6";

    /// <inheritdoc/>
    public override string Summary => "work items wait without bound while the closer holds all locks; RC 04 leaks";

    /// <inheritdoc/>
    protected override bool UnpinsOnGiscFailure => false;

    /// <inheritdoc/>
    protected override bool ResetsAdapterOnRemoval => false;

    /// <inheritdoc/>
    protected override bool IsPassable(ApqSw status) =>
        status.ResponseCode is ResponseCode.Normal or ResponseCode.Deconfigured;

    /// <inheritdoc/>
    protected override async ApTask IssueReset(ApQueue queue)
    {
        var status = await Zapq(queue.Apqn);
        queue.ResetStatus = status;
        switch (status.ResponseCode)
        {
            case ResponseCode.Normal:
                if (!status.IrqEnabled)
                {
                    await FreeIrqResources(queue);
                }

                await QueueWork(queue);
                break;

            case ResponseCode.ResetInProgress:
            case ResponseCode.Busy:
            case ResponseCode.StateChangeInProgress:
                await QueueWork(queue);
                break;

            case ResponseCode.Deconfigured:
                // To deconfigure an adapter resets its queues: this one counts as clean, and as passable.
                queue.ResetStatus = new ApqSw(ResponseCode.Normal);
                await FreeIrqResources(queue);
                break;

            default:
                await Warn(queue.Apqn, Op.Zapq, UnexpectedZapq);
                break;
        }
    }

    /// <inheritdoc/>
    protected override int CheckStatus(ApqSw status) => status.ResponseCode switch
    {
        ResponseCode.Normal or ResponseCode.Deconfigured => 0,
        ResponseCode.ResetInProgress or ResponseCode.Busy => -EBUSY,
        ResponseCode.AssocSecretNotUnique or ResponseCode.AssocFailed => -EAGAIN,
        _ => -EIO,
    };
}
