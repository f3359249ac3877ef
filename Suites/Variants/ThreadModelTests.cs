using ApChaos.Campaigns;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Reports;
using ApChaos.Running;

namespace ApChaos.Suites.Variants;

/// <summary>
/// The thread's question, answered by exploration: not "no run showed it", but "no schedule, timing or fault choice of the model does".
/// </summary>
public sealed class ThreadModelTests
{
    private const string NibStore = "nib-store-after-unpin";

    private static readonly string[] StoreOracles = [NibStore, "nib-store-foreign-page", "gisa-store-after-free"];
    private static readonly string[] Impatient = ["vfio-ap-2019-v2", "vfio-ap-5.11"];
    private static readonly string[] BoundedWaits = ["vfio-ap-5.3", "vfio-ap-2019-v2", "vfio-ap-5.11", "vfio-ap-6.3"];
    private static readonly string[] Unbounded = ["vfio-ap-6.9", "golden"];

    private static IEnumerable<string> Drivers => CellUnderTest.AllDrivers;

    [TestCaseSource(nameof(Drivers))]
    public void Resets_of_0_to_3_polls_catch_those_that_wait_for_2(string driver)
    {
        var cell = Explore(driver, null, "irq-off-at-end");
        Assert.That(cell.Oracles().Intersect(StoreOracles), Impatient.Contains(driver) ? Is.EquivalentTo(StoreOracles) : Is.Empty, cell.Describe());
    }

    [Test]
    public void Nobody_stores_late_when_interruption_is_off_at_once([ValueSource(nameof(Drivers))] string driver, [Values("irq-off-at-once", "documented")] string firmware)
    {
        var cell = Explore(driver, null, firmware);
        Assert.That(cell.Oracles(), Has.None.AnyOf(StoreOracles), cell.Describe());
    }

    [TestCaseSource(nameof(BoundedWaits))]
    public void Scenario_1_catches_every_bounded_wait(string driver)
    {
        var cell = Explore(driver, "thread-scenario-1", "irq-off-at-end");
        Assert.That(cell.Oracles(), Has.Member(NibStore), cell.Describe());
    }

    [TestCaseSource(nameof(Unbounded))]
    public void Scenario_1_is_safe_for_a_wait_without_bound(string driver)
    {
        var cell = Explore(driver, "thread-scenario-1", "irq-off-at-end");
        Assert.That(cell.Oracles(), Has.None.AnyOf(StoreOracles), cell.Describe());
    }

    [TestCaseSource(nameof(Drivers))]
    public void Scenario_3_shows_no_late_store_under_documented(string driver)
    {
        var cell = Explore(driver, "thread-scenario-3", "documented");
        Assert.That(cell.Oracles(), Has.None.AnyOf(StoreOracles), cell.Describe());
    }

    [Test]
    public void Golden_is_proven_safe()
    {
        var cell = Explore("golden", null, "irq-off-at-end");
        Assert.That((cell.Verdict, cell.Reason), Is.EqualTo((CellVerdict.Safe, (string?)null)), cell.Describe());
    }

    [Test]
    public void The_shortest_counterexample_of_the_patch_has_at_most_12_lines_and_replays()
    {
        var cell = Explore("vfio-ap-2019-v2", null, "irq-off-at-end");
        var violation = cell.Find(NibStore)!;
        Assert.That(violation.History, Has.Count.InRange(4, ExploreRunner.HistoryLinesMax));
        Assert.That(violation.History[^1].Mark, Is.EqualTo(HistoryMark.Violation));
        var outcome = Replayer.Replay(violation.File!, DriverSource.Resolve("vfio-ap-2019-v2", Catalogue.Shipped)[0], Catalogue.Shipped);
        Assert.That((outcome.SameHash, outcome.Steps), Is.EqualTo((true, violation.Steps)));
    }

    [Test]
    public Task What_exploration_says_of_all_drivers_is_the_approved_text()
    {
        string[] firmware = ["irq-off-at-once", "irq-off-at-end"];
        var cells = (from driver in Drivers from profile in firmware select Explore(driver, null, profile)).ToList();
        var lines = cells.Select(ExploreText.Verdict);
        var shortest = ExploreText.Shortest(cells.Single(cell => cell is { Driver: "vfio-ap-2019-v2", Firmware: "irq-off-at-end" }));
        Assert.That(shortest, Has.Count.LessThanOrEqualTo(ExploreRunner.HistoryLinesMax + 2), "a heading, the history, a message");
        return Verify(string.Join('\n', [.. lines, "", .. shortest])).UseDirectory("Approved");
    }

    [Test]
    public void A_bound_leaves_it_undecided_and_keeps_what_was_seen()
    {
        var cell = Explore("golden", null, "irq-off-at-end", new ExplorationOptions { Bounds = ExplorationBounds.Default with { States = 500 } }, complete: false);
        Assert.That((cell.Verdict, cell.Reason), Is.EqualTo((CellVerdict.Undecided, "the bound of states was reached")), cell.Describe());
        Assert.That(cell.Explored!.States, Is.InRange(400, 500));
        Assert.That(ExploreText.Line(cell), Does.Contain("not complete"));
    }

    [Test]
    public void The_set_of_states_makes_no_difference([Values] VisitedSet visited)
    {
        var exact = Explore("vfio-ap-6.6", null, "irq-off-at-end");
        var other = Explore("vfio-ap-6.6", null, "irq-off-at-end", new ExplorationOptions { Visited = visited });
        Assert.That((other.Explored!.States, other.Explored.Transitions), Is.EqualTo((exact.Explored!.States, exact.Explored.Transitions)));
    }

    private static CellResult Explore(string driver, string? plan, string firmware, ExplorationOptions? options = null, bool complete = true)
    {
        var campaign = new Campaign
        {
            Seed = "apchaos",
            Runs = 1,
            Strategy = StrategyReference.Parse("random-walk"),
            Topology = TopologySpec.Default,
            Budgets = RunBudgets.Default,
            Catalogue = Catalogue.Shipped,
            Out = "artifacts",
            Formats = [],
            Cells =
            [
                new CampaignCell(
                    DriverSource.Resolve(driver, Catalogue.Shipped)[0],
                    plan is null ? ThreadModel.Plan(Catalogue.Shipped) : Catalogue.Shipped.FindPlans(plan)[0],
                    FirmwareFile.LoadShipped().Single(profile => profile.Id == firmware),
                    new SortedSet<string>(StringComparer.Ordinal)),
            ],
        };
        var cell = new ExploreRunner(new ExploreTask(campaign, ThreadModel.Scenario, options ?? new ExplorationOptions())).Run(1, null, null, CancellationToken.None).Cells[0];
        Assert.That(cell.Explored?.Complete, Is.EqualTo(complete), cell.Describe());
        Assert.That(cell.Explored!.Mode, Is.EqualTo(ExplorationMode.Memo));
        return cell;
    }
}
