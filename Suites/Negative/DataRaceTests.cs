namespace ApChaos.Suites.Negative;

// A driver in C# never races: its code runs alone from one operation to the next. What the hosts of compiled drivers throw is planted here;
// the races themselves are in Suites/Native.
[TestFixture]
public sealed class DataRaceTests : OracleCase<DataRace>
{
    private static readonly Scenario ComesAndGoes = new World().Guest(g => g.Requests().Lives(10)).Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("two accesses that nothing orders", new Races(), ComesAndGoes) { Says = "data race in VMM0: close stores what open loads" },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("the same accesses under a lock", new Locks(), ComesAndGoes)
        {
            ComesClose = Seen.InOrder(e => e.Kind == EventKind.LockTaken, e => e.Kind == EventKind.LockReleased),
        },
    ];

    private sealed class Races : SoundDriver
    {
        public override async ApTask CloseDevice(MatrixMdev mdev)
        {
            await base.CloseDevice(mdev);
            throw new KernelRaceException("close stores what open loads");
        }
    }

    private sealed class Locks : SoundDriver
    {
        public override async ApTask CloseDevice(MatrixMdev mdev)
        {
            await base.CloseDevice(mdev);
            await Lock(KernelLock.Guests);
            await Unlock(KernelLock.Guests);
        }
    }
}
