using ApChaos.Drivers;
using ApChaos.Faults;
using ApChaos.Running;
using ApChaos.Suites.Engine.Histories;

namespace ApChaos.Suites.Engine.Running;

/// <summary>Shrinking compares schedules of scenarios of which parts were left out: by names of slots, not by their numbers.</summary>
[TestFixture]
public sealed class SlotNameTests
{
    private static readonly int[] Guests = [0, 1];

    [Test]
    public void A_slot_has_the_same_name_with_and_without_a_racing_vcpu()
    {
        RunEngine without = HistoryRuns.MakeEngine(new VfioAp69(), new SlowReset(), "documented");
        RunEngine with = HistoryRuns.MakeEngine(new VfioAp69(), new VcpuRace(), "documented");
        int[] names = Names(without, fault: 0);
        Assert.That(names, Is.Unique);
        Assert.That(Names(with, fault: 0), Is.Unique.And.SupersetOf(names));
        Assert.That(with.SlotCount, Is.EqualTo(without.SlotCount + 1));
    }

    [Test]
    public void The_slots_of_a_fault_are_named_after_its_place_in_the_plan()
    {
        RunEngine engine = HistoryRuns.MakeEngine(new VfioAp69(), new VcpuRace(), "documented");
        int common = Names(engine, fault: 0).Intersect(Names(engine, fault: 1)).Count();
        Assert.That(common, Is.EqualTo(engine.SlotCount - FaultEngine.TimersPerFault - 1));
    }

    private static int[] Names(RunEngine engine, int fault) =>
        [.. Enumerable.Range(0, engine.SlotCount).Select(slot => engine.NameOfSlot(slot, Guests, [fault]))];
}
