using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Faults;

[TestFixture]
public sealed class DeconfigureTests
{
    [Test]
    public void The_drivers_first_ZAPQ_is_answered_RC_03()
    {
        FaultRuns runs = Gone("").Run(1);
        MachineEvent zapq = runs.Events(EventKind.Instruction).First(e => e.Op == Op.Zapq);
        Assert.That(new ApqSw((uint)zapq.A).ResponseCode, Is.EqualTo(ResponseCode.Deconfigured));
        Assert.That(runs.Events(EventKind.AdapterDeconfigured).Single().A, Is.EqualTo(zapq.Queue / 2));
    }

    [Test]
    public void Without_an_end_the_adapter_comes_back_when_the_machine_heals()
    {
        FaultRuns runs = Gone("").Run(1);
        Assert.That(runs.Events(EventKind.AdapterConfigured).Single().Step, Is.EqualTo(runs.Events(EventKind.Healed).Single().Step));
    }

    [Test]
    public void It_comes_back_after_its_duration()
    {
        FaultRuns runs = Gone(""", "duration": "35ms" """).Run(1);
        long gone = runs.Events(EventKind.AdapterDeconfigured).Single().TimeNs;
        Assert.That(runs.Events(EventKind.AdapterConfigured).Single().TimeNs - gone, Is.EqualTo(35 * VirtualTime.Millisecond));
    }

    [Test]
    public void It_keeps_to_the_adapter_of_its_queue() => Assert.That(
        Gone(""", "apqn": "06.0004" """).Run(1).Events(EventKind.AdapterDeconfigured).Single().A, Is.EqualTo(1));

    [TestCase(1, 1)]
    [TestCase(2, 2)]
    [TestCase(0, 3)]
    public void It_fires_as_often_as_its_count_says(int count, int expected) => Assert.That(
        Gone($$""", "count": {{count}}, "duration": "1ms", "on": { "operation": "close-device" } """).Run(1).Events(EventKind.FaultFired).Count(),
        Is.EqualTo(expected));

    [Test]
    public void While_its_adapter_is_out_it_fires_without_a_bite()
    {
        FaultRuns runs = Gone(""", "on": { "operation": "close-device" } """).Run(1);
        Assert.That(runs.Events(EventKind.FaultFired).Count(), Is.EqualTo(3));
        Assert.That(runs.Events(EventKind.FaultBit).Count(), Is.EqualTo(1));
    }

    [Test]
    public void From_the_start_means_before_any_guest()
    {
        FaultRuns runs = Gone(""", "on": "always", "apqn": "05.0004" """).Run(1);
        Assert.That(runs.Events(EventKind.AdapterDeconfigured).Single().Step, Is.Zero);
    }

    private static FaultRuns Gone(string options) => new("vfio-ap-6.9", FaultRuns.Plan($$"""{ "fault": "deconfigure" {{options}} }"""));
}
