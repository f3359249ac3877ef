namespace ApChaos.Abstractions;

/// <summary>
/// What all generations of vfio_ap share: open and close, the reset ioctl, AQIC interception, and who frees the interrupt resources.
/// A variant says which era it is from and how it resets a queue.
/// </summary>
/// <remarks>
/// The defaults are those of 6.9 and later (ap-facts §8 and §9.4). "Free" means: unregister the GISC and unpin the NIB's page
/// (ap-facts §8.3). Not thread-safe by itself: like the kernel code, it relies on the locks that it takes.
/// </remarks>
public abstract partial class VfioApDriver : Driver
{
    /// <summary>Errno: input/output error.</summary>
    protected const int EIO = 5;

    /// <summary>Errno: out of memory.</summary>
    protected const int ENOMEM = 12;

    /// <summary>Errno: busy.</summary>
    protected const int EBUSY = 16;

    /// <summary>Errno: no such device.</summary>
    protected const int ENODEV = 19;

    /// <summary>Virtual milliseconds between two looks at a queue (AP_RESET_INTERVAL, ap-facts §11).</summary>
    protected const int ResetIntervalMs = 20;

    /// <summary>Takes the offset within its page out of a guest address.</summary>
    protected const long PageFrameMask = ~0xfffL;

    private const int AqicRetries = 5;
    private const int IrqClearRounds = 5;

    /// <summary>Whether guests_lock, kvm->lock and mdevs_lock exist (6.0 and later); before, there is only matrix_dev->lock.</summary>
    protected virtual bool SplitLocks => true;

    /// <inheritdoc/>
    public override bool HookUnderRwsem => SplitLocks;

    /// <summary>Whether the guest's matrix is filtered by the state of the queues (6.0 and later).</summary>
    protected virtual bool FiltersMatrix => true;

    /// <summary>
    /// Whether it is filtered again when a guest opens the mdev. No kernel read does that: a queue whose reset failed goes to the next
    /// guest unless something else changes the matrix in between.
    /// </summary>
    protected virtual bool FiltersAtOpen => false;

    /// <summary>Whether a NIB at address 0 is refused (6.3 and later).</summary>
    protected virtual bool ValidatesNib => true;

    /// <summary>Whether the saved NIB is a page frame number, so that page 0 looks like "nothing saved" (up to 5.19; bug-history S12).</summary>
    protected virtual bool SavesPageFrame => false;

    /// <summary>Whether a failed GISC registration is noticed (5.18 and later).</summary>
    protected virtual bool ChecksGiscRegister => true;

    /// <summary>Whether the page is unpinned when the GISC registration fails (6.8 and later; bug-history #6).</summary>
    protected virtual bool UnpinsOnGiscFailure => true;

    /// <summary>
    /// Whether the interrupt resources of a queue include a reference on the guest that they belong to, so that they may outlive its
    /// time with the mdev. No kernel does that.
    /// </summary>
    protected virtual bool ResourcesHoldGuest => false;

    /// <summary>Whether an adapter whose queue answered this at its last reset may go to a guest.</summary>
    /// <param name="status">Status word of the last reset.</param>
    /// <returns>6.9 and later: for RC 00, 03 and 04 (ap-facts §9.2).</returns>
    protected virtual bool IsPassable(ApqSw status) =>
        status.ResponseCode is ResponseCode.Normal or ResponseCode.Deconfigured or ResponseCode.Checkstopped;

    /// <summary>Resets one queue and gives its interrupt resources back when the variant thinks that it may.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>0 or a negative errno.</returns>
    protected abstract ApTask<int> ResetQueue(ApQueue queue);

    /// <summary>Resets all queues of an mdev, one after the other.</summary>
    /// <param name="mdev">The mdev.</param>
    /// <returns>0, or the error of the last queue that failed.</returns>
    protected virtual async ApTask<int> ResetQueues(MatrixMdev mdev)
    {
        var result = 0;
        foreach (var queue in mdev.Queues)
        {
            var rc = await ResetQueue(queue);
            if (rc != 0)
            {
                result = rc;
            }
        }

        return result;
    }

    /// <inheritdoc/>
    public override async ApTask<int> OpenDevice(MatrixMdev mdev, Kvm kvm)
    {
        if (SplitLocks)
        {
            await Lock(KernelLock.PqapHook);
            await SetHook(kvm, mdev);
            await Unlock(KernelLock.PqapHook);
            await LockForGuestUpdate(kvm);
        }
        else
        {
            await Lock(KernelLock.MatrixDev);
            if (OffersInterrupts)
            {
                await SetHook(kvm, mdev);
            }
        }

        await KvmGet(kvm);
        mdev.Kvm = kvm;
        if (FiltersAtOpen)
        {
            FilterMatrix(mdev);
        }

        await SetMasks(kvm, mdev.ShadowAdapters, mdev.ShadowDomains);
        await UnlockAfterGuestUpdate(kvm);
        return 0;
    }

    /// <inheritdoc/>
    public override async ApTask CloseDevice(MatrixMdev mdev)
    {
        var kvm = mdev.Kvm;
        if (kvm.IsNull)
        {
            return;
        }

        if (SplitLocks)
        {
            await Lock(KernelLock.PqapHook);
            await ClearHook(kvm);
            await Unlock(KernelLock.PqapHook);
            await LockForGuestUpdate(kvm);
            await ClearMasks(kvm);
        }
        else
        {
            await Lock(KernelLock.MatrixDev);
            await ClearMasks(kvm);
            if (OffersInterrupts)
            {
                await ClearHook(kvm);
            }
        }

        await ResetQueues(mdev);
        await KvmPut(kvm);
        mdev.Kvm = default;
        await UnlockAfterGuestUpdate(kvm);
    }

    /// <inheritdoc/>
    public override async ApTask RemoveMdev(MatrixMdev mdev)
    {
        if (SplitLocks)
        {
            await Lock(KernelLock.Guests);
        }

        await LockMdevs();
        await ResetQueues(mdev);
        foreach (var queue in mdev.Queues)
        {
            queue.Mdev = default;
        }

        await UnlockMdevs();
        if (SplitLocks)
        {
            await Unlock(KernelLock.Guests);
        }
    }

    /// <inheritdoc/>
    public override async ApTask<int> ResetDevice(MatrixMdev mdev)
    {
        await LockMdevs();
        var rc = await ResetQueues(mdev);
        await UnlockMdevs();
        return rc;
    }

    /// <summary>
    /// Disables interruption of the queues whose NIB lies in the range, which gives their pins back (6.2 and later; bug-history #4).
    /// </summary>
    /// <inheritdoc/>
    public override async ApTask DmaUnmap(MatrixMdev mdev, long iova, long length)
    {
        await LockMdevs();
        foreach (var queue in mdev.Queues)
        {
            if (queue.SavedIova != 0 && queue.SavedIova >= iova && queue.SavedIova < iova + length)
            {
                await DisableIrq(queue);
            }
        }

        await UnlockMdevs();
    }

    /// <inheritdoc/>
    public override async ApTask<ApqSw> InterceptAqic(MatrixMdev mdev, Apqn apqn, AqicControl control, long nib)
    {
        await LockMdevs();
        var status = new ApqSw(ResponseCode.QNotAvail);
        var queue = mdev.Kvm.IsNull ? default : mdev.FindQueue(apqn);
        if (!queue.IsNull)
        {
            // Up to 5.18 the link was set at every interception; later when the queue was assigned. The effect is the same here.
            queue.Mdev = mdev;
            status = control.Enable ? await EnableIrq(queue, control.Isc, nib) : await DisableIrq(queue);
        }

        await UnlockMdevs();
        return status;
    }

    /// <summary>Enables interruption of a queue for its guest (ap-facts §8.1).</summary>
    /// <param name="queue">The queue, linked to an mdev with a guest.</param>
    /// <param name="isc">The guest's interruption subclass, 0..7.</param>
    /// <param name="nib">Guest address of the notification indicator byte.</param>
    /// <returns>The status word for the guest.</returns>
    protected async ApTask<ApqSw> EnableIrq(ApQueue queue, int isc, long nib)
    {
        var mdev = queue.Mdev;
        var kvm = mdev.Kvm;
        if (ValidatesNib && nib == 0)
        {
            return new ApqSw(ResponseCode.InvalidAddress);
        }

        var page = await PinPages(mdev, nib & PageFrameMask);
        if (page < 0)
        {
            return new ApqSw(ResponseCode.InvalidAddress);
        }

        var nisc = await GiscRegister(kvm, isc);
        if (nisc < 0 && ChecksGiscRegister)
        {
            if (UnpinsOnGiscFailure)
            {
                await UnpinPages(mdev, kvm, nib & PageFrameMask);
                return new ApqSw(ResponseCode.InvalidAddress);
            }

            return new ApqSw(ResponseCode.InvalidGisa);
        }

        var status = await Aqic(queue.Apqn, new AqicControl(true, isc, (int)nisc & 7, kvm.Index), page | (nib & ~PageFrameMask));
        switch (status.ResponseCode)
        {
            case ResponseCode.Normal:
                await FreeIrqResources(queue);
                queue.SavedIova = SavesPageFrame ? nib >> 12 : nib;
                queue.SavedIsc = isc;
                if (ResourcesHoldGuest)
                {
                    queue.SavedKvm = kvm;
                    await KvmGet(kvm);
                }

                break;

            case ResponseCode.OtherwiseChanged:
                // Enabled already, with the old NIB: the new one was pinned for nothing.
                await GiscUnregister(kvm, isc);
                await UnpinPages(mdev, kvm, nib & PageFrameMask);
                break;

            default:
                await Warn(queue.Apqn, Op.Aqic, "AQIC(enable) failed");
                await EnableIrqFailed(queue, isc, nib);
                break;
        }

        return status;
    }

    /// <summary>
    /// What a variant does when AQIC(enable) gave an unexpected response code. All kernels read give the old resources back and
    /// forget the new ones (bug-history S1).
    /// </summary>
    /// <param name="queue">The queue.</param>
    /// <param name="isc">The interruption subclass that was registered.</param>
    /// <param name="nib">Guest address of the NIB whose page was pinned.</param>
    /// <returns>Nothing.</returns>
    protected virtual async ApTask EnableIrqFailed(ApQueue queue, int isc, long nib) => await DisableIrq(queue);

    /// <summary>Disables interruption of a queue and frees (ap-facts §8.2): at most 6 AQICs and 5 looks at the I bit, 200 ms.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>The last status word.</returns>
    protected virtual async ApTask<ApqSw> DisableIrq(ApQueue queue)
    {
        ApqSw status;
        var retries = AqicRetries;
        do
        {
            status = await Aqic(queue.Apqn, AqicControl.Disable, 0);
            switch (status.ResponseCode)
            {
                case ResponseCode.Normal:
                case ResponseCode.OtherwiseChanged:
                    var irqClear = await WaitForIrqClear(queue.Apqn);
                    await AfterDisable(queue, status, irqClear);
                    return status;

                case ResponseCode.ResetInProgress:
                case ResponseCode.Busy:
                    await Msleep(ResetIntervalMs);
                    break;

                default:
                    await Warn(queue.Apqn, Op.Aqic, "AQIC(disable) failed");
                    await AfterDisable(queue, status, irqClear: false);
                    return status;
            }
        }
        while (retries-- > 0);

        await Warn(queue.Apqn, Op.Aqic, "AQIC(disable) was refused too often");
        await AfterDisable(queue, status, irqClear: false);
        return status;
    }

    /// <summary>
    /// What a variant does with the saved resources when the attempts to disable are over. All kernels read free them, whatever was
    /// seen (bug-history S2, S3).
    /// </summary>
    /// <param name="queue">The queue.</param>
    /// <param name="status">The last answer of AQIC(disable).</param>
    /// <param name="irqClear">Whether <see cref="WaitForIrqClear"/> saw I=0.</param>
    /// <returns>Nothing.</returns>
    protected virtual ApTask AfterDisable(ApQueue queue, ApqSw status, bool irqClear) => FreeIrqResources(queue);

    /// <summary>Whether a TAPQ with RC 00 or 02 shows that interruption is off; all kernels read look at the I bit under both.</summary>
    /// <param name="status">Its answer.</param>
    /// <returns>Whether it does.</returns>
    protected virtual bool ShowsIrqClear(ApqSw status) => !status.IrqEnabled;

    /// <summary>Waits until TAPQ shows I=0, at most 5 rounds of 20 ms; warns when that is not enough.</summary>
    /// <param name="apqn">The queue.</param>
    /// <returns>Whether I=0 was seen.</returns>
    protected async ApTask<bool> WaitForIrqClear(Apqn apqn)
    {
        for (var round = 0; round < IrqClearRounds; round++)
        {
            var status = await Tapq(apqn);
            switch (status.ResponseCode)
            {
                case ResponseCode.Normal:
                case ResponseCode.ResetInProgress:
                    if (ShowsIrqClear(status))
                    {
                        return true;
                    }

                    break;

                case ResponseCode.Busy:
                    break;

                default:
                    await Warn(apqn, Op.Tapq, "TAPQ failed while waiting for I=0");
                    return false;
            }

            await Msleep(ResetIntervalMs);
        }

        await Warn(apqn, Op.Tapq, "interruption is still enabled");
        return false;
    }

    /// <summary>Frees: unregisters the GISC and unpins the NIB's page, if they are saved and the owner is known (ap-facts §8.3).</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Nothing.</returns>
    protected async ApTask FreeIrqResources(ApQueue queue)
    {
        var mdev = queue.Mdev;
        if (mdev.IsNull)
        {
            return;
        }

        var kvm = ResourcesHoldGuest ? queue.SavedKvm : mdev.Kvm;
        var isc = queue.SavedIsc;
        if (isc != ApQueue.IscInvalid && !kvm.IsNull)
        {
            queue.SavedIsc = ApQueue.IscInvalid;
            await GiscUnregister(kvm, isc);
        }

        var saved = queue.SavedIova;
        if (saved != 0)
        {
            queue.SavedIova = 0;
            var page = SavesPageFrame ? saved << 12 : saved & PageFrameMask;
            if (ResourcesHoldGuest)
            {
                await UnpinPages(mdev, kvm, page);
            }
            else
            {
                await UnpinPages(mdev, page);
            }
        }

        if (ResourcesHoldGuest && !kvm.IsNull)
        {
            queue.SavedKvm = default;
            await KvmPut(kvm);
        }
    }

    /// <summary>
    /// Sets the shadow APCB from the assigned matrix: an adapter is taken out when one of its queues is not bound or not passable
    /// (ap-facts §9.2).
    /// </summary>
    /// <param name="mdev">The mdev.</param>
    protected void FilterMatrix(MatrixMdev mdev)
    {
        mdev.ShadowAdapters = mdev.Adapters;
        mdev.ShadowDomains = mdev.Domains;
        if (!FiltersMatrix)
        {
            return;
        }

        var data = Kernel.Data;
        for (var index = 0; index < data.QueueCount; index++)
        {
            var queue = new ApQueue(Kernel, index);
            if (data.IsAssigned(mdev.Index, index)
                && (data.QueueAlive(index) != QueueRecord.Known || queue.Quarantined || !IsPassable(queue.ResetStatus)))
            {
                mdev.ShadowAdapters &= ~(1UL << Kernel.AdapterPosition(queue));
            }
        }
    }

    /// <summary>Takes the locks that a change of a guest's APCB needs.</summary>
    /// <param name="kvm">The guest.</param>
    /// <returns>Nothing.</returns>
    protected async ApTask LockForGuestUpdate(Kvm kvm)
    {
        if (!SplitLocks)
        {
            await Lock(KernelLock.MatrixDev);
            return;
        }

        await Lock(KernelLock.Guests);
        await Lock(KernelLock.KvmLock(kvm));
        await Lock(KernelLock.Mdevs);
    }

    /// <summary>Gives the locks of <see cref="LockForGuestUpdate"/> back.</summary>
    /// <param name="kvm">The guest.</param>
    /// <returns>Nothing.</returns>
    protected async ApTask UnlockAfterGuestUpdate(Kvm kvm)
    {
        if (!SplitLocks)
        {
            await Unlock(KernelLock.MatrixDev);
            return;
        }

        await Unlock(KernelLock.Mdevs);
        await Unlock(KernelLock.KvmLock(kvm));
        await Unlock(KernelLock.Guests);
    }

    /// <summary>Takes the lock of the mdevs' and queues' state.</summary>
    /// <returns>Nothing.</returns>
    protected async ApTask LockMdevs() => await Lock(SplitLocks ? KernelLock.Mdevs : KernelLock.MatrixDev);

    /// <summary>Gives the lock of <see cref="LockMdevs"/> back.</summary>
    /// <returns>Nothing.</returns>
    protected async ApTask UnlockMdevs() => await Unlock(SplitLocks ? KernelLock.Mdevs : KernelLock.MatrixDev);
}
