using ApChaos.Faults;

namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class ErrorSwallowedTests : OracleCase<ErrorSwallowed>
{
    private static readonly Scenario ComesAndGoes = new World().Guest(g => g.Posts().Lives(20)).Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("loses its patience with a reset and says nothing", new LosesPatience(), ComesAndGoes)
        {
            Says = "close-device by VMM0 returned no error: TAPQ on 05.0004 was answered RC 02 RESET_IN_PROGRESS",
            Firmware = Hardware.Resets("100ms"),
        },
        new("trusts a ZAPQ that was accepted", new TrustsZapq(), ComesAndGoes)
        {
            Says = "close-device by VMM0 returned no error: ZAPQ on 05.0004 was accepted",
            Firmware = Hardware.Resets("100ms"),
        },
        new("drops the -EBUSY of a ZAPQ that was refused twice", new DropsEbusy(), ComesAndGoes)
        {
            Says = "close-device by VMM0 returned no error: ZAPQ on 05.0004 was answered RC 02 RESET_IN_PROGRESS",
            Faults = [GuestResetsFirst],
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("loses its patience with a reset and says so", new AdmitsToLosePatience(), ComesAndGoes)
        {
            Firmware = Hardware.Resets("100ms"),
            ComesClose = Seen.InOrder(EventKind.Logged, EventKind.OperationExited, EventKind.ResetCompleted),
        },
        new("warns of the ZAPQ that was refused twice", new WarnsOfEbusy(), ComesAndGoes)
        {
            Faults = [GuestResetsFirst],
            ComesClose = Seen.InOrder(EventKind.Warned, EventKind.OperationExited),
        },
        new("a ZAPQ that was refused is retried until it is accepted", new SoundDriver(), ComesAndGoes)
        {
            Faults = [GuestResetsFirst],
            ComesClose = Seen.One(EventKind.Instruction, IsRefusedZapq),
        },
    ];

    private static ArmedFault GuestResetsFirst => new(
        new GuestZapq(),
        new FaultTrigger(TriggerKind.OperationEntry, Operation: DriverOperation.CloseDevice),
        [[200 * VirtualTime.Millisecond], [1], [0], [0]]);

    private static bool IsRefusedZapq(MachineEvent e) =>
        e.Op == Op.Zapq && new ApqSw((uint)e.A).ResponseCode == ResponseCode.ResetInProgress;

    private class LosesPatience : SoundDriver
    {
        protected override async ApTask Verify(ApQueue queue)
        {
            for (int round = 0; round < 2; round++)
            {
                await Msleep(ResetIntervalMs);
                if (IsClean(await Tapq(queue.Apqn)))
                    return;
            }

            await Tell(queue);
        }

        protected virtual ApTask Tell(ApQueue queue) => ApTask.CompletedTask; // The bug: "not even a warning".
    }

    private sealed class AdmitsToLosePatience : LosesPatience
    {
        protected override async ApTask Tell(ApQueue queue) => await Log(queue.Apqn, Op.Tapq, "the reset of the queue is not complete yet");
    }

    private sealed class TrustsZapq : SoundDriver
    {
        protected override ApTask Verify(ApQueue queue) => ApTask.CompletedTask; // The bug: accepted is not complete.
    }

    private class DropsEbusy : SoundDriver
    {
        protected override async ApTask<int> ResetQueue(ApQueue queue)
        {
            for (int attempt = 0; attempt < 2; attempt++)
            {
                if ((await Zapq(queue.Apqn)).ResponseCode == ResponseCode.Normal)
                {
                    await Verify(queue);
                    return 0;
                }

                await Msleep(ResetIntervalMs);
            }

            await Tell(queue);
            return -EBUSY;
        }

        protected virtual ApTask Tell(ApQueue queue) => ApTask.CompletedTask; // The bug: close cannot return the error.
    }

    private sealed class WarnsOfEbusy : DropsEbusy
    {
        protected override async ApTask Tell(ApQueue queue) => await Warn(queue.Apqn, Op.Zapq, "the queue could not be reset");
    }
}
