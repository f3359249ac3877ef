using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Running;

/// <summary>
/// The machine's state after each step of a traced run, as what changed: read from the machine's own records, not derived from events.
/// </summary>
/// <remarks>
/// A slot is one field of one thing. Slots are numbered group by group, thing by thing, field by field: those of the first thing of a
/// group stand together. All slots begin at 0; the first note says what differs from it.
/// </remarks>
public sealed class StateLog
{
    private const long NoInstant = -1;
    private const long NeverComes = -2;

    private readonly List<(int Slot, long Value)> _changes = [];
    private readonly List<(int Changes, int Events)> _notes = [];
    private readonly List<(StateField Field, int Thing)> _slots = [];
    private readonly List<Stack<int>> _operations = [];
    private long[] _values = [];
    private RunEngine _engine = null!;
    private int _events;

    /// <summary>How many steps were noted.</summary>
    public int Count => _notes.Count;

    /// <summary>Names of the things, group by group in the order of <see cref="StateGroup"/>.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Things { get; private set; } = [];

    /// <summary>What changed in one noted step.</summary>
    /// <param name="note">The step's position, from 0.</param>
    /// <returns>Slots and their new values, ascending by slot.</returns>
    public IEnumerable<(int Slot, long Value)> Changes(int note)
    {
        var first = note == 0 ? 0 : _notes[note - 1].Changes;
        return _changes.Skip(first).Take(_notes[note].Changes - first);
    }

    /// <summary>How many events the trace had when a step was noted.</summary>
    /// <param name="note">The step's position, from 0.</param>
    /// <returns>The count.</returns>
    public int EventsAt(int note) => _notes[note].Events;

    internal void Clear()
    {
        _changes.Clear();
        _notes.Clear();
        _operations.ForEach(operations => operations.Clear());
        Array.Clear(_values);
        _events = 0;
    }

    /// <summary>Notes what the step that just ended has changed.</summary>
    internal void Note(RunEngine engine, Trace trace)
    {
        if (_engine != engine)
        {
            Prepare(engine);
        }

        FollowOperations(trace.Events);
        for (var slot = 0; slot < _values.Length; slot++)
        {
            var (field, thing) = _slots[slot];
            var value = field.Read(this, thing);
            if (value != _values[slot])
            {
                _values[slot] = value;
                _changes.Add((slot, value));
            }
        }

        _notes.Add((_changes.Count, trace.Events.Count));
    }

    // --- what fields read ----------------------------------------------------------------------------------------------------------

    internal ApMachine Machine => _engine.Machine;

    internal ReadOnlySpan<FaultState> Faults => _engine.FaultStates;

    internal int DeedOf(int actor) => (int)_engine.DeedOf(actor);

    internal int WantedLockOf(int actor) => _engine.WantedLockOf(actor);

    /// <summary>Who holds a lock, or -1.</summary>
    internal int HolderOf(int index) => _engine.ActorOfSlot(Machine.Locks[index].Holder - 1);

    /// <summary>The driver operation that an actor is in; of nested ones the innermost.</summary>
    internal int OperationOf(int actor) => _operations[actor].TryPeek(out var operation) ? operation : 0;

    /// <summary>When a timer of a queue ends.</summary>
    internal long InstantOf(int queue, int timer, bool counts)
    {
        var slot = Machine.QueueTimer(queue, timer);
        var remaining = Machine.Timers.Remaining[slot];
        return !counts ? NoInstant
            : Machine.Timers.IsReady(slot) ? Machine.NowNs
            : remaining == VirtualTime.Never ? NeverComes : Machine.NowNs + remaining;
    }

    private void Prepare(RunEngine engine)
    {
        _engine = engine;
        var topology = engine.Setup.Scenario.Topology;
        Things =
        [
            Names(engine.ActorCount, engine.LaneName),
            Names(topology.QueueCount, engine.Names.Queue),
            Names(Machine.Pages.Length, page => $"0x{page + ApMachine.FirstPage:x}"),
            Names(topology.Guests.Count, engine.Names.Guest),
            Names(Machine.Locks.Length, engine.Names.Lock),
            Names(topology.Adapters.Count, adapter => $"{topology.Adapters[adapter]:x2}"),
            Names(engine.Setup.Faults.Count, engine.Names.Fault),
        ];
        _slots.Clear();
        for (var group = 0; group < Things.Count; group++)
        {
            var fields = StateField.All.Where(field => (int)field.Group == group).ToList();
            for (var thing = 0; thing < Things[group].Count; thing++)
            {
                _slots.AddRange(fields.Select(field => (field, thing)));
            }
        }

        _values = new long[_slots.Count];
        _operations.Clear();
        _operations.AddRange(Things[(int)StateGroup.Actor].Select(_ => new Stack<int>()));
    }

    private static List<string> Names(int count, Func<int, string> name) => [.. Enumerable.Range(0, count).Select(name)];

    private void FollowOperations(IReadOnlyList<MachineEvent> events)
    {
        for (; _events < events.Count; _events++)
        {
            var e = events[_events];
            if (e.Kind == EventKind.OperationEntered && e.Actor >= 0)
            {
                _operations[_engine.ActorOfSlot(e.Actor)].Push((int)e.A);
            }
            else if (e.Kind == EventKind.OperationExited && e.Actor >= 0)
            {
                _operations[_engine.ActorOfSlot(e.Actor)].TryPop(out _);
            }
        }
    }
}
