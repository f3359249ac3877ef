namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class DirtyHandoverTests : OracleCase<DirtyHandover>
{
    private static readonly Scenario OneAfterTheOther = new World()
        .Guest(g => g.Requests().Posts().Lives(20))
        .Successor(g => g.Polls().Requests().Lives(20))
        .Build();

    private static readonly Scenario GoesToTheHost = new World().Guest(g => g.Posts().Lives(20)).ThenUnbinds().Build();

    private static readonly Func<MachineEvent, bool> GrantToTheSecond = e => e is { Kind: EventKind.QueueGranted, Guest: 1 };

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("resets by RAPQ, which keeps the keys, and the next guest gets the queue", new ResetsByRapq(), OneAfterTheOther)
        {
            Says = "05.0004 went to G2 with the data of G1, whose last request was accepted",
        },
        new("resets by RAPQ, which keeps the keys, and the host gets the queue", new ResetsByRapq(), GoesToTheHost)
        {
            Says = "05.0004 went to host with the data of G1, whose last request was accepted",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("RAPQ, and then ZAPQ", new ResetsByBoth(), OneAfterTheOther)
        {
            Firmware = Hardware.Resets("10ms"),
            ComesClose = Seen.InOrder(e => e is { Kind: EventKind.ResetCompleted, B: 0 }, GrantToTheSecond),
        },
        new("the next guest gets the queue in mid-zeroize, and sees RC 02 until it is over", new HandsOverInTheReset(), OneAfterTheOther)
        {
            Firmware = Hardware.Resets("100ms"),
            ComesClose = Seen.InOrder(e => e.Kind == EventKind.ResetStarted, GrantToTheSecond, e => e.Kind == EventKind.ResetCompleted),
        },
    ];

    private sealed class ResetsByRapq : SoundDriver
    {
        protected override async ApTask Issue(ApQueue queue) => await Rapq(queue.Apqn); // The bug.
    }

    private sealed class ResetsByBoth : SoundDriver
    {
        protected override async ApTask Issue(ApQueue queue)
        {
            await Rapq(queue.Apqn);
            await Verify(queue);
            await base.Issue(queue);
        }
    }

    private sealed class HandsOverInTheReset : SoundDriver
    {
        protected override async ApTask Verify(ApQueue queue)
        {
            await Msleep(ResetIntervalMs);
            await Log(queue.Apqn, Op.Zapq, "the zeroize of the queue is under way");
        }
    }
}
