namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class SpecExceptionTests : OracleCase<SpecException>
{
    private static readonly Scenario WithoutAqic = new World().WithoutAqic().Guest(g => g.EnablesIrq().Requests().Lives(20)).Build();

    private static readonly Scenario WithAqic = new World().Guest(g => g.EnablesIrq().Requests().Lives(20)).Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("disables interruption at close, whether or not the machine has AQIC", new DisablesAlways(), WithoutAqic)
        {
            Says = "AQIC on 05.0004 by VMM0 raised a specification or operation exception in the host",
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("the same where the machine has AQIC", new DisablesAlways(), WithAqic)
        {
            ComesClose = Seen.InOrder(EventKind.IrqOn, EventKind.IrqOff, EventKind.ResetStarted),
        },
        new("asks for facility 65 first", new DisablesWhereItCan(), WithoutAqic)
        {
            ComesClose = Seen.InOrder(EventKind.ResetStarted),
        },
    ];

    private class DisablesAlways : SoundDriver
    {
        protected override async ApTask<int> ResetQueue(ApQueue queue)
        {
            await DisableIrq(queue); // The bug, on a machine without facility 65.
            return await base.ResetQueue(queue);
        }
    }

    private sealed class DisablesWhereItCan : SoundDriver
    {
        protected override async ApTask<int> ResetQueue(ApQueue queue)
        {
            if (Kernel.HasFacility(65))
                await DisableIrq(queue);

            return await base.ResetQueue(queue);
        }
    }
}
