using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Faults;

[TestFixture]
public sealed class SlowResetTests
{
    private const long Ms = VirtualTime.Millisecond;

    [Test]
    public void Every_reset_by_the_driver_takes_one_of_its_durations()
    {
        var seen = new SortedSet<long>();
        FaultRuns runs = Slow(""", "duration": { "oneOf": ["0ms", "30ms", "200ms"] } """);
        for (ulong seed = 0; seed < 30; seed++)
        {
            seen.UnionWith(runs.Run(seed).Events(EventKind.ResetStarted).Select(e => e.A));
        }

        Assert.That(seen, Is.EqualTo((long[])[0, 30 * Ms, 200 * Ms]));
    }

    [Test]
    public void It_bends_as_many_resets_as_its_count_says()
    {
        FaultRuns runs = Slow(""", "duration": "77ms", "count": 2 """).Run(1);
        Assert.That(runs.Events(EventKind.ResetStarted).Count(e => e.A == 77 * Ms), Is.EqualTo(2));
        Assert.That(runs.Events(EventKind.ResetStarted).Count(), Is.GreaterThan(2));
    }

    [Test]
    public void It_keeps_to_its_queue()
    {
        FaultRuns runs = Slow(""", "duration": "77ms", "apqn": "05.0047" """).Run(1);
        Assert.That(runs.Events(EventKind.ResetStarted).Where(e => e.A == 77 * Ms).Select(e => e.Queue), Is.Not.Empty.And.All.EqualTo(1));
        Assert.That(runs.Events(EventKind.FaultBit).Select(e => e.Queue), Is.All.EqualTo(1));
    }

    [Test]
    public void A_reset_that_never_ends_does_when_the_machine_has_healed()
    {
        FaultRuns runs = Slow(""", "duration": "never" """).Run(1);
        long healed = runs.Events(EventKind.Healed).Single().TimeNs;
        Assert.That(runs.Events(EventKind.ResetCompleted).Select(e => e.TimeNs), Is.Not.Empty.And.All.GreaterThan(healed));
        Assert.That(runs.Engine.End, Is.EqualTo(RunEnd.AtRest));
    }

    [Test]
    public void A_reset_of_an_hour_does_not_keep_the_machine_from_coming_to_rest()
    {
        FaultRuns runs = Slow(""", "duration": "60min" """).Run(1);
        Assert.That(runs.Engine.End, Is.EqualTo(RunEnd.AtRest));
        Assert.That(runs.Engine.EndNs, Is.LessThan(runs.Events(EventKind.Healed).Single().TimeNs + RunBudgets.Default.RestNs));
    }

    [Test]
    public void A_driver_that_gives_up_in_a_reset_that_never_ends_is_caught_by_a_reply_in_it()
    {
        // The thread's worry, scenario 2: interruption goes off at the end, and the end does not come.
        var runs = new FaultRuns("vfio-ap-2019-v2", FaultRuns.Plan("""{ "fault": "slow-reset", "duration": "never" }"""), "irq-off-at-end");
        int caught = Enumerable.Range(0, 200).Count(seed => runs.Run((ulong)seed).Oracles().Contains("nib-store-after-unpin"));
        Assert.That(caught, Is.Positive);
    }

    private static FaultRuns Slow(string options) => new("vfio-ap-6.9", FaultRuns.Plan($$"""{ "fault": "slow-reset" {{options}} }"""));
}
