using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Faults;

/// <summary><c>queue-unbind</c>, and <c>alloc-failure</c> when it is bound again.</summary>
[TestFixture]
public sealed class QueueUnbindTests
{
    [TestCase("vfio-ap-5.3")]
    [TestCase("vfio-ap-6.9")]
    [TestCase("golden")]
    public void The_queue_leaves_the_driver_and_comes_back(string driver)
    {
        FaultRuns runs = With(driver, """ "fault": "queue-unbind", "duration": "10ms" """).Run(1);
        MachineEvent bite = runs.Events(EventKind.FaultBit).Single();
        Assert.That(runs.Events(EventKind.QueueUnbound).Single().Queue, Is.EqualTo(bite.Queue));
        MachineEvent bound = runs.Events(EventKind.QueueBound).Single();
        Assert.That(bound.Queue, Is.EqualTo(bite.Queue));
        Assert.That(bound.TimeNs - bite.TimeNs, Is.GreaterThanOrEqualTo(10 * VirtualTime.Millisecond));
        Assert.That(runs.Events(EventKind.Allocated).Count(), Is.EqualTo(1));
    }

    [Test]
    public void Without_an_end_it_comes_back_when_the_machine_heals()
    {
        FaultRuns runs = With("golden", """ "fault": "queue-unbind", "duration": "never" """).Run(1);
        Assert.That(runs.Events(EventKind.QueueBound).Single().TimeNs, Is.GreaterThanOrEqualTo(runs.Events(EventKind.Healed).Single().TimeNs));
    }

    /// <summary>bug-history #35: the guest loses the adapter, and up to 6.7 only the queue that goes is reset.</summary>
    [TestCase("vfio-ap-6.3", 1)]
    [TestCase("vfio-ap-6.6", 1)]
    [TestCase("vfio-ap-6.9", 2)]
    public void The_guest_loses_the_adapter_and_so_many_of_its_queues_are_reset(string driver, int queues)
    {
        FaultRuns runs = With(driver, """ "fault": "queue-unbind", "apqn": "06.0004", "on": { "operation": "open-device", "when": "exit", "apqn": "06.0004" } """).Run(1);
        MachineEvent entered = runs.Events(EventKind.OperationEntered).First(e => e.A == (long)DriverOperation.RemoveQueue);
        MachineEvent exited = runs.Events(EventKind.OperationExited).First(e => e.A == (long)DriverOperation.RemoveQueue);
        Assert.That(
            runs.Events(EventKind.QueueRevoked).Where(e => e.Step >= entered.Step && e.Step <= exited.Step).Select(e => (int)e.Queue), Is.EqualTo((int[])[2, 3]));
        Assert.That(
            runs.Events(EventKind.Instruction).Where(e => e.Op == Op.Zapq && e.Actor == entered.Actor).Select(e => e.Queue).Distinct().Count(), Is.EqualTo(queues));
    }

    [Test]
    public void In_5_3_the_guest_keeps_what_the_host_has_now() =>
        Assert.That(With("vfio-ap-5.3", """ "fault": "queue-unbind" """).Run(1).Oracles(), Does.Contain("apcb-exceeds-grant"));

    [TestCase("vfio-ap-5.3")]
    [TestCase("vfio-ap-6.9")]
    [TestCase("golden")]
    public void Without_memory_the_queue_stays_with_the_host(string driver)
    {
        FaultRuns runs = With(driver, """ "fault": "alloc-failure" """).Run(1);
        MachineEvent probed = runs.Events(EventKind.OperationExited).Single(e => e.A == (long)DriverOperation.ProbeQueue);
        Assert.That(probed.C, Is.EqualTo(-12));
        Assert.That(runs.Events(EventKind.QueueUnbound).Count(), Is.EqualTo(2));
        Assert.That(runs.Engine.Machine.QueueBound(probed.Queue), Is.False);
    }

    private static FaultRuns With(string driver, string fault) => new(driver, FaultRuns.Plan($$"""{ {{fault}} }"""));
}
