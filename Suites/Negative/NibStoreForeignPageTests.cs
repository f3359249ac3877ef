namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class NibStoreForeignPageTests : OracleCase<NibStoreForeignPage>
{
    private static readonly Scenario BesideAnother = new World()
        .Guest(g => g.After(2).EnablesIrq().After(2).Requests().Lives(50))
        .Guest(g => g.StaysOpen())
        .Build();

    private static readonly Scenario OneAfterTheOther = new World()
        .Guest(g => g.EnablesIrq().After(2).Requests().Lives(50))
        .Successor(g => g.EnablesIrq().After(2).Requests().Lives(50))
        .Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("translates the NIB's address for another mdev's guest, and pins that page", new TranslatesInTheWrongMdev(), BesideAnother)
        {
            Says = "(page 0x15, owner G2, 1 pin): byte 0x22 became 0x01; it never was a page of G1",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("two guests use the same guest address, one after the other", new SoundDriver(), OneAfterTheOther)
        {
            ComesClose = Seen.InOrder(EventKind.NibStore, EventKind.PageGiven, EventKind.NibStore),
        },
        new("the store is to the guest's own page, but designates no GISA", new DesignatesNoGisa(), BesideAnother)
        {
            ComesClose = Seen.One(EventKind.NibStore, e => e.Guest < 0),
        },
    ];

    private sealed class TranslatesInTheWrongMdev : OwnInterception
    {
        // The bug: the last mdev in place of the one that was opened.
        protected override MatrixMdev Translator(MatrixMdev mdev)
        {
            foreach (MatrixMdev other in Kernel.AllMdevs)
                mdev = other;

            return mdev;
        }

        protected override int Gisa(Kvm kvm) => kvm.Index;
    }

    private sealed class DesignatesNoGisa : OwnInterception
    {
        protected override MatrixMdev Translator(MatrixMdev mdev) => mdev;

        protected override int Gisa(Kvm kvm) => -1;
    }

    /// <summary>AQIC(enable) alone, with a choice of the mdev that translates and of the GISA. It needs no GISC to be counted.</summary>
    private abstract class OwnInterception : SoundDriver
    {
        public override async ApTask<ApqSw> InterceptAqic(MatrixMdev mdev, Apqn apqn, AqicControl control, long nib)
        {
            await LockMdevs();
            var queue = mdev.FindQueue(apqn);
            queue.Mdev = mdev;
            var page = await PinPages(Translator(mdev), nib & PageFrameMask);
            var status = await Aqic(apqn, new AqicControl(true, control.Isc, 0, Gisa(mdev.Kvm)), page | (nib & ~PageFrameMask));
            queue.SavedIova = nib;
            await UnlockMdevs();
            return status;
        }

        protected abstract MatrixMdev Translator(MatrixMdev mdev);

        protected abstract int Gisa(Kvm kvm);

        protected override async ApTask Release(ApQueue queue) =>
            await UnpinPages(Translator(queue.Mdev), queue.SavedIova & PageFrameMask);
    }
}
