using ApChaos.Abstractions;

namespace ApChaos.Drivers.Generations;

/// <summary>
/// What the variants before 6.0 have in common: one lock, no filter, and an interrupt bookkeeping that trusts the guest.
/// </summary>
public abstract class SingleLockEra : VfioApDriver
{
    /// <inheritdoc/>
    protected override bool SplitLocks => false;

    /// <inheritdoc/>
    protected override bool FiltersMatrix => false;

    /// <inheritdoc/>
    protected override bool ValidatesNib => false;

    /// <inheritdoc/>
    protected override bool SavesPageFrame => true;

    /// <inheritdoc/>
    protected override bool ChecksGiscRegister => false;

    /// <inheritdoc/>
    protected override bool UnpinsOnGiscFailure => false;

    /// <summary>As ever since, but the queue also forgets its mdev until the next AQIC is intercepted (bug-history S14).</summary>
    /// <inheritdoc/>
    protected override async ApTask<ApqSw> DisableIrq(ApQueue queue)
    {
        var status = await base.DisableIrq(queue);
        queue.Mdev = default;
        return status;
    }
}
