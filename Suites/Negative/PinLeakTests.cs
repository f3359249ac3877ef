namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class PinLeakTests : OracleCase<PinLeak>
{
    private static readonly Scenario EnablesAndGoes = new World().Guest(g => g.EnablesIrq().Lives(10)).Build();

    private static readonly Scenario EnablesAndStays = new World().Guest(g => g.EnablesIrq().StaysOpen()).Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("forgets the NIB before it unpins", new ForgetsTheNib(), EnablesAndGoes)
        {
            Says = "G1 is gone and 1 page of it is still pinned; the first is page 0x11 (1 pin), last pinned",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("the guest still runs at rest, with its page pinned", new SoundDriver(), EnablesAndStays)
        {
            ComesClose = Seen.InOrder(EventKind.Pinned, EventKind.AtRest).ButNo(EventKind.Unpinned),
        },
    ];

    private sealed class ForgetsTheNib : SoundDriver
    {
        protected override async ApTask Release(ApQueue queue)
        {
            queue.SavedIova = 0; // The bug.
            await base.Release(queue);
        }
    }
}
