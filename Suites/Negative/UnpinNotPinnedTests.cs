namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class UnpinNotPinnedTests : OracleCase<UnpinNotPinned>
{
    private static readonly Scenario EnablesAndDisables = new World()
        .Guest(g => g.EnablesIrq().After(2, 5).DisablesIrq().Lives(20))
        .Build();

    private static readonly Scenario TwoNibsInOnePage = new World()
        .TwoQueuesEach()
        .Guest(g => g.EnablesIrq(queue: 0).EnablesIrq(queue: 1).Lives(20))
        .Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("does not forget the NIB when the guest disables, and unpins it again", new RemembersTheNib(), EnablesAndDisables)
        {
            Says = "VMM0 unpinned guest address 0x00001000 of mdev 0, which has no pin there",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("unpins the same page twice, because two queues pinned it", new SoundDriver(), TwoNibsInOnePage)
        {
            ComesClose = Seen.InOrder(e => e is { Kind: EventKind.Unpinned, B: 1 }, e => e is { Kind: EventKind.Unpinned, B: 0 }),
        },
    ];

    private sealed class RemembersTheNib : SoundDriver
    {
        protected override async ApTask Release(ApQueue queue)
        {
            var iova = queue.SavedIova;
            await base.Release(queue);
            queue.SavedIova = iova; // The bug: what was given back is not forgotten.
        }
    }
}
