namespace ApChaos.Suites.Negative;

/// <summary>
/// As right as <see cref="SoundDriver"/>, but close does not wait: a kernel worker verifies the reset and releases, when the guest may
/// be long gone. That is why pin and GISC come with a reference on the guest.
/// </summary>
public class WorkerDriver : SoundDriver
{
    /// <inheritdoc/>
    protected override bool ResourcesHoldGuest => true;

    /// <inheritdoc/>
    protected override async ApTask<int> ResetQueue(ApQueue queue)
    {
        await Issue(queue);
        await QueueWork(queue);
        return 0;
    }

    /// <inheritdoc/>
    public override async ApTask ResetWork(ApQueue queue)
    {
        await Verify(queue);
        await Release(queue);
    }
}
