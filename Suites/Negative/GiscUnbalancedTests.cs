namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class GiscUnbalancedTests : OracleCase<GiscUnbalanced>
{
    private static readonly Scenario EnablesAndDisables = new World()
        .Guest(g => g.EnablesIrq().After(2, 5).DisablesIrq().Lives(20))
        .Build();

    private static readonly Scenario ThreeEnables = new World()
        .TwoQueuesEach()
        .Guest(g => g.EnablesIrq(queue: 0).EnablesIrq(queue: 1).After(2).EnablesIrq(queue: 1).Lives(20))
        .Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("does not forget the subclass when the guest disables, and unregisters twice", new RemembersTheSubclass(), EnablesAndDisables)
        {
            Says = "VMM0 unregistered GISC 3 of G1, which is not registered (-EINVAL); the last registration was given back",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("unregisters thrice: two queues share the subclass, and a refused enable is undone", new SoundDriver(), ThreeEnables)
        {
            ComesClose = Seen.InOrder(
                e => e is { Kind: EventKind.GiscRegistered, B: 3 },
                e => e is { Kind: EventKind.GiscUnregistered, B: 2 },
                e => e is { Kind: EventKind.GiscUnregistered, B: 1 },
                e => e is { Kind: EventKind.GiscUnregistered, B: 0 }),
        },
    ];

    private sealed class RemembersTheSubclass : SoundDriver
    {
        protected override async ApTask Release(ApQueue queue)
        {
            var isc = queue.SavedIsc;
            await base.Release(queue);
            queue.SavedIsc = isc; // The bug: what was given back is not forgotten.
        }
    }
}
