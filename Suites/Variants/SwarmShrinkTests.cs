using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Campaigns.Shrinking;
using ApChaos.Exploring;
using ApChaos.Exploring.Shrinking;
using ApChaos.Hosting;

namespace ApChaos.Suites.Variants;

/// <summary>A swarm is shrunk to a plain plan: the faults that took part, each as likely as it was in the swarm.</summary>
public sealed class SwarmShrinkTests
{
    private static readonly Lazy<IReadOnlyList<ReplayFile>> Found = new(() =>
    [
        .. CellUnderTest.Run(["vfio-ap-2019-v2", "vfio-ap-5.11"], [.. Catalogue.Shipped.FindPlans("mixed")], ["irq-off-at-end"], 60).Cells
            .SelectMany(cell => cell.Violations).Select(violation => violation.File!).Where(file => file.Steps < 600).Take(6),
    ]);

    [Test]
    public void What_is_kept_before_anything_is_left_out_has_the_faults_that_took_part_thinned_once()
    {
        Assert.That(Found.Value, Has.Count.GreaterThan(2));
        Assert.That(Found.Value.SelectMany(TookPart).Any(fault => fault.Trigger.Trigger.Kind == TriggerKind.Always), "also one that is on from the start, by chance");
        foreach (var file in Found.Value)
        {
            var report = Shrink(file, ShrinkOptions.Default with { Executions = 0 });
            var swarm = file.Plan.Swarm!;
            var tookPart = TookPart(file);
            var plain = report.Minimal.Plan;
            Assert.That(plain.Swarm, Is.Null);
            Assert.That(plain.Json, Does.Not.Contain("\"swarm\":"));
            Assert.That(plain.Faults.Select(fault => fault.Fault.Id), Is.EqualTo(tookPart.Select(fault => fault.Fault.Id)));
            Assert.That(
                plain.Faults.Select(fault => fault.Trigger.Trigger.ChancePermille),
                Is.EqualTo(tookPart.Select(fault => Math.Max(1, fault.Trigger.Trigger.ChancePermille * swarm.FiringPermille / 1000))));
            Assert.That(plain.Arm(Catalogue.Shipped, file.Scenario.Topology).Select(fault => fault.ArmedPermille), Has.All.EqualTo(1000));
            Assert.That(
                PlanFile.Parse(plain.Json, null, Catalogue.Shipped).Faults.Select(fault => fault.Trigger.Trigger),
                Is.EqualTo(plain.Faults.Select(fault => fault.Trigger.Trigger)));
            Assert.That((report.Minimal.Steps, report.Violation.Message), Is.EqualTo((file.Steps, report.Violation.Message)));
        }
    }

    [Test]
    public void What_it_is_shrunk_to_reads_back_from_its_file_and_replays_without_asking_who_takes_part()
    {
        var file = Found.Value[0];
        var report = Shrink(file, new ShrinkOptions(Executions: 4000, SearchRuns: 500, ChanceRuns: 10, RowRuns: 20, ContinuationRuns: 0, SearchStates: 5000));
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "swarm.min.json");
        File.WriteAllText(path, ReplayJson.Write(report.Minimal));
        try
        {
            var read = ReplayJson.Read(path, Catalogue.Shipped);
            Assert.That(read.Plan, Is.EqualTo(report.Minimal.Plan));
            Assert.That(Replayer.Replay(read, DriverOf(read), Catalogue.Shipped).SameHash);
            Assert.That(report.After.Faults, Is.LessThanOrEqualTo(TookPart(file).Count));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ShrinkReport Shrink(ReplayFile file, ShrinkOptions options) => new HistoryShrinker(file, DriverOf(file), Catalogue.Shipped).Shrink(options);

    private static DriverEntry DriverOf(ReplayFile file) => DriverSource.Resolve(file.Driver, Catalogue.Shipped)[0];

    /// <summary>The faults of the swarm that took part, read off the answers of the recorded run.</summary>
    private static List<PlannedFault> TookPart(ReplayFile file)
    {
        var engine = new Running.RunEngine(new Running.RunSetup(
            DriverOf(file).Create(), file.Firmware, file.Scenario, file.Plan.Arm(Catalogue.Shipped, file.Scenario.Topology), Catalogue.Shipped.CreateOracles(), file.Budgets));
        engine.Run(new RecordedChoices(file.Choices));
        var answers = new List<int>();
        for (var i = 0; i < engine.Choices.Count; i++)
        {
            if (engine.Choices.Labels[i] == ChoiceLabel.FaultArmed)
            {
                answers.Add(engine.Choices.Values[i]);
            }
        }

        return [.. file.Plan.Faults.Where((_, i) => answers[i] == 1)];
    }
}
