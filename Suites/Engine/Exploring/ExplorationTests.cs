using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Faults;
using ApChaos.Machine;
using ApChaos.Running;
using ApChaos.Suites.Engine.Running;

namespace ApChaos.Suites.Engine.Exploring;

/// <summary>Exploration agrees with brute force: the same oracles speak, after as few steps.</summary>
[TestFixture]
public sealed class ExplorationTests
{
    private const long Ms = VirtualTime.Millisecond;
    private const long Most = 400_000;

    /// <summary>One queue, one guest with one vCPU that posts a request, and a successor.</summary>
    private static readonly Scenario Small = new(
        new Topology
        {
            Adapters = [5],
            Domains = [4],
            Mdevs = [new MdevShape(1, 1)],
            Guests = [new GuestShape(0, -1), new GuestShape(0, 0)],
            PagesPerGuest = 2,
        },
        [
            new GuestWorkload(
                [[new GuestAction(GuestActionKind.EnableIrq, 0, [0], Nib: 0x1240, Isc: 3), new GuestAction(GuestActionKind.Post, 0, [0, Ms], 64)]],
                [2 * Ms],
                ResetsDevice: false),
            new GuestWorkload([[new GuestAction(GuestActionKind.Poll, 0, [0])]], [Ms], ResetsDevice: false),
        ]);

    private static readonly ExplorationOptions[] Modes =
    [
        new(),
        new() { Reductions = Reductions.All & ~Reductions.Memo },
        new() { Workers = 2 },
        new() { Reexecutes = true },
    ];

    private static IEnumerable<TestCaseData> Cells() =>
        from driver in Stock.Drivers.Where(driver => driver != "Golden")
        from firmware in new[] { "documented", "irq-off-at-end", "early-empty" }
        select new TestCaseData(driver, firmware);

    [TestCaseSource(nameof(Cells))]
    public void It_agrees_with_brute_force(string driver, string firmware)
    {
        BruteForce all = BruteForce.Of(Make(driver, firmware), Most);
        foreach (ExplorationOptions options in Modes)
        {
            ExplorationResult result = Explore(driver, firmware, options);
            Assert.That(result.Complete);
            Assert.That(result.MayCircle, Is.False);
            Assert.That(
                result.Histories.Select(history => $"{Make(driver, firmware).Setup.Oracles[history.Oracle].Id} {history.Steps}").Order(StringComparer.Ordinal),
                Is.EqualTo(all.Shortest.Select(pair => $"{pair.Key} {pair.Value}").Order(StringComparer.Ordinal)),
                $"{all.Runs} runs against {result}");
        }
    }

    [Test]
    public void An_oracle_that_changes_without_an_event_is_refused()
    {
        var exploration = new Exploration(() => Make("VfioAp66", "documented", new Restless()), new());
        Assert.That(
            () => exploration.Run(CancellationToken.None),
            Throws.TypeOf<ExplorationException>().With.Message.StartsWith("oracle 'restless' cannot be explored: what it remembers changed without an event"));
    }

    private static ExplorationResult Explore(string driver, string firmware, ExplorationOptions options) =>
        new Exploration(() => Make(driver, firmware), options).Run(CancellationToken.None);

    private static RunEngine Make(string driver, string firmware, params Oracle[] others)
    {
        FirmwareProfile profile = FirmwareFile.LoadShipped().Single(profile => profile.Id == firmware);
        var fault = new ArmedFault(new SlowReset(), new FaultTrigger(TriggerKind.Always), [[0, 30 * Ms, 60 * Ms], [1], [-1], [0]]);
        return new RunEngine(new RunSetup(Stock.Create(driver), profile, Small, [fault], [.. Stock.CreateOracles(), .. others], RunBudgets.Default));
    }

    private sealed class Restless : Oracle
    {
        private int saves;

        public override string Id => "restless";

        public override string Summary => "counts how often it is asked";

        public override OracleGroup Group => OracleGroup.Diagnosis;

        public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.IrqOn];

        public override void Keep(StateImage image)
        {
            saves += image.IsSaving ? 1 : 0;
            image.Value(ref saves);
        }

        public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
        {
        }

        public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names) => "";
    }
}
