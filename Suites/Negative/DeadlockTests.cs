namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class DeadlockTests : OracleCase<Deadlock>
{
    private static readonly Scenario OneResetsWhileTheOtherCloses = new World()
        .Guest(g => g.Requests().Lives(20).ResetsDevice())
        .Guest(g => g.Requests().Lives(20))
        .Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("takes guests_lock under mdevs_lock", new TakesGuestsLockLast(), OneResetsWhileTheOtherCloses)
        {
            Says = "nobody can run and no time can pass: 2 actors wait; VMM0 for guests_lock, held by VMM1, since step",
            AlsoSpeaks = ["lock-order-cycle"],
        },
        new("waits for a worker with a lock held that the worker needs", new FlushesUnderTheWorkersLock(), OneResetsWhileTheOtherCloses)
        {
            Says = "kworker 05.0004 for mdevs_lock, held by VMM0, since step",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("takes guests_lock after mdevs_lock was given back", new TakesOneAfterTheOther(), OneResetsWhileTheOtherCloses)
        {
            ComesClose = Seen.InOrder(EventKind.LockWaited),
        },
    ];

    private sealed class TakesGuestsLockLast : SoundDriver
    {
        public override async ApTask<int> ResetDevice(MatrixMdev mdev)
        {
            await Lock(KernelLock.Mdevs);
            var rc = await ResetQueues(mdev);
            await Lock(KernelLock.Guests); // The bug: guests_lock comes first.
            FilterMatrix(mdev);
            await Unlock(KernelLock.Guests);
            await Unlock(KernelLock.Mdevs);
            return rc;
        }
    }

    private sealed class FlushesUnderTheWorkersLock : SoundDriver
    {
        protected override async ApTask<int> ResetQueue(ApQueue queue)
        {
            await Issue(queue);
            await QueueWork(queue);
            await FlushWork(queue); // The bug: the callers of this hold mdevs_lock.
            return 0;
        }

        public override async ApTask ResetWork(ApQueue queue)
        {
            await Verify(queue);
            await LockMdevs();
            await Release(queue);
            await UnlockMdevs();
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
            await Lock(KernelLock.Mdevs);
            FilterMatrix(mdev);
            await Unlock(KernelLock.Mdevs);
            await Unlock(KernelLock.Guests);
            return rc;
        }
    }
}
