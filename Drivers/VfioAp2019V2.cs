using ApChaos.Abstractions;
using ApChaos.Drivers.Generations;

namespace ApChaos.Drivers;

// Models: the patch v2 of August 2019 that the thread is about, proposed and never merged (bug-history part D, G2): 5.3 without AQIC
// and without the wait for I=0 after the reset.
// Budget: 60 ms a queue, as 4.20. Then it frees.
// Weak: frees whatever was seen: after RC 00 with a reset that goes on, after -EBUSY, after -EIO. The errors are dropped by release
// without a warning, and the warning about a queue that is not empty tests the wrong counter.

/// <summary>The thread's patch: the reset is trusted to disable interruption at once.</summary>
public sealed class VfioAp2019V2 : ZapqRetryEra
{
    /// <inheritdoc/>
    public override string Id => "vfio-ap-2019-v2";

    /// <inheritdoc/>
    public override string Summary => "the thread's patch: frees right after the reset, without AQIC and without a wait for I=0";

    /// <inheritdoc/>
    protected override async ApTask<int> ResetQueue(ApQueue queue)
    {
        var outcome = await ZapqWithRetry(queue.Apqn);
        await FreeIrqResources(queue);
        return outcome.Error;
    }
}
