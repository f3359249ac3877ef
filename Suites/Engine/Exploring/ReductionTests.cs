using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Faults;
using ApChaos.Machine;
using ApChaos.Running;
using ApChaos.Suites.Engine.Running;

namespace ApChaos.Suites.Engine.Exploring;

/// <summary>What keeps an exploration small changes neither what is found nor after how many steps.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
public sealed class ReductionTests
{
    private const long Ms = VirtualTime.Millisecond;
    private const int Models = 24;

    private static readonly string[] Firmware = ["documented", "irq-off-at-end", "early-empty", "late-store"];
    private static readonly string[] Drivers = [.. Stock.Drivers];

    private static IEnumerable<Reductions> Each => ReductionNames.All.Select(pair => pair.Reduction);

    [Test]
    public void A_reduction_changes_no_verdict([Range(0, Models - 1)] int seed)
    {
        Func<RunEngine> make = Draw(seed);
        ExplorationResult all = Explore(make, new ExplorationOptions());
        foreach (Reductions reduction in Each)
        {
            ExplorationResult without = Explore(make, new ExplorationOptions { Reductions = Reductions.All & ~reduction });
            Assert.That(Verdict(without), Is.EqualTo(Verdict(all)), $"without {reduction}");
            Assert.That(without.States, Is.GreaterThanOrEqualTo(all.States), $"without {reduction}");
        }

        ExplorationResult none = Explore(make, new ExplorationOptions { Reductions = Reductions.None, Visited = VisitedSet.Fingerprint64 });
        Assert.That(Verdict(none), Is.EqualTo(Verdict(all)));
        TestContext.Out.WriteLine($"{make().Setup.Driver.Id}: {none.States} -> {all.States} states, {all.Histories.Count} oracles; {string.Join(", ", all.Interchangeable)}; not {string.Join(", ", all.NotInterchangeable)}");
    }

    [Test]
    public void Of_identical_mdevs_it_follows_one_state_for_both([Values("Golden", "VfioAp2019V2")] string driver)
    {
        Func<RunEngine> make = Make(driver, "irq-off-at-end", TwoMdevs(OneRequest(0), OneRequest(1)), [0]);
        ExplorationResult with = Explore(make, new ExplorationOptions());
        ExplorationResult without = Explore(make, new ExplorationOptions { Reductions = Reductions.All & ~Reductions.Symmetry });
        Assert.That(with.Interchangeable, Is.EqualTo(new[] { "mdev0 and mdev1" }));
        Assert.That(Verdict(with), Is.EqualTo(Verdict(without)));
        Assert.That(with.States, Is.InRange(without.States / 2, without.States * 11 / 20), $"of {without.States}");
    }

    [Test]
    public void Queues_that_the_driver_goes_through_in_order_are_not_identical()
    {
        Scenario scenario = new(
            new Topology { Adapters = [5], Domains = [4, 71], Mdevs = [new MdevShape(1, 3)], Guests = [new GuestShape(0, -1)], PagesPerGuest = 2 },
            [new GuestWorkload([OneRequest(0), OneRequest(1)], [2 * Ms], ResetsDevice: false)]);
        ExplorationResult result = Explore(Make("VfioAp2019V2", "irq-off-at-end", scenario, [0]), new ExplorationOptions());
        Assert.That(result.Interchangeable, Is.Empty);
        Assert.That(result.NotInterchangeable, Is.EqualTo(new[] { "queues 05.0004 and 05.0047" }));
    }

    [Test]
    public void Guests_that_do_different_things_are_not_identical()
    {
        ExplorationResult result = Explore(Make("Golden", "documented", TwoMdevs(OneRequest(0), []), [0]), new ExplorationOptions());
        Assert.That((result.Interchangeable, result.NotInterchangeable), Is.EqualTo((Array.Empty<string>(), Array.Empty<string>())));
    }

    [TestCase("VfioAp511", Reductions.All, 15_000)]
    [TestCase("VfioAp66", Reductions.All & ~Reductions.Symmetry, 50_000)]
    public void Two_workers_find_what_one_finds(string driver, Reductions reductions, int least)
    {
        Func<RunEngine> make = Make(driver, "irq-off-at-end", TwoMdevs(Busy(0), Busy(1)), [0, 30, 60]);
        ExplorationResult one = Explore(make, new ExplorationOptions { Reductions = reductions });
        Assert.That(one.States, Is.GreaterThan(least), "levels that are too narrow are not shared");
        ExplorationResult two = Explore(make, new ExplorationOptions { Reductions = reductions, Workers = 2 });
        Assert.That((two.States, two.Transitions, two.Depth, two.LocalStates), Is.EqualTo((one.States, one.Transitions, one.Depth, one.LocalStates)));
        if (!reductions.HasFlag(Reductions.Symmetry))
        {
            // Which of identical queues stands for the others depends on who came first, and with it which code is looked up how often.
            Assert.That((two.Executions, two.Audits), Is.EqualTo((one.Executions, one.Audits)));
        }

        Assert.That(two.Histories.Select(history => string.Join(' ', history.Choices)), Is.EqualTo(one.Histories.Select(history => string.Join(' ', history.Choices))));
    }

    private static string Verdict(ExplorationResult result) =>
        string.Join(", ", result.Histories.Select(history => $"{history.Oracle} after {history.Steps}")) + (result.Complete ? "" : $" bound {result.Bound}");

    private static ExplorationResult Explore(Func<RunEngine> make, ExplorationOptions options) => new Exploration(make, options).Run(CancellationToken.None);

    private static Scenario TwoMdevs(GuestAction[] first, GuestAction[] second) => new(
        new Topology
        {
            Adapters = [5],
            Domains = [4, 71],
            Mdevs = [new MdevShape(1, 1), new MdevShape(1, 2)],
            Guests = [new GuestShape(0, -1), new GuestShape(1, -1)],
            PagesPerGuest = 2,
        },
        [new GuestWorkload([first], [2 * Ms], ResetsDevice: false), new GuestWorkload([second], [2 * Ms], ResetsDevice: false)]);

    private static GuestAction[] OneRequest(int queue) => [new GuestAction(GuestActionKind.Post, queue, [0], 64)];

    private static GuestAction[] Busy(int queue) =>
    [
        new GuestAction(GuestActionKind.EnableIrq, queue, [0], Nib: 0x1240, Isc: 3),
        new GuestAction(GuestActionKind.Post, queue, [0, Ms, 2 * Ms], 64),
        new GuestAction(GuestActionKind.Poll, queue, [0, Ms]),
    ];

    /// <summary>A small model that a seed decides: driver, firmware, queues, what guests do, how long resets take.</summary>
    private static Func<RunEngine> Draw(int seed)
    {
        var numbers = new RandomNumbers(RandomNumbers.Seed("reductions", (ulong)seed));
        int Below(int count) => numbers.Next(count);
        GuestAction Act(int queue) => Below(3) switch
        {
            0 => new GuestAction(GuestActionKind.EnableIrq, queue, [0], Nib: 0x1240 + queue, Isc: 3),
            1 => new GuestAction(GuestActionKind.Post, queue, [0], 64),
            _ => new GuestAction(GuestActionKind.Poll, queue, [0]),
        };
        string driver = Drivers[Below(Drivers.Length)];
        string firmware = Firmware[Below(Firmware.Length)];
        GuestAction[] first = Below(2) == 0 ? [Act(0)] : [Act(0), Act(0)];
        Scenario scenario = Below(3) switch
        {
            0 => TwoMdevs(first, [.. first.Select(action => action with { Queue = 1 })]),
            1 => TwoMdevs([], []),
            _ => new Scenario(
                new Topology
                {
                    Adapters = [5],
                    Domains = [4],
                    Mdevs = [new MdevShape(1, 1)],
                    Guests = [new GuestShape(0, -1), new GuestShape(0, 0)],
                    PagesPerGuest = 2,
                },
                [new GuestWorkload([[Act(0), Act(0), Act(0)]], [Ms], ResetsDevice: Below(2) == 0), new GuestWorkload([[]], [Ms], ResetsDevice: false)]),
        };
        return Make(driver, firmware, scenario, [0, 40 * (1 + Below(3))]);
    }

    private static Func<RunEngine> Make(string driver, string firmware, Scenario scenario, long[] resetMs)
    {
        FirmwareProfile profile = FirmwareFile.LoadShipped().Single(profile => profile.Id == firmware);
        return () => new RunEngine(new RunSetup(
            Stock.Create(driver),
            profile,
            scenario,
            [new ArmedFault(new SlowReset(), new FaultTrigger(TriggerKind.Always), [[.. resetMs.Select(ms => ms * Ms)], [1], [-1], [0]])],
            Stock.CreateOracles(),
            RunBudgets.Default));
    }
}
