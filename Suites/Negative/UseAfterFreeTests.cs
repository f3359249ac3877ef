namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class UseAfterFreeTests : OracleCase<UseAfterFree>
{
    private static readonly Scenario Unbinds = new World().Guest(g => g.EnablesIrq().Lives(10)).ThenUnbinds().Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("unlinks the queue from its mdev after the queue was freed", new UnlinksTooLate(), Unbinds)
        {
            Says = "VMM0 used a structure that was freed: struct vfio_ap_queue of 05.0004 was used after it was freed",
        },
        new("puts a reference on the guest that it does not have", new PutsTheGuestOnceMore(), Unbinds)
        {
            Says = "VMM0 used a structure of G1 that was freed",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("logs about the queue after it was freed, by an APQN copied before; and looks for it in vain", new KeepsOnlyTheApqn(), Unbinds)
        {
            ComesClose = Seen.InOrder(EventKind.QueueUnbound, EventKind.Logged),
        },
    ];

    private sealed class UnlinksTooLate : SoundDriver
    {
        public override async ApTask RemoveQueue(ApQueue queue)
        {
            await base.RemoveQueue(queue);
            queue.Mdev = default; // The bug: the queue is gone.
        }
    }

    private sealed class PutsTheGuestOnceMore : SoundDriver
    {
        public override async ApTask CloseDevice(MatrixMdev mdev)
        {
            var kvm = mdev.Kvm;
            await base.CloseDevice(mdev);
            await KvmPut(kvm); // The bug: this reference is the VMM's, who then puts what is gone.
        }
    }

    private sealed class KeepsOnlyTheApqn : SoundDriver
    {
        public override async ApTask RemoveQueue(ApQueue queue)
        {
            var apqn = queue.Apqn;
            queue.Mdev = default;
            await base.RemoveQueue(queue);
            await Log(apqn, Op.None, "the queue was removed");
            foreach (ApQueue other in Kernel.AllQueues)
                other.Mdev = default;
        }
    }
}
