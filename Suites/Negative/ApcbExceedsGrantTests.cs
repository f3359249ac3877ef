using ApChaos.Machine;

namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class ApcbExceedsGrantTests : OracleCase<ApcbExceedsGrant>
{
    private static readonly Scenario BesideAnUnusedMdev = new(
        new Topology { Adapters = [5, 6], Domains = [4], Mdevs = [new MdevShape(0b01, 1), new MdevShape(0b10, 1)], Guests = [new GuestShape(0, -1)] },
        new World().Guest(g => g.Requests().Lives(10)).Build().Guests);

    private static readonly Scenario GoesAndIsUnbound = new World().Guest(g => g.Requests().Lives(10)).ThenUnbinds().Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("gives every guest every adapter", new GivesAllAdapters(), BesideAnUnusedMdev)
        {
            Says = "in its APCB, which is not assigned to its mdev",
        },
        new("leaves the masks as they are when the device is closed", new LeavesTheMasks(), GoesAndIsUnbound)
        {
            Says = "G1 has 05.0004 in its APCB, which is not bound to vfio_ap; granted",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("takes the queue from its guest before it goes", new SoundDriver(), GoesAndIsUnbound)
        {
            ComesClose = Seen.InOrder(EventKind.QueueRevoked, EventKind.QueueUnbound),
        },
    ];

    private sealed class GivesAllAdapters : SoundDriver
    {
        public override async ApTask<int> OpenDevice(MatrixMdev mdev, Kvm kvm)
        {
            var rc = await base.OpenDevice(mdev, kvm);
            mdev.ShadowAdapters = 0b11; // The bug.
            await SetMasks(kvm, mdev.ShadowAdapters, mdev.ShadowDomains);
            return rc;
        }
    }

    private sealed class LeavesTheMasks : SoundDriver
    {
        public override async ApTask CloseDevice(MatrixMdev mdev)
        {
            var kvm = mdev.Kvm;
            await LockForGuestUpdate(kvm);
            await ResetQueues(mdev); // The bug: the masks are not cleared.
            await KvmPut(kvm);
            mdev.Kvm = default;
            await UnlockAfterGuestUpdate(kvm);
        }
    }
}
