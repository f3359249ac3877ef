using ApChaos.Abstractions;

namespace ApChaos.Drivers;

// Models: no kernel; vfio_ap as it could be (bug-history part D, G7). It shares open, AQIC and filter with 6.9.
//
// The one rule: a queue's pin, GISC and a reference on its guest are taken together and given back together, and only after the
// hardware showed that it is done: ZAPQ accepted with RC 00, then TAPQ with RC 00, E=1 and I=0.
//
// A queue is quarantined from the moment that its reset is asked for until that was seen. Quarantined queues are in no guest's APCB:
// nobody can put work in behind the reset, and the next guest cannot have them. All resets are done by the queue's work item, which
// waits without any lock; whoever needs the result flushes it, without any lock too. Locks are held only to mark, to free and to give
// the adapter (back) to the guest.
//
//   RC of ZAPQ or TAPQ    what is done
//   00                    TAPQ each 20 ms until E=1 and I=0; ZAPQ again each second that RC 00 goes on without them
//   02                    wait for the end of the reset under way, which may be one without zeroize, then ZAPQ again
//   05, 0A                wait, ZAPQ again
//   35, 36                ZAPQ again
//   other, 01 03 04 too   the work ends; the queue stays quarantined with all it holds until a bus scan tries again
//
// Budget: none.
// Weak: close and removal of a queue last as long as the reset (no lock is held, but the caller waits). A reset asked for by the VMM
// takes the adapter from its guest until it is done. Trusts that RC 00, E=1, I=0 means that no store is still on its way (assumptions
// early-empty, late-store), and that a queue which left the partition, RC 01 and gone from QCI, was reset by the machine when its
// device is removed. It keeps pages of a guest that is gone pinned; a vfio container would have to allow that.

/// <summary>vfio_ap as it could be: frees what the hardware has shown to be done with, waits without locks, forgets nothing.</summary>
public sealed class Golden : VfioApDriver
{
    private const string Waiting = "the reset of the queue is not complete yet";
    private const string KeptByZapq = "ZAPQ: the queue cannot be reset now; it is quarantined with its pin and GISC";
    private const string KeptByTapq = "TAPQ: the reset cannot be verified now; the queue is quarantined with its pin and GISC";
    private const string LeftPartition = "the queue left the partition; the machine has reset it";

    // ApQueue.Scratch: what is going on with the queue; changed under mdevs_lock.
    private const int ResetPending = 1;
    private const int Leaving = 2;

    private const int RoundsPerNotice = 50;
    private const int RemovalRetryMs = RoundsPerNotice * ResetIntervalMs;

    /// <inheritdoc/>
    public override string Id => "golden";

    /// <inheritdoc/>
    public override string Summary => "frees only after RC 00, E=1, I=0; waits without bound and locks; quarantines lost queues";

    /// <inheritdoc/>
    protected override bool ResourcesHoldGuest => true;

    /// <inheritdoc/>
    protected override bool FiltersAtOpen => true;

    /// <inheritdoc/>
    protected override bool IsPassable(ApqSw status) => status.ResponseCode == ResponseCode.Normal;

    /// <inheritdoc/>
    public override async ApTask CloseDevice(MatrixMdev mdev)
    {
        var kvm = mdev.Kvm;
        if (kvm.IsNull)
        {
            return;
        }

        await Lock(KernelLock.PqapHook);
        await ClearHook(kvm);
        await Unlock(KernelLock.PqapHook);

        await LockForGuestUpdate(kvm);
        await ClearMasks(kvm);
        mdev.Kvm = default;
        await StartResets(mdev);
        await UnlockAfterGuestUpdate(kvm);

        // Queues with interrupt resources have references of their own: the GISA stays as long as hardware may use it.
        await KvmPut(kvm);
        await FinishResets(mdev);
    }

    /// <inheritdoc/>
    public override async ApTask<int> ResetDevice(MatrixMdev mdev) => await ResetQueues(mdev);

    /// <summary>A queue that cannot be reset now keeps what it holds, and whose, until a bus scan tries again.</summary>
    /// <inheritdoc/>
    public override async ApTask RemoveMdev(MatrixMdev mdev) => await ResetQueues(mdev);

    /// <summary>Nobody knows what the queue holds: it is reset before a guest gets its adapter.</summary>
    /// <inheritdoc/>
    public override async ApTask<int> ProbeQueue(ApQueue queue)
    {
        if (!await AllocateStructure(queue))
        {
            return -ENOMEM;
        }

        await LockMdevs();
        await StartReset(queue);
        await UnlockMdevs();
        return 0;
    }

    /// <summary>
    /// The memory may go only when no hardware can store into it: a NIB whose interruption cannot be shown to be off is settled by a
    /// reset, however long that takes.
    /// </summary>
    /// <inheritdoc/>
    public override async ApTask DmaUnmap(MatrixMdev mdev, long iova, long length)
    {
        await base.DmaUnmap(mdev, iova, length);
        while (await ResetQueuesIn(mdev, iova, length))
        {
            await Msleep(ResetIntervalMs);
        }
    }

    /// <inheritdoc/>
    public override async ApTask RemoveQueue(ApQueue queue)
    {
        await LockMdevs();
        queue.Scratch |= Leaving;
        queue.Quarantined = true;
        await UnlockMdevs();

        // A removal cannot be refused, and afterwards nobody knows what the queue holds: so it has to succeed.
        while (await ResetQueue(queue) != 0 && !await HasLeftPartition(queue))
        {
            await Msleep(RemovalRetryMs);
        }

        var kvm = await LockOwner(queue);
        var mdev = OwnerOf(queue);
        await FreeIrqResources(queue);
        await Kernel.FreeQueue(queue);
        await UpdateGuest(mdev, kvm);
        await UnlockOwner(kvm);
    }

    /// <inheritdoc/>
    public override async ApTask<ApqSw> InterceptAqic(MatrixMdev mdev, Apqn apqn, AqicControl control, long nib)
    {
        await LockMdevs();
        var status = new ApqSw(ResponseCode.QNotAvail);
        var queue = mdev.Kvm.IsNull ? default : mdev.FindQueue(apqn);
        if (!queue.IsNull && (queue.Scratch & ResetPending) != 0)
        {
            status = new ApqSw(ResponseCode.ResetInProgress);
        }
        else if (!queue.IsNull && IsGranted(mdev, queue))
        {
            queue.Mdev = mdev;
            status = control.Enable ? await EnableIrqAgain(queue, control.Isc, nib) : await DisableIrq(queue);
        }

        await UnlockMdevs();
        return status;
    }

    /// <summary>The scan's end is when adapters are back: time to try lost queues again. It does not wait for them.</summary>
    /// <inheritdoc/>
    public override async ApTask ScanComplete()
    {
        await LockMdevs();
        foreach (var queue in Kernel.AllQueues)
        {
            if (queue.Quarantined)
            {
                await StartReset(queue);
            }
        }

        await UnlockMdevs();

        // A queue that was bound since the last scan may complete an adapter.
        foreach (var mdev in Kernel.AllMdevs)
        {
            var kvm = await LockOwner(mdev);
            await UpdateGuest(mdev, kvm);
            await UnlockOwner(kvm);
        }
    }

    /// <inheritdoc/>
    public override async ApTask ResetWork(ApQueue queue)
    {
        if ((queue.Scratch & ResetPending) == 0)
        {
            return;
        }

        // The queue is marked: whoever has it loses it here, and then nobody can use it behind the reset.
        var kvm = await LockOwner(queue);
        var mdev = OwnerOf(queue);
        await UpdateGuest(mdev, kvm);
        await UnlockOwner(kvm);

        var asked = await Zapq(queue.Apqn);
        for (var round = 0; MayEnd(asked); round++)
        {
            await Msleep(ResetIntervalMs);
            var seen = await Tapq(queue.Apqn);
            if (!MayEnd(seen))
            {
                await Log(queue.Apqn, Op.Tapq, KeptByTapq);
                await Quarantine(queue, seen);
                return;
            }

            var ended = seen.ResponseCode == ResponseCode.Normal;
            var accepted = asked.ResponseCode == ResponseCode.Normal;
            if (ended && accepted && seen.QueueEmpty && !seen.IrqEnabled)
            {
                await Complete(queue, seen);
                return;
            }

            var isNoticeDue = round % RoundsPerNotice == 0;
            if (isNoticeDue)
            {
                await Log(queue.Apqn, Op.Zapq, Waiting);
            }

            if ((ended && !accepted) || IsAssociationError(seen) || (ended && isNoticeDue && round > 0))
            {
                asked = await Zapq(queue.Apqn);
            }
        }

        await Log(queue.Apqn, Op.Zapq, KeptByZapq);
        await Quarantine(queue, asked);
    }

    /// <inheritdoc/>
    protected override async ApTask<int> ResetQueue(ApQueue queue)
    {
        await LockMdevs();
        await StartReset(queue, byRemoval: true);
        await UnlockMdevs();
        await FlushWork(queue);
        return IsPassable(queue.ResetStatus) ? 0 : -EIO;
    }

    /// <inheritdoc/>
    protected override async ApTask<int> ResetQueues(MatrixMdev mdev)
    {
        await LockMdevs();
        await StartResets(mdev);
        await UnlockMdevs();
        return await FinishResets(mdev);
    }

    /// <summary>The new pin and GISC were for nothing; the old ones stay, because the old registration does.</summary>
    /// <inheritdoc/>
    protected override async ApTask EnableIrqFailed(ApQueue queue, int isc, long nib)
    {
        var mdev = queue.Mdev;
        await GiscUnregister(mdev.Kvm, isc);
        await UnpinPages(mdev, mdev.Kvm, nib & PageFrameMask);
    }

    /// <inheritdoc/>
    protected override bool ShowsIrqClear(ApqSw status) => status.ResponseCode == ResponseCode.Normal && !status.IrqEnabled;

    /// <summary>
    /// Frees when AQIC was accepted and I=0 was seen. RC 07 may also mean that an enable is not finished yet, and then I=0 proves
    /// nothing; that, and an AQIC that is slow, leaves the resources to the next enable or reset. A refusal is settled by a reset.
    /// </summary>
    /// <inheritdoc/>
    protected override async ApTask AfterDisable(ApQueue queue, ApqSw status, bool irqClear)
    {
        switch (status.ResponseCode)
        {
            case ResponseCode.Normal:
                if (irqClear)
                {
                    await FreeIrqResources(queue);
                }

                break;

            case ResponseCode.OtherwiseChanged:
                break;

            default:
                await StartReset(queue);
                break;
        }
    }

    /// <summary>Marks a queue and hands it to its work item, which runs it alone. Under mdevs_lock.</summary>
    private async ApTask StartReset(ApQueue queue, bool byRemoval = false)
    {
        // A reset that is pending serves this caller too: its ZAPQ comes after the guest has lost the queue. A queue that is being removed is
        // reset by its removal alone: work of anybody else might come after it was freed.
        if ((queue.Scratch & ResetPending) != 0 || (!byRemoval && (queue.Scratch & Leaving) != 0))
        {
            return;
        }

        queue.Scratch |= ResetPending;
        queue.Quarantined = true;
        queue.ResetStatus = new ApqSw(ResponseCode.ResetInProgress);
        await QueueWork(queue);
    }

    /// <summary>Starts the resets of all queues of an mdev. Under mdevs_lock.</summary>
    private async ApTask StartResets(MatrixMdev mdev)
    {
        foreach (var queue in mdev.Queues)
        {
            await StartReset(queue);
        }
    }

    /// <summary>Starts the reset of the queues that still hold a NIB in a range.</summary>
    /// <returns>Whether there is one.</returns>
    private async ApTask<bool> ResetQueuesIn(MatrixMdev mdev, long iova, long length)
    {
        var some = false;
        await LockMdevs();
        foreach (var queue in mdev.Queues)
        {
            if (queue.SavedKvm == mdev.Kvm && queue.SavedIova != 0 && queue.SavedIova >= iova && queue.SavedIova < iova + length)
            {
                some = true;
                await StartReset(queue);
            }
        }

        await UnlockMdevs();
        return some;
    }

    /// <summary>Waits for the resets of an mdev, without any lock: a queue may be removed meanwhile.</summary>
    private async ApTask<int> FinishResets(MatrixMdev mdev)
    {
        foreach (var queue in mdev.Queues)
        {
            await FlushWork(queue);
        }

        var result = 0;
        await LockMdevs();
        foreach (var queue in mdev.Queues)
        {
            if (!IsPassable(queue.ResetStatus))
            {
                result = -EIO;
            }
        }

        await UnlockMdevs();
        return result;
    }

    /// <summary>The reset was seen to be complete: frees, and the guest of now may have the queue.</summary>
    private async ApTask Complete(ApQueue queue, ApqSw status)
    {
        var kvm = await LockOwner(queue);
        var mdev = OwnerOf(queue);
        await FreeIrqResources(queue);
        queue.ResetStatus = status;
        queue.Quarantined = (queue.Scratch & Leaving) != 0;
        queue.Scratch &= ~ResetPending;
        await UpdateGuest(mdev, kvm);
        await UnlockOwner(kvm);
    }

    /// <summary>The reset cannot be completed now: the queue keeps what it holds, and nobody gets it.</summary>
    private async ApTask Quarantine(ApQueue queue, ApqSw status)
    {
        await LockMdevs();
        queue.ResetStatus = status;
        queue.Scratch &= ~ResetPending;
        await UnlockMdevs();
    }

    /// <summary>
    /// Enables. An old NIB is given up when the new one is accepted, so it must not be in use: interruption that is on needs no enable,
    /// and in a reset by the guest itself hardware may still use the old one.
    /// </summary>
    private async ApTask<ApqSw> EnableIrqAgain(ApQueue queue, int isc, long nib)
    {
        if (!queue.SavedKvm.IsNull)
        {
            var status = await Tapq(queue.Apqn);
            if (status.ResponseCode != ResponseCode.Normal)
            {
                return new ApqSw(status.ResponseCode);
            }

            if (status.IrqEnabled)
            {
                return new ApqSw(ResponseCode.OtherwiseChanged);
            }
        }

        return await EnableIrq(queue, isc, nib);
    }

    private async ApTask<bool> HasLeftPartition(ApQueue queue)
    {
        if (queue.ResetStatus.ResponseCode != ResponseCode.QNotAvail)
        {
            return false;
        }

        if (await IsConfigured(queue))
        {
            return false;
        }

        await Log(queue.Apqn, Op.Zapq, LeftPartition);
        return true;
    }

    private bool IsGranted(MatrixMdev mdev, ApQueue queue) =>
        !queue.Quarantined && ((mdev.ShadowAdapters >> Kernel.AdapterPosition(queue)) & 1) != 0;

    /// <summary>Whether a wait may help: the reset is accepted, or the queue asks for patience.</summary>
    private static bool MayEnd(ApqSw status) =>
        status.ResponseCode is ResponseCode.Normal or ResponseCode.ResetInProgress
            or ResponseCode.Busy or ResponseCode.StateChangeInProgress
        || IsAssociationError(status);

    private static bool IsAssociationError(ApqSw status) =>
        status.ResponseCode is ResponseCode.AssocSecretNotUnique or ResponseCode.AssocFailed;
}
