namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class DriverCrashTests : OracleCase<DriverCrash>
{
    private static readonly Scenario ComesAndGoes = new World().Guest(g => g.Requests().Lives(20)).Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("divides by zero at close", new Throws(), ComesAndGoes)
        {
            Says = "the driver crashed in VMM0: DivideByZeroException: Attempted to divide by zero",
        },
        new("does not await an operation", new DoesNotAwait(), ComesAndGoes)
        {
            Says = "the driver crashed in VMM0: InvalidOperationException: ZAPQ was not awaited before msleep was called",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("throws, catches, and goes on", new ThrowsAndCatches(), ComesAndGoes)
        {
            ComesClose = Seen.InOrder(EventKind.Logged),
        },
    ];

    private class Throws : SoundDriver
    {
        protected override async ApTask Verify(ApQueue queue)
        {
            await base.Verify(queue);
            queue.Scratch = 1 / queue.Scratch; // The bug: nothing has set it.
        }
    }

    private sealed class ThrowsAndCatches : Throws
    {
        protected override async ApTask Verify(ApQueue queue)
        {
            try
            {
                await base.Verify(queue);
            }
            catch (DivideByZeroException)
            {
                await Log(queue.Apqn, Op.None, "caught");
            }
        }
    }

    private sealed class DoesNotAwait : SoundDriver
    {
        protected override async ApTask Issue(ApQueue queue)
        {
            _ = Zapq(queue.Apqn); // The bug.
            await Msleep(ResetIntervalMs);
        }
    }
}
