namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class GiscLeakTests : OracleCase<GiscLeak>
{
    private static readonly Scenario EnablesAndGoes = new World().Guest(g => g.EnablesIrq().Lives(10)).Build();

    private static readonly Scenario EnablesAndStays = new World().Guest(g => g.EnablesIrq().StaysOpen()).Build();

    private static readonly Func<MachineEvent, bool> KvmIsClosed = e => e.Kind == EventKind.Step && e.Op == Op.CloseKvm;

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("forgets the subclass before it unregisters", new ForgetsTheSubclass(), EnablesAndGoes)
        {
            Says = "G1 is gone and GISC 3 of it still has 1 registration, the last one made",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("unregisters when the guest is gone, by a worker that kept a reference", new WorkerDriver(), EnablesAndGoes)
        {
            Firmware = Hardware.Resets("100ms"),
            ComesClose = Seen.InOrder(KvmIsClosed, e => e.Kind == EventKind.GiscUnregistered),
        },
        new("the guest still runs at rest, with its subclass registered", new SoundDriver(), EnablesAndStays)
        {
            ComesClose = Seen.InOrder(EventKind.GiscRegistered, EventKind.AtRest).ButNo(EventKind.GiscUnregistered),
        },
    ];

    private sealed class ForgetsTheSubclass : SoundDriver
    {
        protected override async ApTask Release(ApQueue queue)
        {
            queue.SavedIsc = ApQueue.IscInvalid; // The bug.
            await base.Release(queue);
        }
    }
}
