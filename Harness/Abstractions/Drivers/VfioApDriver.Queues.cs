namespace ApChaos.Abstractions;

/// <summary>Queues that come and go (ap-facts §9.5).</summary>
public abstract partial class VfioApDriver
{
    /// <summary>
    /// Whether the other queues of an adapter are reset, too, when a queue that is removed takes the adapter from its guest, and a queue
    /// that left the configuration is not reset at all (6.8 and later; bug-history #35, #36).
    /// </summary>
    protected virtual bool ResetsAdapterOnRemoval => true;

    /// <inheritdoc/>
    public override async ApTask<int> ProbeQueue(ApQueue queue)
    {
        if (!await AllocateStructure(queue))
        {
            return -ENOMEM;
        }

        if (FiltersMatrix)
        {
            var kvm = await LockOwner(queue);
            var mdev = OwnerOf(queue);
            queue.Mdev = mdev;
            await UpdateGuest(mdev, kvm);
            await UnlockOwner(kvm);
        }

        return 0;
    }

    /// <summary>
    /// Up to 5.19 the queue is reset and freed, and its guest keeps it. Later the guest loses the whole adapter first: masks cannot say
    /// "all but one".
    /// </summary>
    /// <inheritdoc/>
    public override async ApTask RemoveQueue(ApQueue queue)
    {
        if (!FiltersMatrix)
        {
            await LockMdevs();
            await ResetQueue(queue);
            await Kernel.FreeQueue(queue);
            await UnlockMdevs();
            return;
        }

        var kvm = await LockOwner(queue);
        var mdev = OwnerOf(queue);
        var adapter = Kernel.AdapterPosition(queue);
        if (!mdev.IsNull && ((mdev.ShadowAdapters >> adapter) & 1) != 0)
        {
            mdev.ShadowAdapters &= ~(1UL << adapter);
            if (!kvm.IsNull)
            {
                await SetMasks(kvm, mdev.ShadowAdapters, mdev.ShadowDomains);
            }

            await (ResetsAdapterOnRemoval ? ResetAdapter(mdev, adapter) : ResetQueue(queue));
        }
        else if (!ResetsAdapterOnRemoval || await IsConfigured(queue))
        {
            await ResetQueue(queue);
        }

        await Kernel.FreeQueue(queue);
        await UnlockOwner(kvm);
    }

    /// <summary>Allocates the structure of a queue that is bound.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Whether there was memory.</returns>
    protected async ApTask<bool> AllocateStructure(ApQueue queue)
    {
        var structure = await Kernel.Alloc("struct vfio_ap_queue");
        queue.Structure = (int)structure;
        return structure != 0;
    }

    /// <summary>Whether a queue is in the configuration of this partition (QCI).</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Whether it is.</returns>
    protected async ApTask<bool> IsConfigured(ApQueue queue)
    {
        var configured = await Kernel.Qci();
        return ((configured.Adapters >> Kernel.AdapterPosition(queue)) & (configured.Domains >> Kernel.DomainPosition(queue)) & 1) != 0;
    }

    /// <summary>Takes the locks for a change of what the guest of a queue's mdev has; an mdev may have none, and a queue no mdev.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>The mdev's guest, or a null one.</returns>
    protected async ApTask<Kvm> LockOwner(ApQueue queue)
    {
        // The mdev may be removed until it is held fast by guests_lock.
        await Lock(KernelLock.Guests);
        var mdev = OwnerOf(queue);
        return await LockRest(mdev.IsNull ? default : mdev.Kvm);
    }

    /// <summary>Takes the locks for a change of what an mdev's guest has.</summary>
    /// <param name="mdev">The mdev; it may be gone.</param>
    /// <returns>The mdev's guest, or a null one.</returns>
    protected async ApTask<Kvm> LockOwner(MatrixMdev mdev)
    {
        await Lock(KernelLock.Guests);
        return await LockRest(mdev.Exists ? mdev.Kvm : default);
    }

    private async ApTask<Kvm> LockRest(Kvm kvm)
    {
        if (!kvm.IsNull)
        {
            await Lock(KernelLock.KvmLock(kvm));
        }

        await Lock(KernelLock.Mdevs);
        return kvm;
    }

    /// <summary>Gives the locks of <see cref="LockOwner(ApQueue)"/> back.</summary>
    /// <param name="kvm">What it returned.</param>
    /// <returns>Nothing.</returns>
    protected async ApTask UnlockOwner(Kvm kvm)
    {
        await Unlock(KernelLock.Mdevs);
        if (!kvm.IsNull)
        {
            await Unlock(KernelLock.KvmLock(kvm));
        }

        await Unlock(KernelLock.Guests);
    }

    /// <summary>Filters again, and gives the guest its masks if they changed. Under the locks of <see cref="LockOwner(ApQueue)"/>.</summary>
    /// <param name="mdev">The mdev, or a null one; it may be gone.</param>
    /// <param name="kvm">Its guest, or a null one.</param>
    /// <returns>Nothing.</returns>
    protected async ApTask UpdateGuest(MatrixMdev mdev, Kvm kvm)
    {
        if (!mdev.Exists)
        {
            return;
        }

        var adapters = mdev.ShadowAdapters;
        FilterMatrix(mdev);
        if (mdev.ShadowAdapters != adapters && !kvm.IsNull)
        {
            await SetMasks(kvm, mdev.ShadowAdapters, mdev.ShadowDomains);
        }
    }

    /// <summary>The mdev whose assigned matrix has the queue; its link may be unset, or name the mdev that its pin belongs to.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>The mdev, or a null one.</returns>
    protected MatrixMdev OwnerOf(ApQueue queue)
    {
        foreach (var mdev in Kernel.AllMdevs)
        {
            if (!mdev.FindQueue(queue.Apqn).IsNull)
            {
                return mdev;
            }
        }

        return default;
    }

    /// <summary>Resets the bound queues of one adapter of an mdev.</summary>
    private async ApTask<int> ResetAdapter(MatrixMdev mdev, int adapter)
    {
        var result = 0;
        foreach (var queue in mdev.Queues)
        {
            if (Kernel.AdapterPosition(queue) == adapter && await ResetQueue(queue) is not 0 and var rc)
            {
                result = rc;
            }
        }

        return result;
    }
}
