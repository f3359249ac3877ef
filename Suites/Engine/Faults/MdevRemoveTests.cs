using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Faults;

[TestFixture]
public sealed class MdevRemoveTests
{
    private const ulong Seeds = 20;

    [TestCase("vfio-ap-5.3")]
    [TestCase("vfio-ap-6.9")]
    [TestCase("golden")]
    public void The_VMM_closes_the_device_first_and_the_guest_lives_on(string driver)
    {
        FaultRuns runs = With(driver, """ "fault": "mdev-remove" """);
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            MachineEvent bite = runs.Run(seed).Events(EventKind.FaultBit).Single();
            int vmm = bite.Queue / 2;
            Assert.That(
                runs.Events(EventKind.OperationEntered).Where(e => e.Actor == vmm && e.Step > bite.Step).Select(e => (DriverOperation)e.A),
                Is.EqualTo((DriverOperation[])[DriverOperation.CloseDevice, DriverOperation.RemoveMdev]), "and nobody opens it again");
            MachineEvent removed = runs.Events(EventKind.OperationExited).Single(e => e.A == (long)DriverOperation.RemoveMdev);
            Assert.That(StepOf(runs, Op.StopVcpus, vmm, bite.Step), Is.GreaterThan(removed.Step));
            Assert.That(runs.Oracles(), Is.Empty);
        }
    }

    [Test]
    public void The_others_keep_theirs()
    {
        FaultRuns runs = With("vfio-ap-6.9", """ "fault": "mdev-remove", "apqn": "06.0004" """).Run(1);
        Assert.That(runs.Events(EventKind.OperationEntered).Count(e => e.A == (long)DriverOperation.OpenDevice && e.B == 0), Is.EqualTo(2), "both guests of the first one");
        Assert.That(runs.Events(EventKind.OperationEntered).Single(e => e.A == (long)DriverOperation.RemoveMdev).B, Is.EqualTo(1));
    }

    /// <summary>Its files are closed by the kernel, which lets the removal go on.</summary>
    [TestCase("vmm-kill")]
    [TestCase("guest-crash")]
    public void A_VMM_that_dies_meanwhile_does_not_keep_it(string fault)
    {
        FaultRuns runs = new("vfio-ap-6.9", FaultRuns.Plan($$"""{ "fault": "mdev-remove" }, { "fault": "{{fault}}" }"""));
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            MachineEvent removed = runs.Run(seed).Events(EventKind.OperationEntered).Single(e => e.A == (long)DriverOperation.RemoveMdev);
            Assert.That(runs.Events(EventKind.OperationExited).Last(e => e.A == (long)DriverOperation.CloseDevice && e.B == removed.B).Step, Is.LessThan(removed.Step));
            Assert.That(runs.Oracles(), Is.Empty);
        }
    }

    [Test]
    public void A_guest_that_has_gone_is_left_alone()
    {
        FaultRuns runs = With("golden", """ "fault": "mdev-remove", "count": 0, "on": { "operation": "close-device", "when": "exit" } """).Run(1);
        Assert.That(runs.Events(EventKind.FaultPassed).Select(e => e.B), Is.Not.Empty.And.All.EqualTo((long)PassReason.Nobody));
        Assert.That(runs.Events(EventKind.FaultBit), Is.Empty);
    }

    /// <summary>The reset that close gave up waiting for still runs: removal is too late to help.</summary>
    [Test]
    public void An_impatient_driver_has_unpinned_by_then()
    {
        FaultRuns runs = new(
            "vfio-ap-5.11", FaultRuns.Plan("""{ "fault": "mdev-remove", "on": { "instruction": "aqic", "actor": "driver", "when": "after" } }, { "fault": "slow-reset", "duration": "200ms" }"""), "irq-off-at-end");
        var found = new SortedSet<string>(StringComparer.Ordinal);
        for (ulong seed = 0; seed < Seeds; seed++)
            found.UnionWith(runs.Run(seed).Oracles());
        Assert.That(found, Does.Contain("nib-store-after-unpin"));
    }

    private static int StepOf(FaultRuns runs, Op op, int actor, int after) =>
        runs.Trace.Events.First(e => e.Kind == EventKind.Step && e.Op == op && e.Actor == actor && e.Step > after).Step;

    private static FaultRuns With(string driver, string fault) => new(driver, FaultRuns.Plan($$"""{ {{fault}} }"""));
}
