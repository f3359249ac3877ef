using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Faults;

[TestFixture]
public sealed class PreemptTests
{
    [Test]
    public void Who_did_it_does_nothing_for_so_long_and_others_run()
    {
        FaultRuns runs = With(""" "duration": "7ms", "count": 1 """).Run(1);
        MachineEvent bite = runs.Events(EventKind.FaultBit).Single();
        MachineEvent next = runs.Events(EventKind.Step).First(e => e.Actor == bite.Actor && e.Step > bite.Step);
        Assert.That((next.Op, next.TimeNs - bite.TimeNs), Is.EqualTo((Op.Preempted, 7 * VirtualTime.Millisecond)));
    }

    [Test]
    public void A_pause_ends_with_the_faults()
    {
        FaultRuns runs = With(""" "duration": "300s" """);
        for (ulong seed = 0; seed < 10; seed++)
        {
            runs.Run(seed);
            Assert.That(runs.Engine.FaultStates[0].Fired, Is.GreaterThan(0));
            Assert.That(runs.Oracles(), Has.None.EqualTo("deadlock").And.None.EqualTo("pin-leak"));
        }
    }

    [Test]
    public void A_change_of_a_queue_has_nobody_to_pause()
    {
        FaultRuns runs = With(""" "on": { "queue": "reset-started" } """).Run(1);
        Assert.That(runs.Events(EventKind.FaultPassed), Is.Not.Empty);
        Assert.That(runs.Events(EventKind.FaultBit), Is.Empty);
    }

    private static FaultRuns With(string options) => new("vfio-ap-6.9", FaultRuns.Plan($$"""{ "fault": "preempt", {{options}} }"""));
}
