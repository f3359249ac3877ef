using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Faults;

/// <summary><c>guest-crash</c>, <c>vmm-kill</c> and <c>subsystem-reset</c>.</summary>
[TestFixture]
public sealed class GuestEventTests
{
    private const ulong Seeds = 20;

    [TestCase("guest-crash")]
    [TestCase("vmm-kill")]
    public void From_that_moment_on_the_guest_issues_nothing(string fault)
    {
        FaultRuns runs = With("vfio-ap-6.9", $$""" "fault": "{{fault}}" """);
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            MachineEvent bite = runs.Run(seed).Events(EventKind.FaultBit).Single();
            int guest = runs.Events(EventKind.Enqueued).First(e => e.Step == bite.Step).Guest;
            Assert.That(runs.Events(EventKind.Instruction).Where(e => e.B == (long)ActorClass.Guest && e.Guest == guest && e.Step > bite.Step), Is.Empty);
            Assert.That(runs.Oracles(), Is.Empty);
        }
    }

    [Test]
    public void A_crashed_guest_may_be_reset_and_live_on()
    {
        FaultRuns runs = With("vfio-ap-6.9", """ "fault": "guest-crash", "then": "reset" """);
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            MachineEvent bite = runs.Run(seed).Events(EventKind.FaultBit).Single();
            int guest = runs.Events(EventKind.Enqueued).First(e => e.Step == bite.Step).Guest;
            MachineEvent reset = runs.Events(EventKind.OperationExited).First(e => e.A == (long)DriverOperation.ResetDevice);
            Assert.That(runs.Events(EventKind.SubsystemReset).Single().Guest, Is.EqualTo(guest));
            Assert.That(runs.Events(EventKind.Instruction).Where(e => e.B == (long)ActorClass.Guest && e.Guest == guest && e.Step > reset.Step), Is.Not.Empty);
            Assert.That(runs.Oracles(), Is.Empty);
        }
    }

    [Test]
    public void The_memory_of_a_killed_VMM_goes_first_and_its_files_in_any_order()
    {
        FaultRuns runs = With("vfio-ap-6.9", """ "fault": "vmm-kill" """);
        var orders = new SortedSet<bool>();
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            MachineEvent bite = runs.Run(seed).Events(EventKind.FaultBit).Single();
            int vmm = bite.Queue / 2;
            int released = runs.Trace.Events.First(e => e.Kind == EventKind.Step && e.Op == Op.ReleaseMemory && e.Actor == vmm && e.Step > bite.Step).Step;
            int deviceClosed = runs.Trace.Events.First(e => e.Kind == EventKind.OperationEntered && e.A == (long)DriverOperation.CloseDevice && e.Actor == vmm && e.Step > bite.Step).Step;
            int kvmClosed = runs.Trace.Events.First(e => e.Kind == EventKind.Step && e.Op == Op.CloseKvm && e.Actor == vmm && e.Step > bite.Step).Step;
            Assert.That(released, Is.LessThan(Math.Min(deviceClosed, kvmClosed)));
            orders.Add(kvmClosed < deviceClosed);
        }

        Assert.That(orders, Is.EqualTo((bool[])[false, true]));
    }

    /// <summary>bug-history #3: KVM is gone first.</summary>
    [Test]
    public void In_5_3_a_kill_may_leave_the_guests_things_behind()
    {
        FaultRuns runs = With("vfio-ap-5.3", """ "fault": "vmm-kill" """);
        var found = new SortedSet<string>(StringComparer.Ordinal);
        for (ulong seed = 0; seed < Seeds; seed++)
            found.UnionWith(runs.Run(seed).Oracles());
        Assert.That(found, Is.SupersetOf(new[] { "pin-leak", "kvm-reference-leak" }));
    }

    [TestCase("reset", 1)]
    [TestCase("left-alone", 0)]
    public void A_subsystem_reset_resets_the_device_or_not(string device, int resets)
    {
        FaultRuns runs = With("golden", $$""" "fault": "subsystem-reset", "device": "{{device}}" """).Run(1);
        Assert.That(runs.Events(EventKind.SubsystemReset).Count(), Is.EqualTo(1));
        Assert.That(runs.Events(EventKind.OperationEntered).Count(e => e.A == (long)DriverOperation.ResetDevice), Is.EqualTo(resets));
    }

    [Test]
    public void A_guest_that_is_about_to_go_is_left_alone()
    {
        FaultRuns runs = With("golden", """ "fault": "guest-crash", "count": 0, "on": { "operation": "close-device" } """).Run(1);
        Assert.That(runs.Events(EventKind.FaultPassed).Select(e => e.B), Is.Not.Empty.And.All.EqualTo((long)PassReason.Nobody));
        Assert.That(runs.Events(EventKind.FaultBit), Is.Empty);
    }

    private static FaultRuns With(string driver, string fault) => new(driver, FaultRuns.Plan($$"""{ {{fault}} }"""));
}
