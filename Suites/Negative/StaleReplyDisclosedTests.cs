namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class StaleReplyDisclosedTests : OracleCase<StaleReplyDisclosed>
{
    private static readonly Scenario LeavesAReplyBehind = new World()
        .Guest(g => g.Posts().Lives(20))
        .Successor(g => g.Polls().After(40).Polls().Requests().Lives(60))
        .Build();

    /// <summary>
    /// A reply survives a handover only if no reset completed since it was asked for, and then no zeroize did: the handover was dirty.
    /// (Not the other way round: a RAPQ drops the replies and keeps the keys.)
    /// </summary>
    protected override IReadOnlyList<string> AlsoSpeaks => ["dirty-handover"];

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("does not reset at all", new NeverResets(), LeavesAReplyBehind)
        {
            Says = "G2 dequeued from 05.0004 the reply 0x2710 to a request of G1; the queue was last granted",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("the next guest asks for the reply that was left behind, and gets its own", new SoundDriver(), LeavesAReplyBehind)
        {
            ComesClose = Seen.InOrder(e => e is { Kind: EventKind.ReplyReady, Guest: 0 }, e => e is { Kind: EventKind.Dequeued, Guest: 1 }),
        },
        new("the driver itself drains the replies before it resets", new Drains(), LeavesAReplyBehind)
        {
            ComesClose = Seen.One(EventKind.Dequeued, e => e is { Guest: -1, B: 0 }),
        },
    ];

    private sealed class NeverResets : SoundDriver
    {
        protected override async ApTask<int> ResetQueue(ApQueue queue)
        {
            await Release(queue); // The bug: that is all.
            return 0;
        }
    }

    private sealed class Drains : SoundDriver
    {
        protected override async ApTask Issue(ApQueue queue)
        {
            while ((await Dqap(queue.Apqn)).Status.ResponseCode == ResponseCode.Normal)
            {
            }

            await base.Issue(queue);
        }
    }
}
