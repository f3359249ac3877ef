namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class ObjectLeakTests : OracleCase<ObjectLeak>
{
    private static readonly Scenario ResetsAndGoes = new World().Guest(g => g.Requests().Lives(10).ResetsDevice()).Build();

    private static readonly Scenario ResetsAndStays = new World().Guest(g => g.Requests().Lives(10).ResetsDevice().StaysOpen()).Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("forgets its buffer when the device is reset", new ForgetsItsBuffer(), ResetsAndGoes)
        {
            Says = "1 allocated object is left at rest, the first one allocated",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("frees its buffer before it returns", new FreesItsBuffer(), ResetsAndGoes)
        {
            ComesClose = Seen.InOrder(EventKind.Allocated, EventKind.Freed),
        },
        new("the device is still open at rest", new ForgetsItsBuffer(), ResetsAndStays)
        {
            ComesClose = Seen.InOrder(EventKind.Allocated, EventKind.AtRest).ButNo(EventKind.Freed),
        },
    ];

    private sealed class ForgetsItsBuffer : SoundDriver
    {
        public override async ApTask<int> ResetDevice(MatrixMdev mdev)
        {
            await Kernel.Alloc("reset buffer"); // The bug: nobody frees it.
            return await base.ResetDevice(mdev);
        }
    }

    private sealed class FreesItsBuffer : SoundDriver
    {
        public override async ApTask<int> ResetDevice(MatrixMdev mdev)
        {
            var buffer = await Kernel.Alloc("reset buffer");
            var rc = await base.ResetDevice(mdev);
            await Kernel.Free(buffer);
            return rc;
        }
    }
}
