using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Campaigns.Shrinking;
using ApChaos.Exploring;
using ApChaos.Exploring.Shrinking;
using ApChaos.Hosting;
using ApChaos.Running;

namespace ApChaos.Suites.Variants;

/// <summary>The shrinker is judged by its results: 200 failures of many oracles, each compared with what a search of its own proves.</summary>
public sealed class ShrinkQualityTests
{
    private const int Failures = 200;
    private const int PerOracle = 30;
    private const int StatesOfTheProof = 30_000;
    private static readonly ShrinkOptions Options = new(Executions: 8000, SearchRuns: 2000, ChanceRuns: 20, RowRuns: 60, ContinuationRuns: 0, SearchStates: 10_000);

    [Test]
    public void No_result_is_larger_than_the_shortest_counterexample_that_a_search_proves_and_each_certificate_holds()
    {
        var files = Draw();
        Assert.That(files, Has.Count.EqualTo(Failures));
        Assert.That(files.Select(file => file.Oracle).Distinct().Count(), Is.GreaterThanOrEqualTo(5));
        var executions = new List<int>();
        var (finished, proven, global, completed) = (0, 0, 0, 0);
        var ratios = new List<double>();
        foreach (var file in files)
        {
            var driver = DriverSource.Resolve(file.Driver, Catalogue.Shipped)[0];
            var report = new HistoryShrinker(file, driver, Catalogue.Shipped).Shrink(Options);
            executions.Add(report.Executions);
            ratios.Add((double)report.After.Steps / report.Before.Steps);
            finished += report.Finished ? 1 : 0;
            proven += report.ShortestProven ? 1 : 0;
            global += report.GlobalMinimum ? 1 : 0;
            Assert.That(report.After.CompareTo(report.Before), Is.LessThanOrEqualTo(0));
            CheckCertificate(report, driver);
            if (Proves(report.Minimal, driver, out var shortest))
            {
                completed++;
                Assert.That(report.After.Steps, Is.EqualTo(shortest), $"{file.FileName}, {file.Origin}");
            }
        }

        executions.Sort();
        ratios.Sort();
        TestContext.Out.WriteLine(
            $"{files.Count} failures of {files.Select(file => file.Oracle).Distinct().Count()} oracles: {executions[executions.Count / 2]} executions per shrink (median; "
            + $"{executions[^1]} at most), steps to {100 * ratios[ratios.Count / 2]:0} % (median); {finished} finished, {proven} proven shortest, {global} proven global minima; "
            + $"of {completed} of which breadth-first search proves the shortest counterexample none is larger");
        Assert.That(completed, Is.GreaterThan(Failures / 4));
    }

    /// <summary>As <c>apchaos shrink --check</c> does: from the files, by a shrinker that knows nothing of the first.</summary>
    private static void CheckCertificate(ShrinkReport report, DriverEntry driver)
    {
        var minimal = ReplayJson.Parse(ReplayJson.Write(report.Minimal), "minimal history", Catalogue.Shipped);
        var certificate = Certificate.Of(report, Options);
        var anew = new HistoryShrinker(minimal, driver, Catalogue.Shipped).MakeCertificate(certificate.Work());
        Assert.That(anew, Is.Not.Null, $"{minimal.FileName}: something smaller fails");
        Assert.That(anew!.Rows, Is.EqualTo(certificate.Rows), minimal.FileName);
        Assert.That(certificate.Holds(anew), minimal.FileName);
    }

    private static List<ReplayFile> Draw()
    {
        string[] drivers = ["vfio-ap-5.3", "vfio-ap-2019-v2", "vfio-ap-2019-v2-wait-empty", "vfio-ap-5.11", "vfio-ap-6.3", "vfio-ap-6.9"];
        var plans = Catalogue.Shipped.Plans.Where(plan => plan.Name is "deconfigure" or "guest-zapq" or "reset-storm" or "slow-reset" or "thread-scenario-1" or "thread-scenario-3").ToList();
        var all = Enumerable.Range(0, 3).SelectMany(seed => CellUnderTest.Run(drivers, plans, ["irq-off-at-end", "deconfig-drains", "documented"], 16, $"shrink {seed}").Cells)
            .SelectMany(cell => cell.Violations).Select(violation => violation.File!).Where(file => file.Steps < 500);

        // In turn from each oracle, so that none crowds the others out.
        return [.. all.GroupBy(file => file.Oracle).SelectMany(group => group.Take(PerOracle)
            .Select((file, rank) => (file, rank))).OrderBy(item => item.rank).ThenBy(item => item.file.Oracle, StringComparer.Ordinal).Select(item => item.file).Take(Failures)];
    }

    /// <summary>Breadth-first search over all states of the same parts, without what the shrinker knows: the shortest counterexample.</summary>
    private static bool Proves(ReplayFile minimal, DriverEntry driver, out int shortest)
    {
        var oracle = Catalogue.Shipped.CreateOracles().Select((some, i) => (some.Id, i)).Single(some => some.Id == minimal.Oracle).i;
        var (queue, guest) = ObjectOf(Make(), minimal, oracle);
        shortest = int.MaxValue;
        try
        {
            var result = new Exploration(Make, new ExplorationOptions
            {
                Bounds = ExplorationBounds.Default with { States = StatesOfTheProof },
                Wanted = finding => finding.Oracle == oracle && (finding.Event.Queue, finding.Event.Guest) == (queue, guest),
            }).Run(CancellationToken.None);
            shortest = result.Histories.Select(history => history.Steps).DefaultIfEmpty(int.MaxValue).Min();
            return result.Histories.Count > 0 || (result.Complete && !result.MayCircle);
        }
        catch (ExplorationException)
        {
            return false;
        }

        RunEngine Make() => new(new RunSetup(
            driver.Create(), minimal.Firmware, minimal.Scenario, minimal.Plan.Arm(Catalogue.Shipped, minimal.Scenario.Topology), Catalogue.Shipped.CreateOracles(), minimal.Budgets));
    }

    private static (int Queue, int Guest) ObjectOf(RunEngine engine, ReplayFile minimal, int oracle)
    {
        engine.StopAtOracle = oracle;
        engine.Run(new RecordedChoices(minimal.Choices));
        foreach (ref readonly var finding in engine.Findings)
        {
            if (finding.Oracle == oracle)
            {
                return (finding.Event.Queue, finding.Event.Guest);
            }
        }

        throw new InvalidOperationException($"{minimal.FileName} does not fail");
    }
}
