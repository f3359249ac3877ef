namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class StaleOwnerTests : OracleCase<StaleOwner>
{
    private static readonly Scenario OneAfterTheOther = new World()
        .Guest(g => g.EnablesIrq().Lives(10))
        .Successor(g => g.Requests().Lives(10))
        .Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("keeps what it saved, and forgets whose it is", new KeepsForever(), OneAfterTheOther)
        {
            Says = "05.0004 is of G2 now and still remembers NIB and subclass of G1, saved",
        },
    ];

    /// <summary>What is remembered for the wrong guest was not given back for the right one.</summary>
    protected override IReadOnlyList<string> AlsoSpeaks => ["pin-leak", "gisc-leak"];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("keeps what it saved together with its guest, until a worker has seen the reset complete", new WorkerDriver(), OneAfterTheOther)
        {
            Firmware = Hardware.Resets("100ms"),
            ComesClose = Seen.InOrder(
                e => e.Kind == EventKind.OperationExited && e.A == (long)DriverOperation.OpenDevice && e.B == 0,
                e => e.Kind == EventKind.OperationExited && e.A == (long)DriverOperation.OpenDevice && e.B == 0,
                e => e.Kind == EventKind.Unpinned),
        },
        new("gives back in time", new SoundDriver(), OneAfterTheOther)
        {
            ComesClose = Seen.InOrder(EventKind.GiscUnregistered, EventKind.GuestCreated),
        },
    ];

    private sealed class KeepsForever : SoundDriver
    {
        protected override ApTask Release(ApQueue queue) => ApTask.CompletedTask; // The bug.
    }
}
