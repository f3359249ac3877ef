using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Suites.Variants;

/// <summary>Same inputs, same bytes: at any number of workers, in another process, and for 10,000 runs.</summary>
public sealed class DeterminismTests
{
    [Test]
    public void One_and_two_workers_give_the_same_result()
    {
        var plans = Catalogue.Shipped.Plans;
        string[] drivers = ["vfio-ap-5.3", "vfio-ap-6.9", "golden"];
        string[] firmware = ["irq-off-at-end", "hostile"];
        var one = CellUnderTest.Run(drivers, plans, firmware, 250, workers: 1);
        var two = CellUnderTest.Run(drivers, plans, firmware, 250, workers: 2);
        Assert.That(Render(two), Is.EqualTo(Render(one)));
    }

    [Test]
    public void Whatever_the_strategy_the_workers_make_no_difference([ValueSource(nameof(Strategies))] string strategy)
    {
        var plans = Catalogue.Shipped.FindPlans("thread-scenario-3");
        string[] drivers = ["vfio-ap-2019-v2", "golden"];
        var one = CellUnderTest.Run(drivers, plans, ["deconfig-drains"], 230, workers: 1, strategy: strategy);
        var three = CellUnderTest.Run(drivers, plans, ["deconfig-drains"], 230, workers: 3, strategy: strategy);
        Assert.That(Render(three), Is.EqualTo(Render(one)));
        Assert.That(one.Cells.Select(cell => cell.Verdict), Has.None.EqualTo(CellVerdict.Undecided));
    }

    private static IEnumerable<string> Strategies => StrategyCatalogue.All.Select(strategy => strategy.Id);

    [Test]
    public Task Ten_thousand_runs_give_the_hashes_that_they_gave_in_another_process()
    {
        // The hash is approved: a change of it is a change of every seed, and must be meant.
        var lines = new List<string>();
        foreach (var driver in CellUnderTest.AllDrivers)
        {
            var engine = MakeEngine(driver);
            var walk = new RandomWalk();
            var (hash, steps) = (0UL, 0L);
            for (var run = 0; run < 10_000 / 9; run++)
            {
                walk.Restart(RandomNumbers.Seed("determinism", (ulong)run));
                engine.Run(walk);
                hash = (hash * 31) + engine.Hash;
                steps += engine.Steps;
            }

            lines.Add($"{driver} {TraceHash.Format(hash)} {steps} steps");
        }

        return Verify(string.Join('\n', lines)).UseDirectory("Approved");
    }

    private static RunEngine MakeEngine(string driver) => new(new RunSetup(
        DriverSource.Resolve(driver, Catalogue.Shipped)[0].Create(),
        FirmwareFile.LoadShipped().Single(profile => profile.Id == "irq-off-at-end"),
        ScenarioFaker.Draw("determinism", 3, TopologySpec.Default),
        [],
        Catalogue.Shipped.CreateOracles(),
        RunBudgets.Default));

    private static string Render(CampaignResult result) => string.Join(
        '\n',
        result.Cells.Select(cell =>
            $"{cell.Describe()} {cell.Runs} {string.Join(';', cell.Violations.Select(v => $"{v.Oracle} {v.Runs} {v.Steps} {v.TimeNs} {v.Message}"))}"));
}
