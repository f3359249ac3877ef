using ApChaos.Abstractions;
using ApChaos.Drivers.Generations;

namespace ApChaos.Drivers;

// Models: v4.20 to v5.2, vfio_ap_mdev_reset_queue (bug-history part D, G0).
// Budget: 60 ms a queue (one refused ZAPQ, then two looks for E=1), or 40 ms when ZAPQ is refused twice. Then it goes on.
// Weak: a second RC 02 or 05 is -EBUSY, any other RC is -EIO; release drops both without a line in the log. It offers no
// interruption, so nothing of the guest's memory is ever handed to hardware.

/// <summary>vfio_ap of 4.20: no interruption yet.</summary>
public sealed class VfioAp420 : ZapqRetryEra
{
    /// <inheritdoc/>
    public override string Id => "vfio-ap-4.20";

    /// <inheritdoc/>
    public override string Summary => "no interruption; two ZAPQs and two looks for E=1, 60 ms; release drops the error";

    /// <inheritdoc/>
    public override bool OffersInterrupts => false;

    /// <inheritdoc/>
    public override ApTask<ApqSw> InterceptAqic(MatrixMdev mdev, Apqn apqn, AqicControl control, long nib) =>
        ApTask.FromResult(new ApqSw(ResponseCode.QNotAvail));

    /// <summary>It pins nothing, and does not listen.</summary>
    /// <inheritdoc/>
    public override ApTask DmaUnmap(MatrixMdev mdev, long iova, long length) => ApTask.CompletedTask;

    /// <inheritdoc/>
    protected override bool WarnsAfterWait(int retry, ApqSw status) => !status.QueueEmpty;

    /// <inheritdoc/>
    protected override async ApTask<int> ResetQueue(ApQueue queue)
    {
        var outcome = await ZapqWithRetry(queue.Apqn);
        return outcome.Error;
    }
}
