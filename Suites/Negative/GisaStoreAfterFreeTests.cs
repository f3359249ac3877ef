namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class GisaStoreAfterFreeTests : OracleCase<GisaStoreAfterFree>
{
    private static readonly Scenario LeavesARequestBehind = new World()
        .Guest(g => g.EnablesIrq().After(2).Posts().Lives(10))
        .Build();

    private static readonly Func<MachineEvent, bool> KvmIsClosed = e => e.Kind == EventKind.Step && e.Op == Op.CloseKvm;

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("puts its reference on the guest when ZAPQ is accepted", new PutsTheGuestWhenZapqIsAccepted(), LeavesARequestBehind)
        {
            Says = "hardware stored to the GISA of G1 for 05.0004 (GISC 3, IPM bit 0x10); freed",
            Firmware = Hardware.LateInterrupts,
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("the store lands when the VMM is gone, and the driver's reference keeps the GISA", new WorkerDriver(), LeavesARequestBehind)
        {
            Firmware = Hardware.LateInterrupts,
            ComesClose = Seen.InOrder(KvmIsClosed, e => e.Kind == EventKind.IpmStore, e => e.Kind == EventKind.GuestDestroyed),
        },
    ];

    private sealed class PutsTheGuestWhenZapqIsAccepted : WorkerDriver
    {
        protected override async ApTask<int> ResetQueue(ApQueue queue)
        {
            await Issue(queue);
            await GiscUnregister(queue.SavedKvm, queue.SavedIsc);
            await KvmPut(queue.SavedKvm); // The bug: interruption may still be on.
            await QueueWork(queue);
            return 0;
        }

        protected override async ApTask Release(ApQueue queue) =>
            await UnpinPages(queue.Mdev, queue.SavedKvm, queue.SavedIova & PageFrameMask);
    }
}
