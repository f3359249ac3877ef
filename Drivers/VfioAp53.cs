using ApChaos.Abstractions;
using ApChaos.Drivers.Generations;

namespace ApChaos.Drivers;

// Models: v5.3 to v5.10, vfio_ap_mdev_reset_queue followed by vfio_ap_irq_disable (bug-history part D, G1; the code that the thread
// of September 2019 calls "the current code").
// Budget: 260 ms a queue: 60 ms as in 4.20, then up to six AQICs and five looks for I=0, 200 ms. Then it frees.
// Weak: -EBUSY and -EIO of the reset are dropped by release without a warning, and the warning about a queue that is not empty tests
// the wrong counter (bug-history #12, #13). Frees when AQIC was refused six times, and when I=1 was still seen (S2, S3). Issues AQIC
// after each reset without asking for facility 65: a specification exception on a machine without it (bug-history #1).

/// <summary>vfio_ap of 5.3: reset, AQIC in any case, wait for I=0, free.</summary>
public sealed class VfioAp53 : ZapqRetryEra
{
    /// <inheritdoc/>
    public override string Id => "vfio-ap-5.3";

    /// <inheritdoc/>
    public override string Summary => "reset as in 4.20, then AQIC(disable) and a wait for I=0, 260 ms; frees when the time is over";

    /// <inheritdoc/>
    protected override async ApTask<int> ResetQueue(ApQueue queue)
    {
        var outcome = await ZapqWithRetry(queue.Apqn);
        await DisableIrq(queue);
        return outcome.Error;
    }
}
