using ApChaos.Abstractions;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>Turns the trace of a run, with its <see cref="StateLog"/>, into a timeline.</summary>
/// <remarks>
/// The rule to know: the changes of a step belong to the last entry that tells of it, so that the state beside an entry holds all that
/// happened up to and including it. A step that nobody can see leaves its changes to the next entry.
/// </remarks>
public static class TimelineWriter
{
    /// <summary>Makes a timeline.</summary>
    /// <param name="trace">The trace; it must have noted states.</param>
    /// <param name="engine">The engine that made it, after the run.</param>
    /// <param name="finding">The finding that the history ends with, or null.</param>
    /// <returns>The timeline.</returns>
    public static Timeline Write(Trace trace, RunEngine engine, Finding? finding)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(engine);
        var states = trace.States ?? throw new ArgumentException("the trace noted no states", nameof(trace));
        var read = new TraceReader(trace, engine).Read();
        var firsts = new int[states.Things.Count];
        for (var group = 1; group < firsts.Length; group++)
        {
            firsts[group] = firsts[group - 1] + states.Things[group - 1].Count;
        }

        var entries = new List<TimelineEntry>(read.Count);
        var note = 0;
        var changes = new SortedDictionary<int, long>();
        for (var i = 0; i < read.Count; i++)
        {
            // All steps that end before the next entry begins.
            var end = i + 1 < read.Count ? read[i + 1].Events[0] : int.MaxValue;
            for (; note < states.Count && EndsBefore(states, note, end); note++)
            {
                foreach (var (slot, value) in states.Changes(note))
                {
                    changes[slot] = value;
                }
            }

            entries.Add(Entry(read[i], trace.Events, engine, firsts, [.. changes.Select(change => (change.Key, change.Value))]));
            changes.Clear();
        }

        if (finding is not { } found)
        {
            return new Timeline { Things = states.Things, Entries = entries, Violation = -1, Cause = -1, Short = [] };
        }

        var history = new ShortHistory(trace.Events, read, in found);
        return new Timeline
        {
            Things = states.Things,
            Entries = entries,
            Violation = history.Violation,
            Cause = history.Cause,
            Short = history.Pick(HistoryWriter.ShortMax),
        };
    }

    /// <summary>Whether a step ends before an event; one without events is counted to what follows.</summary>
    private static bool EndsBefore(StateLog states, int note, int e) =>
        states.EventsAt(note) < e || (states.EventsAt(note) == e && (note == 0 || states.EventsAt(note - 1) != e));

    private static TimelineEntry Entry(TraceEntry entry, IReadOnlyList<MachineEvent> events, RunEngine engine, int[] firsts, IReadOnlyList<(int Slot, long Value)> changes)
    {
        var signs = new SortedSet<(int Thing, TimelineSign Sign)>();
        foreach (var index in entry.Events)
        {
            AddSigns(events[index], firsts, signs);
        }

        var kind = entry.Kind switch
        {
            EntryKind.Fault => TimelineKind.Fault,
            EntryKind.Wait => TimelineKind.Wait,
            _ => TimelineKind.Deed,
        };
        return new TimelineEntry(kind, entry.Step, entry.TimeNs, kind == TimelineKind.Fault ? -1 : engine.ActorOfSlot(entry.Actor), entry.Who, entry.Text, [.. signs], changes);
    }

    private static void AddSigns(in MachineEvent e, int[] firsts, SortedSet<(int Thing, TimelineSign Sign)> signs)
    {
        var (group, thing, sign) = e.Kind switch
        {
            EventKind.Instruction => (StateGroup.Queue, e.Queue, TimelineSign.Instruction),
            EventKind.NibStore or EventKind.IpmStore => (StateGroup.Queue, e.Queue, TimelineSign.Store),
            EventKind.Pinned => (StateGroup.Page, PageOf(e.A), TimelineSign.Pin),
            EventKind.Unpinned => (StateGroup.Page, PageOf(e.A), TimelineSign.Unpin),
            EventKind.PageGiven => (StateGroup.Page, PageOf(e.A), TimelineSign.Change),
            EventKind.Warned or EventKind.Logged => (StateGroup.Queue, e.Queue, TimelineSign.Word),
            EventKind.AdapterDeconfigured or EventKind.AdapterConfigured or EventKind.AdapterCheckstopped or EventKind.AdapterRemoved
                or EventKind.AdapterAdded => (StateGroup.Adapter, e.A, TimelineSign.Change),
            EventKind.FaultFired or EventKind.FaultBit or EventKind.FaultLifted => (StateGroup.Fault, e.A, TimelineSign.Fault),
            EventKind.LockMisused => (StateGroup.Lock, e.A, TimelineSign.Change),
            EventKind.GiscRegistered or EventKind.GiscUnregistered or EventKind.GiscFailed or EventKind.GuestCreated or EventKind.GuestDestroyed
                or EventKind.GibAlert or EventKind.InterruptDelivered or EventKind.SubsystemReset => (StateGroup.Guest, e.Guest, TimelineSign.Change),
            EventKind.Step or EventKind.OperationEntered or EventKind.OperationExited => (StateGroup.Queue, -1L, TimelineSign.Change),
            _ => (StateGroup.Queue, e.Queue, TimelineSign.Change),
        };
        Add(group, thing, sign);
        switch (e.Kind)
        {
            case EventKind.NibStore:
                Add(StateGroup.Page, PageOf(e.A >> 12), TimelineSign.Store);
                break;
            case EventKind.IpmStore:
                Add(StateGroup.Guest, e.Guest, TimelineSign.Store);
                break;
            case EventKind.FaultFired or EventKind.FaultBit:
                Add(StateGroup.Queue, e.Queue, TimelineSign.Fault);
                break;
            default:
                break;
        }

        void Add(StateGroup group, long thing, TimelineSign sign)
        {
            if (thing >= 0)
            {
                signs.Add((firsts[(int)group] + (int)thing, sign));
            }
        }
    }

    private static long PageOf(long page) => page - ApMachine.FirstPage;
}
