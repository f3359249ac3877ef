using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Faults;

[TestFixture]
public sealed class DmaUnmapTests
{
    private const ulong Seeds = 20;

    /// <summary>bug-history #4 b: the page goes, and the queue still stores into it.</summary>
    [Test]
    public void In_5_3_the_page_of_the_NIB_goes_while_interruption_stays_on() =>
        Assert.That(Found("vfio-ap-5.3", "nib"), Is.SupersetOf(new[] { "nib-store-after-unpin", "nib-store-foreign-page", "unpin-not-pinned" }));

    /// <summary>bug-history #4 a: a pin is given back that never was.</summary>
    [Test]
    public void In_5_3_a_range_without_the_NIB_is_unpinned_too() => Assert.That(Found("vfio-ap-5.3", "other"), Does.Contain("unpin-not-pinned"));

    [Test]
    public void From_6_2_on_interruption_is_disabled_first([Values("vfio-ap-6.3", "vfio-ap-6.9", "golden")] string driver, [Values("nib", "other", "all")] string range) =>
        Assert.That(Found(driver, range), Is.Empty);

    [Test]
    public void The_memory_belongs_to_somebody_else_afterwards_and_cannot_be_pinned()
    {
        FaultRuns runs = With("vfio-ap-6.9", """ "range": "all", "on": { "operation": "open-device", "when": "exit" } """).Run(1);
        MachineEvent unmapped = runs.Events(EventKind.OperationExited).First(e => e.A == (long)DriverOperation.DmaUnmap);
        int guest = runs.Trace.Events.First(e => e.Kind == EventKind.PageGiven && e.Step > unmapped.Step).Guest;
        Assert.That(runs.Events(EventKind.PageGiven).Where(e => e.Step > unmapped.Step).Take(4).Select(e => e.Guest), Is.All.EqualTo(guest));
    }

    private static SortedSet<string> Found(string driver, string range)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        FaultRuns runs = With(driver, $$""" "range": "{{range}}" """);
        for (ulong seed = 0; seed < Seeds; seed++)
            found.UnionWith(runs.Run(seed).Oracles());
        return found;
    }

    private static FaultRuns With(string driver, string options) => new(driver, FaultRuns.Plan($$"""{ "fault": "dma-unmap", {{options}} }"""));
}
