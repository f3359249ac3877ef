namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class ViewMismatchTests : OracleCase<ViewMismatch>
{
    private static readonly Scenario ComesAndGoes = new World().Guest(g => g.Requests().Lives(10)).Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("gives the guest its adapter and forgets to say so", new ForgetsToSaySo(), ComesAndGoes)
        {
            Says = "G1 has 05.0004 in its APCB and the driver says that it has not",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("says so before it does so, under the lock", new SoundDriver(), ComesAndGoes)
        {
            ComesClose = Seen.InOrder(EventKind.QueueGranted, EventKind.QueueRevoked),
        },
    ];

    private sealed class ForgetsToSaySo : SoundDriver
    {
        public override async ApTask<int> OpenDevice(MatrixMdev mdev, Kvm kvm)
        {
            var rc = await base.OpenDevice(mdev, kvm);
            mdev.ShadowAdapters = 0; // The bug.
            return rc;
        }
    }
}
