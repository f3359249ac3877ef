using System.Text.Json;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Reports.Views;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Views;

/// <summary>The all-pairs sweep: each fault at each instruction, each pair of faults at each pair of instructions.</summary>
[TestFixture]
public sealed class PairTests
{
    private static readonly string[] Few = ["deconfigure", "guest-zapq", "preempt", "reset-in-progress-storm", "slow-reset"];

    private static readonly string[] All = [.. Catalogue.Shipped.Faults.Select(fault => fault.Id)];

    [Test]
    public Task What_five_faults_do_to_two_drivers()
    {
        PairSettings settings = Settings(Few);
        return Verify(string.Join('\n', PairsView.Lines([Run(settings, "vfio-ap-2019-v2"), Run(settings, "golden")], settings, "irq-off-at-end", "artifacts"))).UseDirectory("Approved");
    }

    [Test]
    public void A_correct_driver_survives_each_pair_of_all_faults_at_each_pair_of_instructions()
    {
        PairsOfDriver found = Run(Settings(All, nth: 1), "golden");
        Assert.That(found.IsComplete, Is.True);
        Assert.That(found.Alone.Where(alone => alone.Oracles != 0), Is.Empty);
        Assert.That(found.Together, Is.Empty);
        Assert.That(found.Alone.Select(alone => alone.Point.Fault).Distinct().Count(), Is.EqualTo(All.Length));
    }

    [TestCase("vfio-ap-6.9")]
    [TestCase("vfio-ap-5.3")]
    public void Each_point_and_each_pair_is_run_and_is_reached_or_told(string driver)
    {
        PairsOfDriver found = Run(Settings(Few), driver);
        long points = (long)Few.Length * found.Places.Count;
        Assert.That(found.Alone, Has.Count.EqualTo(points));
        Assert.That(found.Pairs, Is.EqualTo(points * (points - 1) / 2), "each two points, once");
        Assert.That(found.Made, Is.EqualTo(found.Pairs));
        Assert.That(found.Reached + found.Missed.Count, Is.EqualTo(found.Made));
        Assert.That(found.Missed, Is.Not.Empty, "the guest's ZAPQ and the adapter's loss prevent something");
        Assert.That(found.Missed, Is.Unique);
        Assert.That(found.Alone.Where(alone => alone.Bit && !alone.Fired), Is.Empty);
    }

    [Test]
    public void Places_are_those_of_the_run_without_faults_and_those_that_faults_bring()
    {
        PairSettings settings = Settings(Few, nth: 3);
        var calm = new RunEngine(new RunSetup(
            ViewCells.Driver("vfio-ap-5.3").Create(), ViewCells.Firmware("irq-off-at-end"), settings.Scenario, [], Catalogue.Shipped.CreateOracles(), settings.Budgets));
        var trace = new Trace();
        calm.Run(new ApChaos.Exploring.RecordedChoices([]), trace);
        var issued = trace.Events.Where(e => e.Kind == ApChaos.Abstractions.EventKind.Instruction && e.Queue >= 0)
            .GroupBy(e => ((int)e.Queue, e.Op, (ApChaos.Abstractions.ActorClass)e.B))
            .SelectMany(group => group.Select((_, i) => new PairPlace(group.Key.Item1, group.Key.Op, group.Key.Item3, i + 1))).Where(place => place.Nth <= 3).ToList();
        PairsOfDriver found = Run(settings, "vfio-ap-5.3");
        Assert.That(found.Places, Is.SupersetOf(issued));
        Assert.That(found.Places, Has.Count.GreaterThan(issued.Count), "a storm makes the driver ask again");
        Assert.That(found.Places, Is.Ordered.And.Unique);
    }

    [Test]
    public void What_takes_two_faults_is_replayed_from_a_plan_that_anybody_can_write()
    {
        PairSettings settings = Settings(["guest-zapq", "slow-reset"]);
        PairsOfDriver found = Run(settings, "vfio-ap-2019-v2", "documented");
        foreach (PairTogether together in found.Together)
        {
            ReplayFile file = together.History!;
            Assert.That(file.Plan.Faults, Has.Count.EqualTo(2));
            Assert.That(PlanFile.Parse(file.Plan.Json, null, Catalogue.Shipped), Is.EqualTo(file.Plan));
            Assert.That(Replayer.Replay(file, ViewCells.Driver("vfio-ap-2019-v2"), Catalogue.Shipped).SameHash, Is.True);
        }
    }

    [Test]
    public void The_number_of_workers_changes_no_byte()
    {
        PairSettings settings = Settings(Few, schedules: 2);
        string[] texts = [.. ((int[])[1, 3]).Select(workers => PairsView.ToJson(
            [new PairSweep(settings, ViewCells.Firmware("documented")).Run(ViewCells.Driver("vfio-ap-6.3"), workers, null, CancellationToken.None)], settings, "documented", false))];
        Assert.That(texts[1], Is.EqualTo(texts[0]));
    }

    [Test]
    public void What_was_done_before_a_stop_is_kept_and_told()
    {
        using var stop = new CancellationTokenSource();
        PairSettings settings = Settings(Few);
        PairsOfDriver found = new PairSweep(settings, ViewCells.Firmware("documented")).Run(ViewCells.Driver("vfio-ap-6.3"), 1, new StopAfter(3, stop), stop.Token);
        Assert.That(found.IsComplete, Is.False);
        Assert.That(found.Made, Is.InRange(1, found.Pairs - 1));
        Assert.That(PairsView.Lines([found], settings, "documented", null), Has.Some.Contains("stopped before its end"));
    }

    [Test]
    public void Json_lists_each_point_and_each_pair_that_was_not_reached()
    {
        PairSettings settings = Settings(Few);
        PairsOfDriver found = Run(settings, "vfio-ap-5.3");
        JsonElement root = JsonDocument.Parse(PairsView.ToJson([found], settings, "documented", false)).RootElement;
        JsonElement cell = root.GetProperty("cells")[0];
        Assert.That(root.GetProperty("points").GetArrayLength(), Is.EqualTo(found.Alone.Count));
        Assert.That(cell.GetProperty("unreached").EnumerateObject().Sum(first => first.Value.GetArrayLength()), Is.EqualTo(found.Missed.Count));
        Assert.That(cell.GetProperty("complete").GetBoolean(), Is.True);
    }

    private static PairSettings Settings(string[] faults, int nth = 2, int schedules = 1) =>
        new("apchaos", schedules, nth, ThreadModel.Scenario, RunBudgets.Default, Catalogue.Shipped, faults);

    private static PairsOfDriver Run(PairSettings settings, string driver, string firmware = "irq-off-at-end") =>
        new PairSweep(settings, ViewCells.Firmware(firmware)).Run(ViewCells.Driver(driver), 2, null, CancellationToken.None);
}
