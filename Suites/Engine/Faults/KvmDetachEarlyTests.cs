using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Faults;

[TestFixture]
public sealed class KvmDetachEarlyTests
{
    /// <summary>bug-history #2 and S16.</summary>
    [Test]
    public void The_5_3_kernel_forgets_its_guest_and_all_that_belongs_to_it()
    {
        FaultRuns runs = With("vfio-ap-5.3");
        var found = new SortedSet<string>(StringComparer.Ordinal);
        for (ulong seed = 0; seed < 20; seed++)
            found.UnionWith(runs.Run(seed).Oracles());
        Assert.That(found, Is.SupersetOf(new[] { "pin-leak", "gisc-leak", "kvm-reference-leak", "irq-left-enabled", "dirty-handover" }));
    }

    [Test]
    public void The_5_11_kernel_cleans_up_when_it_is_told()
    {
        FaultRuns runs = With("vfio-ap-5.11").Run(1);
        Assert.That(runs.Events(EventKind.OperationEntered).Count(e => e.A == (long)DriverOperation.SetKvm), Is.EqualTo(1));
        Assert.That(runs.Oracles(), Has.None.EqualTo("kvm-reference-leak").And.None.EqualTo("pin-leak").And.None.EqualTo("gisc-leak"));
    }

    [TestCase("vfio-ap-6.3")]
    [TestCase("vfio-ap-6.9")]
    [TestCase("golden")]
    public void Later_generations_have_no_such_notifier_and_the_trace_says_so(string driver)
    {
        FaultRuns runs = With(driver).Run(1);
        Assert.That(runs.Events(EventKind.FaultPassed).Single().B, Is.EqualTo((long)PassReason.Generation));
        Assert.That(runs.Events(EventKind.FaultBit), Is.Empty);
    }

    [Test]
    public void The_device_is_closed_after_it()
    {
        FaultRuns runs = With("vfio-ap-5.3").Run(1);
        DriverOperation[] operations = [.. runs.Events(EventKind.OperationEntered)
            .Where(e => e.Actor == runs.Events(EventKind.OperationEntered).First(s => s.A == (long)DriverOperation.SetKvm).Actor)
            .Select(e => (DriverOperation)e.A)];
        Assert.That(operations.SkipWhile(operation => operation != DriverOperation.SetKvm).Skip(1).First(), Is.EqualTo(DriverOperation.CloseDevice));
    }

    private static FaultRuns With(string driver) => new(driver, FaultRuns.Plan("""{ "fault": "kvm-detach-early" }"""));
}
