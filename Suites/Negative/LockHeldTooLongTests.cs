namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class LockHeldTooLongTests : OracleCase<LockHeldTooLong>
{
    private static readonly Scenario TwoGuests = new World()
        .Guest(g => g.Requests().Lives(20))
        .Guest(g => g.Requests().Lives(40))
        .Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("waits for the reset with guests_lock held", new WaitsUnderALock(), TwoGuests)
        {
            Says = "VMM0 held guests_lock for 1020.000 ms, more than its budget of 1s; taken 1020.000 ms earlier at step",
            Firmware = Hardware.Resets("3s"),
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("waits for as long without a lock", new WaitsWithoutLocks(), TwoGuests)
        {
            Firmware = Hardware.Resets("3s"),
            ComesClose = events => events[^1].TimeNs > 3 * VirtualTime.Second,
        },
        new("holds its locks for almost as long as it may", new SoundDriver(), TwoGuests)
        {
            Firmware = Hardware.Resets("990ms"),
            ComesClose = Seen.One(EventKind.LockReleased, e => e.B == VirtualTime.Second),
        },
    ];

    private class WaitsWithoutLocks : SoundDriver
    {
        public override async ApTask CloseDevice(MatrixMdev mdev)
        {
            var kvm = mdev.Kvm;
            await Lock(KernelLock.PqapHook);
            await ClearHook(kvm);
            await Unlock(KernelLock.PqapHook);
            await LockForGuestUpdate(kvm);
            await ClearMasks(kvm);
            await UnlockAfterGuestUpdate(kvm);
            await ResetQueues(mdev);
            await LockForGuestUpdate(kvm);
            await KvmPut(kvm);
            mdev.Kvm = default;
            await UnlockAfterGuestUpdate(kvm);
        }
    }

    private sealed class WaitsUnderALock : WaitsWithoutLocks
    {
        protected override async ApTask<int> ResetQueues(MatrixMdev mdev)
        {
            await Lock(KernelLock.Guests); // The bug.
            var rc = await base.ResetQueues(mdev);
            await Unlock(KernelLock.Guests);
            return rc;
        }
    }
}
