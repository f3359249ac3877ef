namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class LockOrderCycleTests : OracleCase<LockOrderCycle>
{
    // Locks as events name them: by index.
    private const int GuestsLock = 1;
    private const int MdevsLock = 2;
    private const int KvmLockOfG1 = 5;

    private static readonly Scenario Alone = new World().Guest(g => g.Requests().Lives(20).ResetsDevice()).Build();

    private static readonly Scenario OneAfterTheOther = new World()
        .Guest(g => g.Requests().Lives(20).ResetsDevice())
        .Successor(g => g.Requests().Lives(20).ResetsDevice())
        .Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("takes guests_lock under mdevs_lock, where nobody else is there to meet it", new TakesGuestsLockLast(), Alone)
        {
            Says = "VMM0 asked for guests_lock with mdevs_lock held, which was asked for with the former held",
        },
        new("closes a ring over three locks", new TakesPermsLast(), Alone)
        {
            Says = "VMM0 asked for guests_lock with ap_perms_mutex held, which was asked for with the former held",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("takes guests_lock after mdevs_lock was given back", new TakesOneAfterTheOther(), OneAfterTheOther)
        {
            ComesClose = Seen.InOrder(
                e => e.Kind == EventKind.LockTaken && e.A == MdevsLock,
                e => e.Kind == EventKind.LockReleased && e.A == MdevsLock,
                e => e.Kind == EventKind.LockTaken && e.A == GuestsLock),
        },
        new("kvm->lock of two guests, one after the other, is one class in one order", new SoundDriver(), OneAfterTheOther)
        {
            ComesClose = Seen.InOrder(
                e => e.Kind == EventKind.LockTaken && e.A == KvmLockOfG1,
                e => e.Kind == EventKind.LockTaken && e.A == KvmLockOfG1 + 1),
        },
    ];

    private sealed class TakesGuestsLockLast : SoundDriver
    {
        public override async ApTask<int> ResetDevice(MatrixMdev mdev)
        {
            await Lock(KernelLock.Mdevs);
            var rc = await ResetQueues(mdev);
            await Lock(KernelLock.Guests); // The bug: guests_lock comes first.
            await Unlock(KernelLock.Guests);
            await Unlock(KernelLock.Mdevs);
            return rc;
        }
    }

    private sealed class TakesPermsLast : SoundDriver
    {
        public override async ApTask<int> ResetDevice(MatrixMdev mdev)
        {
            await Lock(KernelLock.Mdevs);
            await Lock(KernelLock.ApPerms);
            await Unlock(KernelLock.ApPerms);
            await Unlock(KernelLock.Mdevs);
            await Lock(KernelLock.ApPerms);
            await Lock(KernelLock.Guests); // The bug: guests_lock → mdevs_lock → ap_perms_mutex → guests_lock.
            await Unlock(KernelLock.Guests);
            await Unlock(KernelLock.ApPerms);
            return await base.ResetDevice(mdev);
        }
    }

    private sealed class TakesOneAfterTheOther : SoundDriver
    {
        public override async ApTask<int> ResetDevice(MatrixMdev mdev)
        {
            await Lock(KernelLock.Mdevs);
            var rc = await ResetQueues(mdev);
            await Unlock(KernelLock.Mdevs);
            await Lock(KernelLock.Guests);
            await Unlock(KernelLock.Guests);
            return rc;
        }
    }
}
