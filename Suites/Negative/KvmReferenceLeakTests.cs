namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class KvmReferenceLeakTests : OracleCase<KvmReferenceLeak>
{
    private static readonly Scenario ComesAndGoes = new World().Guest(g => g.EnablesIrq().Lives(10)).Build();

    private static readonly Func<MachineEvent, bool> KvmIsClosed = e => e.Kind == EventKind.Step && e.Op == Op.CloseKvm;

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("takes a second reference at open", new TakesTwo(), ComesAndGoes)
        {
            Says = "G1 is gone and its struct kvm still has 1 reference, the last one taken",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("a worker keeps a reference beyond the guest and gives it back", new WorkerDriver(), ComesAndGoes)
        {
            Firmware = Hardware.Resets("100ms"),
            ComesClose = Seen.InOrder(KvmIsClosed, e => e.Kind == EventKind.KvmReference && e.B < 0),
        },
        new("takes a second reference and gives both back", new GivesBothBack(), ComesAndGoes)
        {
            ComesClose = Seen.One(EventKind.KvmReference, e => e.A == 3),
        },
    ];

    private class TakesTwo : SoundDriver
    {
        public override async ApTask<int> OpenDevice(MatrixMdev mdev, Kvm kvm)
        {
            await KvmGet(kvm); // The bug: the base class takes one already.
            return await base.OpenDevice(mdev, kvm);
        }
    }

    private sealed class GivesBothBack : TakesTwo
    {
        public override async ApTask CloseDevice(MatrixMdev mdev)
        {
            var kvm = mdev.Kvm;
            await base.CloseDevice(mdev);
            await KvmPut(kvm);
        }
    }
}
