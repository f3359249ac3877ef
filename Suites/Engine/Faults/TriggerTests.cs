using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Faults;

/// <summary>
/// When a fault fires: each kind of trigger, and each way to narrow it down, against what the trace says happened. The fault is a storm of no
/// length: it fires and bends nothing, so that the history is that of the driver alone.
/// </summary>
[TestFixture]
public sealed class TriggerTests
{
    private const int Seeds = 25;
    private const int Queue = 0;
    private const string Apqn = "05.0004";

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void The_nth_instruction_of_a_kind_on_a_queue_by_a_class_of_actors(int nth)
    {
        int fired = 0;
        foreach (List<MachineEvent> events in Runs($$"""{ "instruction": "tapq", "actor": "driver", "apqn": "{{Apqn}}", "nth": {{nth}} }"""))
        {
            int[] issued = Where(events, e => Issued(e, Op.Tapq, ActorClass.Driver) && e.Queue == Queue);
            int[] firings = Firings(events);
            Assert.That(firings, Has.Length.EqualTo(issued.Length >= nth ? 1 : 0));
            foreach (int firing in firings)
            {
                Assert.That(issued.First(at => at > firing), Is.EqualTo(issued[nth - 1]), "right before it");
                Assert.That(events[issued[nth - 1]].Step, Is.EqualTo(events[firing].Step));
                fired++;
            }
        }

        Assert.That(fired, Is.Positive);
    }

    [TestCase("guest", ActorClass.Guest, "nqap", Op.Nqap)]
    [TestCase("driver", ActorClass.Driver, "zapq", Op.Zapq)]
    [TestCase("driver", ActorClass.Driver, "aqic", Op.Aqic)]
    public void Every_instruction_by_a_class_of_actors_before_and_after(string actor, ActorClass issuer, string instruction, Op op)
    {
        foreach (string when in (string[])["before", "after"])
        {
            foreach (List<MachineEvent> events in Runs($$"""{ "instruction": "{{instruction}}", "actor": "{{actor}}", "when": "{{when}}" }"""))
            {
                int[] issued = Where(events, e => Issued(e, op, issuer));
                int[] firings = Firings(events);
                Assert.That(firings.Select(firing => events[firing].Step), Is.EqualTo(issued.Select(at => events[at].Step)));
                Assert.That(firings.Zip(issued, (firing, at) => firing < at), Is.All.EqualTo(when == "before"));
            }
        }
    }

    [TestCase("unpin-pages", EventKind.Unpinned)]
    [TestCase("pin-pages", EventKind.Pinned)]
    [TestCase("gisc-register", EventKind.GiscRegistered)]
    public void After_a_call_of_the_driver(string call, EventKind done)
    {
        int fired = 0;
        foreach (List<MachineEvent> events in Runs($$"""{ "call": "{{call}}" }"""))
        {
            int[] firings = Firings(events);
            Assert.That(firings.Select(firing => events[firing].Step), Is.EqualTo(Where(events, e => e.Kind == done).Select(at => events[at].Step)));
            fired += firings.Length;
        }

        Assert.That(fired, Is.Positive);
    }

    [TestCase("reset-completed", EventKind.ResetCompleted)]
    [TestCase("irq-on", EventKind.IrqOn)]
    [TestCase("enqueued", EventKind.Enqueued)]
    public void On_a_change_of_a_queue(string change, EventKind kind)
    {
        int fired = 0;
        foreach (List<MachineEvent> events in Runs($$"""{ "queue": "{{change}}", "apqn": "{{Apqn}}" }"""))
        {
            int[] firings = Firings(events);
            Assert.That(firings.Select(firing => events[firing].Step), Is.EqualTo(Where(events, e => e.Kind == kind && e.Queue == Queue).Select(at => events[at].Step)));
            fired += firings.Length;
        }

        Assert.That(fired, Is.Positive);
    }

    [TestCase("close-device", DriverOperation.CloseDevice)]
    [TestCase("aqic-intercept", DriverOperation.AqicIntercept)]
    public void At_entry_and_exit_of_an_operation(string name, DriverOperation operation)
    {
        foreach ((string when, EventKind kind) in (IEnumerable<(string, EventKind)>)[("entry", EventKind.OperationEntered), ("exit", EventKind.OperationExited)])
        {
            foreach (List<MachineEvent> events in Runs($$"""{ "operation": "{{name}}", "when": "{{when}}" }"""))
            {
                int[] passed = Where(events, e => e.Kind == kind && (DriverOperation)e.A == operation);
                Assert.That(passed, Is.Not.Empty);
                Assert.That(Firings(events).Select(firing => events[firing].Step), Is.EqualTo(passed.Select(at => events[at].Step)));
            }
        }
    }

    [Test]
    public void At_a_virtual_time_and_again_after_another()
    {
        const long ms = VirtualTime.Millisecond;
        foreach (List<MachineEvent> events in Runs("""{ "at": "30ms" }"""))
        {
            Assert.That(Firings(events).Select(firing => events[firing].TimeNs), Is.EqualTo((long[])[30 * ms]));
        }

        foreach (List<MachineEvent> events in Runs("""{ "at": "30ms", "every": "10ms" }"""))
        {
            long[] times = [.. Firings(events).Select(firing => events[firing].TimeNs)];
            Assert.That(times, Has.Length.GreaterThan(3));
            Assert.That(times, Is.EqualTo(times.Select((_, i) => (30 + (10 * i)) * ms)));
        }
    }

    [Test]
    public void With_a_chance_some_matches_count_by_choices_of_the_run()
    {
        const string zapq = """ "instruction": "zapq", "actor": "driver" """;
        int all = Runs($$"""{ {{zapq}} }""").Sum(events => Firings(events).Length);
        int some = Runs($$"""{ {{zapq}}, "chance": 0.3 }""").Sum(events => Firings(events).Length);
        Assert.That(some, Is.InRange(all * 0.15, all * 0.45));
    }

    [Test]
    public void Once_and_every_count_matches()
    {
        const string tapq = """ "instruction": "tapq" """;
        foreach ((List<MachineEvent> all, List<MachineEvent> once, List<MachineEvent> third) in
            Runs($$"""{ {{tapq}} }""").Zip(Runs($$"""{ {{tapq}}, "once": true }"""), Runs($$"""{ {{tapq}}, "every": 3 }""")))
        {
            int[] steps = Steps(all);
            Assert.That(Steps(once), Is.EqualTo(steps.Take(1)));
            Assert.That(Steps(third), Is.EqualTo(steps.Where((_, i) => i % 3 == 2)));
        }
    }

    [Test]
    public void After_until_and_unless_open_and_close_a_window()
    {
        const string tapq = """ "instruction": "tapq" """;
        const string close = """{ "operation": "close-device", "nth": 2 }""";
        foreach ((List<MachineEvent> all, List<MachineEvent> after, List<MachineEvent> until, List<MachineEvent> unless) in
            Runs($$"""{ {{tapq}} }""").Zip(Runs($$"""{ {{tapq}}, "after": {{close}} }"""), Runs($$"""{ {{tapq}}, "until": {{close}} }"""))
                .Zip(Runs($$"""{ {{tapq}}, "unless": {{close}} }"""), (three, unless) => (three.First, three.Second, three.Third, unless)))
        {
            int closed = all[Where(all, e => e.Kind == EventKind.OperationEntered && (DriverOperation)e.A == DriverOperation.CloseDevice)[1]].Step;
            int[] steps = Steps(all);
            Assert.That(steps.Any(step => step > closed), Is.True);
            Assert.That(Steps(after), Is.EqualTo(steps.Where(step => step > closed)));
            Assert.That(Steps(until), Is.EqualTo(steps.Where(step => step < closed)));
            Assert.That(Steps(unless), Is.EqualTo(Steps(until)));
        }
    }

    [Test]
    public void Until_lifts_a_fault_that_is_active_and_unless_leaves_it()
    {
        const string storm = """{ "fault": "busy-storm", "duration": "never", "on": { "instruction": "tapq", "nth": 1, "XXX": { "at": "60ms" } } }""";
        foreach ((string condition, bool lifts) in (IEnumerable<(string, bool)>)[("until", true), ("unless", false)])
        {
            var runs = new FaultRuns("golden", FaultRuns.Plan(storm.Replace("XXX", condition)));
            int active = 0;
            for (ulong seed = 0; seed < Seeds; seed++)
            {
                List<MachineEvent> events = BeforeHealing(runs.Run(seed));
                if (Firings(events).Length > 0)
                {
                    bool lifted = events.Any(e => e.Kind == EventKind.FaultLifted && e.TimeNs == 60 * VirtualTime.Millisecond);
                    Assert.That(lifted, Is.EqualTo(lifts));
                    active++;
                }
            }

            Assert.That(active, Is.Positive);
        }
    }

    /// <summary>What happens up to the plan's end, seed by seed.</summary>
    private static IEnumerable<List<MachineEvent>> Runs(string trigger)
    {
        var runs = new FaultRuns("vfio-ap-5.3", FaultRuns.Plan($$"""{ "fault": "busy-storm", "duration": "0ms", "on": {{trigger}} }"""));
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            yield return BeforeHealing(runs.Run(seed));
        }
    }

    private static List<MachineEvent> BeforeHealing(FaultRuns runs) => [.. runs.Trace.Events.TakeWhile(e => e.Kind != EventKind.Healed)];

    private static bool Issued(MachineEvent e, Op op, ActorClass issuer) => e.Kind == EventKind.Instruction && e.Op == op && e.B == (long)issuer;

    private static int[] Where(List<MachineEvent> events, Func<MachineEvent, bool> condition) => [.. Enumerable.Range(0, events.Count).Where(i => condition(events[i]))];

    private static int[] Firings(List<MachineEvent> events) => Where(events, e => e.Kind == EventKind.FaultFired);

    private static int[] Steps(List<MachineEvent> events) => [.. Firings(events).Select(firing => events[firing].Step)];
}
