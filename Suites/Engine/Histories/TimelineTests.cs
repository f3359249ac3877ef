using System.Globalization;
using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Drivers;
using ApChaos.Exploring;
using ApChaos.Faults;
using ApChaos.Oracles;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Histories;

/// <summary>The machine's state beside each entry of a history: what it says is what the machine's own records said.</summary>
[TestFixture]
public sealed class TimelineTests
{
    [Test]
    public async Task Scenario_2_with_what_each_step_changes()
    {
        Timeline timeline = LateStore(out _);
        StateNames names = new(timeline);
        IEnumerable<string> lines = timeline.Entries.Select((entry, i) => string.Create(
            CultureInfo.InvariantCulture,
            $"{Mark(timeline, i)} {entry.Step,3} {VirtualTime.FormatInstant(entry.TimeNs),11}  {entry.Who}: {entry.Text}\n      {string.Join("; ", entry.Changes.Select(names.Tell))}\n      {string.Join("; ", entry.Signs.Select(names.Tell))}"));
        await Verify(string.Join('\n', lines)).UseDirectory("Approved");
    }

    [Test]
    public void All_changes_together_are_the_state_of_the_machine_at_the_end()
    {
        Timeline timeline = LateStore(out RunEngine engine);
        SortedDictionary<int, long> state = StateAt(timeline, timeline.Entries.Count - 1);
        StateNames names = new(timeline);
        for (int queue = 0; queue < engine.Machine.Queues.Length; queue++)
        {
            Assert.That(Read(StateGroup.Queue, queue, "irq"), Is.EqualTo((long)engine.Machine.Queues[queue].Irq));
            Assert.That(Read(StateGroup.Queue, queue, "reset"), Is.EqualTo((long)engine.Machine.Queues[queue].Reset));
            Assert.That(Read(StateGroup.Queue, queue, "owner"), Is.EqualTo((long)engine.Machine.Queues[queue].Owner));
        }

        for (int page = 0; page < engine.Machine.Pages.Length; page++)
        {
            Assert.That(Read(StateGroup.Page, page, "pins"), Is.EqualTo((long)engine.Machine.Pages[page].Pins));
            Assert.That(Read(StateGroup.Page, page, "owner"), Is.EqualTo((long)engine.Machine.Pages[page].Owner));
        }

        for (int guest = 0; guest < engine.Machine.Guests.Length; guest++)
            Assert.That(Read(StateGroup.Guest, guest, "kvm references"), Is.EqualTo((long)engine.Machine.Guests[guest].References));

        long Read(StateGroup group, int thing, string field) => state.GetValueOrDefault(names.SlotOf(group, thing, field));
    }

    [Test]
    public void The_store_after_the_unpin_hits_a_page_without_pins_whose_cause_is_the_unpin()
    {
        Timeline timeline = LateStore(out _);
        StateNames names = new(timeline);
        (int thing, _) = timeline.Entries[timeline.Violation].Signs.Single(sign => sign.Sign == TimelineSign.Store && names.GroupOf(sign.Thing) == StateGroup.Page);
        Assert.That(timeline.Entries[timeline.Cause].Signs, Has.Member((thing, TimelineSign.Unpin)));
        int page = thing - timeline.FirstOf(StateGroup.Page);
        int slot = names.SlotOf(StateGroup.Page, page, "pins");
        Assert.That(StateAt(timeline, timeline.Cause - 1)[slot], Is.EqualTo(1));
        Assert.That(StateAt(timeline, timeline.Violation)[slot], Is.Zero);
    }

    [Test]
    public void Following_the_state_changes_nothing_of_the_run()
    {
        RunEngine engine = HistoryRuns.MakeEngine(new VfioAp69(), new SlowReset(), "hostile");
        var walk = new RandomWalk();
        for (ulong seed = 0; seed < 10; seed++)
        {
            walk.Restart(seed);
            engine.Run(walk);
            (int Steps, ulong Hash) without = (engine.Steps, engine.Hash);
            walk.Restart(seed);
            engine.Run(walk, new Trace { States = new StateLog() });
            Assert.That((engine.Steps, engine.Hash), Is.EqualTo(without));
        }
    }

    [Test]
    public void The_vcpu_of_a_fault_has_a_lane_behind_those_of_the_scenario()
    {
        RunEngine engine = HistoryRuns.MakeEngine(new VfioAp69(), new VcpuRace(), "documented");
        var trace = new Trace { States = new StateLog() };
        engine.Run(new RandomWalk(), trace);
        Timeline timeline = TimelineWriter.Write(trace, engine, null);
        IReadOnlyList<string> lanes = timeline.Things[(int)StateGroup.Actor];
        Assert.That(lanes, Has.Exactly(1).StartsWith("vCPU of").And.Exactly(1).EqualTo("AP bus"));
        Assert.That(timeline.Entries.Select(entry => entry.Actor), Is.All.LessThan(lanes.Count));
        Assert.That(timeline.Entries.Where(entry => entry.Actor == lanes.Count - 1), Is.Not.Empty);
    }

    [Test]
    public void A_long_history_keeps_its_ends_its_cause_and_the_state_at_every_entry()
    {
        RunEngine engine = HistoryRuns.MakeEngine(new VfioAp69(), new SlowReset(), "hostile");
        engine.StopAtOracle = engine.Setup.Oracles.Select((oracle, index) => (oracle, index)).Single(pair => pair.oracle is OperationHang).index;
        var walk = new RandomWalk();
        var trace = new Trace { States = new StateLog() };
        int judged = 0;
        for (ulong seed = 0; seed < 40 && judged < 3; seed++)
        {
            walk.Restart(seed);
            engine.Run(walk, trace);
            if (engine.FindingCount == 0)
                continue;
            Timeline whole = TimelineWriter.Write(trace, engine, engine.Findings[engine.FindingCount - 1]);
            if (whole.Entries.Count < 80)
                continue;
            judged++;
            Timeline cut = whole.Bounded(64);
            Assert.That(cut.Entries.Count(entry => entry.Kind != TimelineKind.Gap), Is.InRange(32, 64));
            Assert.That(Same(cut.Violation, whole.Violation) && Same(cut.Cause, whole.Cause), Is.True);
            Assert.That(cut.Short.Select(line => cut.Entries[line.Entry]), Is.EqualTo(whole.Short.Select(line => whole.Entries[line.Entry])));
            foreach (TimelineEntry entry in cut.Entries.Where(entry => entry.Kind != TimelineKind.Gap))
            {
                int there = whole.Entries.ToList().IndexOf(entry);
                Assert.That(StateAt(cut, cut.Entries.ToList().IndexOf(entry)), Is.EqualTo(StateAt(whole, there)));
            }

            bool Same(int here, int there) => here < 0 ? there < 0 : cut.Entries[here] == whole.Entries[there];
        }

        Assert.That(judged, Is.Positive);
    }

    private static Timeline LateStore(out RunEngine engine)
    {
        var trace = new Trace { States = new StateLog() };
        engine = HistoryRuns.LateStore(trace);
        IReadOnlyList<Oracle> oracles = engine.Setup.Oracles;
        return TimelineWriter.Write(trace, engine, engine.Findings.ToArray().Single(found => oracles[found.Oracle] is NibStoreAfterUnpin));
    }

    private static char Mark(Timeline timeline, int entry) =>
        entry == timeline.Violation ? 'V' : entry == timeline.Cause ? 'C' : timeline.Entries[entry].Kind switch { TimelineKind.Fault => 'F', TimelineKind.Wait => 'W', _ => ' ' };

    private static SortedDictionary<int, long> StateAt(Timeline timeline, int last)
    {
        var state = new SortedDictionary<int, long>();
        foreach ((int slot, long value) in timeline.Entries.Take(last + 1).SelectMany(entry => entry.Changes))
            state[slot] = value;
        return state;
    }

    /// <summary>Names slots and things by the rules that the page follows too.</summary>
    private sealed class StateNames
    {
        private readonly Timeline timeline;
        private readonly List<(StateGroup Group, int Thing, StateField Field)> slots = [];

        public StateNames(Timeline timeline)
        {
            this.timeline = timeline;
            foreach (StateGroup group in Enum.GetValues<StateGroup>())
            {
                for (int thing = 0; thing < timeline.Things[(int)group].Count; thing++)
                    slots.AddRange(StateField.All.Where(field => field.Group == group).Select(field => (group, thing, field)));
            }
        }

        public int SlotOf(StateGroup group, int thing, string field) =>
            slots.FindIndex(slot => slot.Group == group && slot.Thing == thing && slot.Field.Name == field);

        public StateGroup GroupOf(int thing) => Enum.GetValues<StateGroup>().Last(group => timeline.FirstOf(group) <= thing);

        public string Tell((int Slot, long Value) change)
        {
            (StateGroup group, int thing, StateField field) = slots[change.Slot];
            string value = field.Kind == StateKind.Word ? field.Words[(int)change.Value] : change.Value.ToString(CultureInfo.InvariantCulture);
            return $"{timeline.Things[(int)group][thing]} {field.Name} {value}";
        }

        public string Tell((int Thing, TimelineSign Sign) sign) =>
            $"{sign.Sign} {timeline.Things[(int)GroupOf(sign.Thing)][sign.Thing - timeline.FirstOf(GroupOf(sign.Thing))]}";
    }
}
