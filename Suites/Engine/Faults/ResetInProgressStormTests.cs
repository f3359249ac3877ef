using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Faults;

[TestFixture]
public sealed class ResetInProgressStormTests
{
    [Test]
    public void The_drivers_first_ZAPQ_is_answered_RC_02_and_starts_no_reset()
    {
        FaultRuns runs = Storm("").Run(1);
        MachineEvent first = runs.Events(EventKind.Instruction).First(e => e.Op == Op.Zapq);
        Assert.That(new ApqSw((uint)first.A).ResponseCode, Is.EqualTo(ResponseCode.ResetInProgress));
        Assert.That(runs.Events(EventKind.ResetStarted).Where(e => e.Step <= first.Step), Is.Empty);
    }

    [Test]
    public void It_ends_after_its_duration()
    {
        FaultRuns runs = Storm(""", "duration": "35ms" """).Run(1);
        long fired = runs.Events(EventKind.FaultFired).Single().TimeNs;
        long lifted = runs.Events(EventKind.FaultLifted).Single().TimeNs;
        Assert.That(lifted - fired, Is.EqualTo(35 * VirtualTime.Millisecond));
        Assert.That(runs.Events(EventKind.FaultBit).Select(e => e.TimeNs), Is.All.InRange(fired, lifted));
    }

    [Test]
    public void It_ends_after_its_count()
    {
        FaultRuns runs = Storm(""", "duration": "never", "count": 3 """).Run(1);
        Assert.That(runs.Events(EventKind.FaultBit).Count(), Is.EqualTo(3));
        Assert.That(runs.Events(EventKind.FaultLifted).Single().Step, Is.EqualTo(runs.Events(EventKind.FaultBit).Last().Step));
    }

    [Test]
    public void Without_an_end_it_lasts_until_the_machine_heals()
    {
        FaultRuns runs = Storm(""", "duration": "never" """).Run(1);
        Assert.That(runs.Events(EventKind.FaultLifted).Single().Step, Is.EqualTo(runs.Events(EventKind.Healed).Single().Step));
    }

    [Test]
    public void A_duration_of_nothing_is_nothing() =>
        Assert.That(Storm(""", "duration": "0ms" """).Run(1).Events(EventKind.FaultBit), Is.Empty);

    [TestCase("zapq", Op.Zapq)]
    [TestCase("tapq", Op.Tapq)]
    public void It_refuses_only_the_instructions_that_it_names(string word, Op op)
    {
        FaultRuns runs = Storm($$""", "duration": "never", "instructions": "{{word}}" """).Run(1);
        int[] bites = [.. runs.Events(EventKind.FaultBit).Select(e => e.Step)];
        Assert.That(bites, Is.Not.Empty);
        Assert.That(runs.Events(EventKind.Instruction).Where(e => bites.Contains(e.Step)).Select(e => e.Op), Is.All.EqualTo(op));
    }

    [Test]
    public void It_keeps_to_its_queue()
    {
        FaultRuns runs = Storm(""", "duration": "never", "apqn": "06.0047" """).Run(1);
        Assert.That(runs.Events(EventKind.FaultBit).Select(e => e.Queue), Is.Not.Empty.And.All.EqualTo(3));
    }

    [TestCase("driver", false)]
    [TestCase("anybody", true)]
    public void Guests_meet_it_only_when_it_is_anybodys(string issuer, bool expected)
    {
        FaultRuns runs = new("golden", FaultRuns.Plan($$"""{ "fault": "reset-in-progress-storm", "on": "always", "duration": "never", "issuer": "{{issuer}}" }"""));
        int[] bites = [.. runs.Run(1).Events(EventKind.FaultBit).Select(e => e.Step)];
        bool guest = runs.Events(EventKind.Instruction).Any(e => bites.Contains(e.Step) && e.B == (long)ActorClass.Guest);
        Assert.That(guest, Is.EqualTo(expected));
    }

    private static FaultRuns Storm(string options) => new("vfio-ap-6.3", FaultRuns.Plan($$"""{ "fault": "reset-in-progress-storm" {{options}} }"""));
}
