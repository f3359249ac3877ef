using ApChaos.Abstractions;
using ApChaos.Drivers.Generations;

namespace ApChaos.Drivers;

// Models: the thread's patch under Halil Pasic's condition "we are safe after we see the E bit" (bug-history part D, G2c). Nobody
// wrote it; it is that sentence, taken literally.
// Budget: 60 ms a queue, as the patch. When E=1 with RC 00 was not seen by then, it keeps the pin, the GISC and, because the GISA is
// part of it, a reference on the guest; a later reset or enable of the queue gives them back.
// The same for a guest's AQIC(disable): what was not shown to be off stays pinned.
// Weak: trusts E=1, so it is as good as that promise (assumptions early-empty, late-store). It leaks when the budget is too short:
// nobody comes back to look, and the removal of the queue forgets what it kept. Errors and warnings are the patch's: dropped.

/// <summary>The thread's patch, freeing only after E=1 was seen.</summary>
public sealed class VfioAp2019V2WaitEmpty : ZapqRetryEra
{
    /// <inheritdoc/>
    public override string Id => "vfio-ap-2019-v2-wait-empty";

    /// <inheritdoc/>
    public override string Summary => "the thread's patch, but frees only after E=1 was seen with RC 00; leaks when 60 ms are not enough";

    /// <inheritdoc/>
    protected override bool ResourcesHoldGuest => true;

    /// <inheritdoc/>
    protected override bool EndsWait(ApqSw status) => status.ResponseCode == ResponseCode.Normal && status.QueueEmpty;

    /// <inheritdoc/>
    protected override async ApTask<int> ResetQueue(ApQueue queue)
    {
        var outcome = await ZapqWithRetry(queue.Apqn);
        if (outcome.Error == 0 && EndsWait(outcome.Status))
        {
            await FreeIrqResources(queue);
        }

        return outcome.Error;
    }

    /// <inheritdoc/>
    protected override bool ShowsIrqClear(ApqSw status) => status.ResponseCode == ResponseCode.Normal && !status.IrqEnabled;

    /// <summary>RC 07 may mean that an enable is not finished yet: then I=0 proves nothing.</summary>
    /// <inheritdoc/>
    protected override ApTask AfterDisable(ApQueue queue, ApqSw status, bool irqClear) =>
        irqClear && status.ResponseCode == ResponseCode.Normal ? FreeIrqResources(queue) : ApTask.CompletedTask;
}
