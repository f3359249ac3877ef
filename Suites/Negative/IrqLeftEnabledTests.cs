namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class IrqLeftEnabledTests : OracleCase<IrqLeftEnabled>
{
    private static readonly Scenario NeverAsksForAnything = new World().Guest(g => g.EnablesIrq().Lives(10)).Build();

    private static readonly Scenario OneAfterTheOther = new World()
        .Guest(g => g.EnablesIrq().Lives(10))
        .Successor(g => g.Lives(10))
        .Build();

    private static readonly Scenario EnablesAndStays = new World().Guest(g => g.EnablesIrq().StaysOpen()).Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("saves the reset of a queue that is empty", new SavesTheReset(), NeverAsksForAnything)
        {
            Says = "interruption of 05.0004 was still enabled for G1 at rest, though G1 is gone; enabled",
        },
        new("saves the reset of a queue that is empty, and the next guest gets it", new SavesTheReset(), OneAfterTheOther)
        {
            Says = "interruption of 05.0004 was still enabled for G1 when it was granted to G2; enabled",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("saves the reset of a queue that is empty, and disables interruption", new DisablesInPlaceOfTheReset(), NeverAsksForAnything)
        {
            ComesClose = Seen.InOrder(EventKind.IrqOn, EventKind.IrqOff).ButNo(EventKind.ResetStarted),
        },
        new("the guest still runs at rest, with interruption enabled", new SoundDriver(), EnablesAndStays)
        {
            ComesClose = Seen.InOrder(EventKind.IrqOn, EventKind.AtRest).ButNo(EventKind.IrqOff),
        },
    ];

    private sealed class SavesTheReset : SoundDriver
    {
        protected override async ApTask<int> ResetQueue(ApQueue queue)
        {
            if (!(await Tapq(queue.Apqn)).QueueEmpty)
                return await base.ResetQueue(queue);

            await Release(queue); // The bug: empty, but interruption is on.
            return 0;
        }
    }

    private sealed class DisablesInPlaceOfTheReset : SoundDriver
    {
        protected override async ApTask<int> ResetQueue(ApQueue queue)
        {
            if (!(await Tapq(queue.Apqn)).QueueEmpty)
                return await base.ResetQueue(queue);

            await DisableIrq(queue);
            return 0;
        }
    }
}
