namespace ApChaos.Suites.Negative;

/// <summary>
/// The least that is right: a reset is ZAPQ until it is accepted, TAPQ until it shows RC 00 with E=1 and I=0, and only then are pin and
/// GISC given back. A planted bug overrides one step.
/// </summary>
/// <remarks>It waits with its locks held, like 6.9: right as long as resets are short.</remarks>
public class SoundDriver : VfioApDriver
{
    /// <inheritdoc/>
    public override string Id => "sound";

    /// <inheritdoc/>
    public override string Summary => "the least that is right";

    /// <inheritdoc/>
    protected override bool FiltersAtOpen => true;

    /// <inheritdoc/>
    protected override async ApTask<int> ResetQueue(ApQueue queue)
    {
        await Issue(queue);
        await Verify(queue);
        await Release(queue);
        return 0;
    }

    /// <summary>Starts a reset of our own. RC 02 is somebody else's, which may not zeroize.</summary>
    protected virtual async ApTask Issue(ApQueue queue)
    {
        while ((await Zapq(queue.Apqn)).ResponseCode != ResponseCode.Normal)
            await Msleep(ResetIntervalMs);
    }

    /// <summary>Waits until the reset is seen to be complete.</summary>
    protected virtual async ApTask Verify(ApQueue queue)
    {
        while (!IsClean(await Tapq(queue.Apqn)))
            await Msleep(ResetIntervalMs);
    }

    /// <summary>Gives pin and GISC back.</summary>
    protected virtual async ApTask Release(ApQueue queue) => await FreeIrqResources(queue);

    /// <summary>The new pin and GISC were for nothing; the old ones stay, because the old registration does.</summary>
    protected override async ApTask EnableIrqFailed(ApQueue queue, int isc, long nib)
    {
        await GiscUnregister(queue.Mdev.Kvm, isc);
        await UnpinPages(queue.Mdev, nib & PageFrameMask);
    }

    /// <summary>Short of a proof that interruption is off, the next reset releases.</summary>
    protected override async ApTask AfterDisable(ApQueue queue, ApqSw status, bool irqClear)
    {
        if (status.ResponseCode == ResponseCode.Normal && irqClear)
            await Release(queue);
    }

    protected static bool IsClean(ApqSw status) => status.ResponseCode == ResponseCode.Normal && status.QueueEmpty && !status.IrqEnabled;
}
