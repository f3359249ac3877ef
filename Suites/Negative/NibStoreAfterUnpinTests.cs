namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class NibStoreAfterUnpinTests : OracleCase<NibStoreAfterUnpin>
{
    private static readonly Scenario LeavesARequestBehind = new World()
        .Guest(g => g.EnablesIrq().After(2).Posts().Lives(10))
        .Build();

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("unpins when ZAPQ is accepted, while guest and memory are still there", new UnpinsWhenZapqIsAccepted(), LeavesARequestBehind)
        {
            Says = "hardware stored to the NIB of 05.0004 at 0x00011240 (page 0x11, owner G1, 0 pins): byte 0x11 became 0x01; unpinned",
            Firmware = Hardware.LateInterrupts,
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("the store lands in the reset, and the pin stays until TAPQ has shown its end", new SoundDriver(), LeavesARequestBehind)
        {
            Firmware = Hardware.LateInterrupts,
            ComesClose = Seen.InOrder(EventKind.ResetStarted, EventKind.NibStore, EventKind.ResetCompleted, EventKind.Unpinned),
        },
    ];

    private sealed class UnpinsWhenZapqIsAccepted : SoundDriver
    {
        protected override async ApTask<int> ResetQueue(ApQueue queue)
        {
            await Issue(queue);
            await Release(queue); // The bug: one line too early.
            await Verify(queue);
            return 0;
        }
    }
}
