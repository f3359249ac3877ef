namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class InterruptToWrongGuestTests : OracleCase<InterruptToWrongGuest>
{
    private static readonly Scenario BesideAnother = new World()
        .Guest(g => g.After(2).EnablesIrq().After(2).Requests().Lives(50))
        .Guest(g => g.StaysOpen())
        .Build();

    private static readonly Scenario LeavesARequestBehind = new World()
        .Guest(g => g.EnablesIrq().After(2).Posts().Lives(10))
        .Successor(g => g.EnablesIrq().After(2).Requests().Lives(50))
        .Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("links the queue to another mdev: pin, GISC and GISA are those of its guest", new LinksToTheWrongMdev(), BesideAnother)
        {
            Says = "05.0004 made GISC 3 pending for G2 while it belonged to G1, to whom it was granted",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("the former owner is interrupted in the reset, when nobody owns the queue", new SoundDriver(), LeavesARequestBehind)
        {
            Firmware = Hardware.LateInterrupts,
            ComesClose = Seen.InOrder(EventKind.QueueRevoked, EventKind.IpmStore, EventKind.QueueGranted, EventKind.IpmStore),
        },
    ];

    private sealed class LinksToTheWrongMdev : SoundDriver
    {
        public override async ApTask<ApqSw> InterceptAqic(MatrixMdev mdev, Apqn apqn, AqicControl control, long nib)
        {
            await LockMdevs();
            var queue = mdev.FindQueue(apqn);
            foreach (MatrixMdev other in Kernel.AllMdevs)
                queue.Mdev = other; // The bug: the last one stays.

            var status = await EnableIrq(queue, control.Isc, nib);
            await UnlockMdevs();
            return status;
        }
    }
}
