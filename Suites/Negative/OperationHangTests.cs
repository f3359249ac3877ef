namespace ApChaos.Suites.Negative;

[TestFixture]
public sealed class OperationHangTests : OracleCase<OperationHang>
{
    private static readonly Scenario LeavesAReplyBehind = new World().Guest(g => g.Posts().Lives(10)).Build();

    private static readonly RunBudgets Short = new(VirtualTime.Second, 5 * VirtualTime.Second, 2 * VirtualTime.Second);

    protected override IReadOnlyList<Trial> PlantedBugs =>
    [
        new("waits for E=1 before it resets, and nobody dequeues", new WaitsUntilEmpty(int.MaxValue, sleepMs: 20), LeavesAReplyBehind)
        {
            Says = "close-device by VMM0 was open for 5020.000 ms, more than its budget of 5s; it began",
            Budgets = Short,
        },
        new("waits for E=1 without sleeping", new WaitsUntilEmpty(int.MaxValue, sleepMs: 0), LeavesAReplyBehind)
        {
            Says = "steps without time passing; it began",
            Budgets = Short,
            Runs = 3,
        },
    ];

    protected override IReadOnlyList<Trial> LookAlikes =>
    [
        new("waits for E=1 almost as long as it may, and then resets", new WaitsUntilEmpty(rounds: 245, sleepMs: 20), LeavesAReplyBehind)
        {
            Budgets = Short,
            ComesClose = Seen.One(EventKind.OperationExited, e => e.TimeNs > 4900 * VirtualTime.Millisecond),
        },
    ];

    /// <summary>The bug is the number of rounds.</summary>
    private sealed class WaitsUntilEmpty(int rounds, int sleepMs) : SoundDriver
    {
        public override async ApTask CloseDevice(MatrixMdev mdev)
        {
            foreach (ApQueue queue in mdev.Queues)
            {
                for (int round = 0; round < rounds && !(await Tapq(queue.Apqn)).QueueEmpty; round++)
                {
                    if (sleepMs > 0)
                        await Msleep(sleepMs);
                }
            }

            await base.CloseDevice(mdev);
        }
    }
}
