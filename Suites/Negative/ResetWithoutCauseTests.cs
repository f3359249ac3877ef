namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class ResetWithoutCauseTests : OracleCase<ResetWithoutCause>
{
    private static readonly Scenario Neighbours = new World().Guest(g => g.Requests().Lives(10)).Guest(g => g.Requests().Lives(60)).Build();

    private static readonly Scenario Resets = new World().Guest(g => g.Requests().Lives(10).ResetsDevice()).Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("resets all queues that there are when one device is closed", new ResetsAll(), Neighbours)
        {
            Says = "VMM0 reset 06.0004 in close-device while G2 uses it",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("resets the queues of a guest that uses them, because its device is being reset", new SoundDriver(), Resets)
        {
            ComesClose = Seen.InOrder(EventKind.QueueGranted, EventKind.ResetStarted, EventKind.QueueRevoked),
        },
        new("resets the queues of one guest while the neighbour uses its own", new SoundDriver(), Neighbours)
        {
            ComesClose = Seen.InOrder(EventKind.QueueRevoked, EventKind.ResetStarted, EventKind.QueueRevoked),
        },
    ];

    private sealed class ResetsAll : SoundDriver
    {
        protected override async ApTask<int> ResetQueues(MatrixMdev mdev)
        {
            foreach (ApQueue queue in Kernel.AllQueues) // The bug.
                await ResetQueue(queue);

            return 0;
        }
    }
}
