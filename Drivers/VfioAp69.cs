using ApChaos.Abstractions;
using ApChaos.Drivers.Generations;

namespace ApChaos.Drivers;

// Models: v6.9 to v6.17, the newest read: vfio_ap_mdev_reset_queue and apq_status_check (bug-history part D, G6); the work item is in
// Generations/ResetWorkEra.cs.
// Held to 6.12.117, as Debian has it: that one frees on RC 01 without a warning, which 6.9 itself did not know (there: a warning and a leak).
// Budget: none: each 20 ms a look, until the queue answers. Close and reset ioctl hold guests_lock, kvm->lock and mdevs_lock meanwhile.
// Weak: an endless reset blocks every guest's AQIC and every close (S8). RC 01, 03 and 04 free at once, on the word that a lost adapter
// has reset its queues. RC 0A is known to ZAPQ and not to TAPQ: one look at it and, as for all unexpected codes, a warning, and the
// resources leak for ever (S4). The answer of a repeated ZAPQ is looked at late (S5). The completion is taken from the response code alone,
// E and I are not looked at.

/// <summary>vfio_ap of 6.9: as 6.6, and a checkstopped adapter counts as reset.</summary>
public sealed class VfioAp69 : ResetWorkEra
{
    private const string UnexpectedZapq = "ZAPQ: unexpected response code, nothing is freed";

    /// <inheritdoc/>
    public override string Id => "vfio-ap-6.9";

    /// <inheritdoc/>
    public override string Summary => "work items wait without bound while the closer holds all locks; RC 01, 03 and 04 free at once";

    /// <inheritdoc/>
    protected override async ApTask IssueReset(ApQueue queue)
    {
        var status = await Zapq(queue.Apqn);
        queue.ResetStatus = status;
        switch (status.ResponseCode)
        {
            case ResponseCode.Normal:
            case ResponseCode.ResetInProgress:
            case ResponseCode.Busy:
            case ResponseCode.StateChangeInProgress:
                await QueueWork(queue);
                break;

            case ResponseCode.Deconfigured:
            case ResponseCode.Checkstopped:
            case ResponseCode.QNotAvail:
                // A lost adapter has reset its queues: this one counts as clean. The ioctl returns -EIO all the same.
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
        ResponseCode.Normal or ResponseCode.Deconfigured or ResponseCode.Checkstopped => 0,
        ResponseCode.ResetInProgress or ResponseCode.Busy => -EBUSY,
        ResponseCode.AssocSecretNotUnique or ResponseCode.AssocFailed => -EAGAIN,
        ResponseCode.QNotAvail => -ENODEV,
        _ => -EIO,
    };
}
