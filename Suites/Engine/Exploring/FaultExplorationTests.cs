using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;
using ApChaos.Suites.Engine.Running;

namespace ApChaos.Suites.Engine.Exploring;

/// <summary>
/// Whatever a fault does to a run, exploration sees it: for each shipped fault the same oracles speak, after as few steps, as in every
/// sequence of choices of the ordinary engine.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
public sealed class FaultExplorationTests
{
    private const long Ms = VirtualTime.Millisecond;
    private const long Most = 200_000;

    /// <summary>One queue, one guest with one vCPU, and a successor.</summary>
    private static readonly Scenario Tiny = new(
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
                [[new GuestAction(GuestActionKind.EnableIrq, 0, [0], Nib: 0x1240, Isc: 3), new GuestAction(GuestActionKind.Post, 0, [Ms], 64)]],
                [3 * Ms],
                ResetsDevice: false),
            new GuestWorkload([[]], [Ms], ResetsDevice: false),
        ]);

    // One without and one with work items.
    private static readonly string[] Drivers = ["VfioAp2019V2", "VfioAp66"];

    /// <summary>A fault that keeps the AP bus busy leaves too much to the schedule for brute force when it meets the end of the guest.</summary>
    private static readonly string[] BusFaults = ["alloc-failure", "queue-unbind"];

    /// <summary>The guest alone, and for so long that the AP bus is done before its device is closed.</summary>
    private static readonly Scenario Long = new(
        new Topology { Adapters = [5], Domains = [4], Mdevs = [new MdevShape(1, 1)], Guests = [new GuestShape(0, -1)], PagesPerGuest = 2 },
        [Tiny.Guests[0] with { LifeNs = [200 * Ms] }]);

    private static readonly ExplorationOptions[] Modes =
    [
        new(),
        new() { Reductions = Reductions.All & ~Reductions.Memo },
        new() { Workers = 2 },
    ];

    private static IEnumerable<TestCaseData> Cells() =>
        from fault in Catalogue.Shipped.Faults
        from driver in Drivers
        select new TestCaseData(fault.Id, driver);

    [TestCaseSource(nameof(Cells))]
    public void It_agrees_with_brute_force_under(string fault, string driver)
    {
        RunEngine Make()
        {
            Scenario scenario = BusFaults.Contains(fault) ? Long : Tiny;
            string on = fault == "vcpu-race" ? """, "on": { "operation": "open-device", "when": "exit" }""" : "";
            FirmwareProfile profile = FirmwareFile.LoadShipped().Single(profile => profile.Id == "irq-off-at-end");
            Plan plan = PlanFile.Parse($$"""{ "name": "one", "faults": [ { "fault": "{{fault}}"{{on}} } ] }""", null, Catalogue.Shipped);
            return new RunEngine(new RunSetup(
                Stock.Create(driver), profile, scenario, plan.Arm(Catalogue.Shipped, scenario.Topology), Stock.CreateOracles(), RunBudgets.Default));
        }

        BruteForce all = BruteForce.Of(Make(), Most);
        foreach (ExplorationOptions options in Modes)
        {
            ExplorationResult result = new Exploration(Make, options).Run(CancellationToken.None);
            Assert.That(result.Complete);
            Assert.That(
                result.Histories.Select(history => $"{Make().Setup.Oracles[history.Oracle].Id} {history.Steps}").Order(StringComparer.Ordinal),
                Is.EqualTo(all.Shortest.Select(pair => $"{pair.Key} {pair.Value}").Order(StringComparer.Ordinal)),
                $"{all.Runs} runs against {result}");
        }

        TestContext.Out.WriteLine($"{fault} {driver}: {all.Runs} runs, {all.Shortest.Count} oracles");
    }
}
