using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Faults;

[TestFixture]
public sealed class VcpuRaceTests
{
    private const ulong Seeds = 20;

    [TestCase("aqic-enable")]
    [TestCase("aqic-disable")]
    public void Two_interceptions_of_one_queue_overlap_and_either_may_come_first(string instruction)
    {
        FaultRuns runs = With("vfio-ap-6.9", $$""" "instruction": "{{instruction}}" """);
        var orders = new SortedSet<bool>();
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            MachineEvent bite = runs.Run(seed).Events(EventKind.FaultBit).Single();
            MachineEvent[] aqics = [.. runs.Events(EventKind.Instruction).Where(e => e.Op == Op.Aqic && e.Queue == bite.Queue).Take(2)];
            Assert.That(aqics.Select(e => e.Actor), Is.Unique);
            orders.Add(aqics[0].Actor == bite.Actor);
        }

        Assert.That(orders, Is.EqualTo((bool[])[false, true]));
    }

    [Test]
    public void A_racing_ZAPQ_is_the_guests_own()
    {
        FaultRuns runs = With("vfio-ap-6.9", """ "instruction": "zapq" """).Run(1);
        MachineEvent bite = runs.Events(EventKind.FaultBit).Single();
        MachineEvent zapq = runs.Events(EventKind.Instruction).First(e => e.Op == Op.Zapq);
        Assert.That((zapq.Queue, zapq.B), Is.EqualTo((bite.Queue, (long)ActorClass.Guest)));
        Assert.That(runs.Engine.ActorName(zapq.Actor), Does.StartWith("vCPU2 of G"));
    }

    [Test]
    public void The_VMM_waits_for_it_before_it_closes([Values("golden", "vfio-ap-6.9", "vfio-ap-5.3")] string driver)
    {
        FaultRuns runs = With(driver, """ "count": 0 """);
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            runs.Run(seed);
            Assert.That(runs.Events(EventKind.UseAfterFree).Concat(runs.Events(EventKind.NullDereference)).Concat(runs.Events(EventKind.DriverCrash)), Is.Empty);
            Assert.That(runs.Engine.End, Is.EqualTo(RunEnd.AtRest));
        }
    }

    private static FaultRuns With(string driver, string options) => new(driver, FaultRuns.Plan($$"""{ "fault": "vcpu-race", {{options}} }"""));
}
