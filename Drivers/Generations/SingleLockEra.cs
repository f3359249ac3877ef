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

    /// <inheritdoc/>
    public override bool HasKvmNotifier => true;

    /// <summary>
    /// The pointer is cleared and nothing else (up to 5.10; bug-history #2, S16): masks, hook and reference stay, and close finds no guest
    /// whose queues it would reset.
    /// </summary>
    /// <inheritdoc/>
    public override ApTask KvmDetached(MatrixMdev mdev)
    {
        mdev.Kvm = default;
        return ApTask.CompletedTask;
    }

    /// <summary>
    /// Unpins the first page of whatever is unmapped, without a lock, whether it was pinned or not, and leaves interruption on (up to 6.1;
    /// bug-history #4).
    /// </summary>
    /// <inheritdoc/>
    public override async ApTask DmaUnmap(MatrixMdev mdev, long iova, long length) => await UnpinPages(mdev, iova);

    /// <summary>As ever since, but the queue also forgets its mdev until the next AQIC is intercepted (bug-history S14).</summary>
    /// <inheritdoc/>
    protected override async ApTask<ApqSw> DisableIrq(ApQueue queue)
    {
        var status = await base.DisableIrq(queue);
        queue.Mdev = default;
        return status;
    }
}
