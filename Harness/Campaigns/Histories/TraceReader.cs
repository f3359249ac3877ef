using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>What the line of an entry tells of.</summary>
internal enum EntryKind
{
    /// <summary>An actor's operation, or the hardware's event.</summary>
    Deed,

    /// <summary>What a fault does.</summary>
    Fault,

    /// <summary>An actor begins to wait for a lock.</summary>
    Wait,
}

/// <summary>One line of a trace, and the events that it tells of.</summary>
/// <param name="Kind">What it tells of.</param>
/// <param name="Step">Step of the run.</param>
/// <param name="TimeNs">Virtual time.</param>
/// <param name="Actor">Position of the actor, or -1 for the hardware and the run itself.</param>
/// <param name="Who">Name of the actor.</param>
/// <param name="Text">What happens.</param>
/// <param name="Events">Positions of its events in the trace, ascending; at least one.</param>
internal sealed record TraceEntry(EntryKind Kind, int Step, long TimeNs, int Actor, string Who, string Text, IReadOnlyList<int> Events)
{
    internal HistoryLine ToLine(HistoryMark mark) =>
        new(Step, TimeNs, Who, Text, mark == HistoryMark.None && Kind == EntryKind.Fault ? HistoryMark.Fault : mark);
}

/// <summary>
/// Sorts the events of a trace into lines: events of one actor at one step and time belong together; those that a fault causes go to
/// the fault's own line.
/// </summary>
/// <remarks>
/// A fault that fires or is lifted acts at once, so what follows is its doing until the actor's own instruction is answered: a guest's
/// reset, an adapter that comes or goes. A fault that bends (<see cref="EventKind.FaultBit"/>) only says so; the bent reset or instruction
/// follows and is the actor's.
/// </remarks>
internal sealed class TraceReader
{
    private readonly Trace _trace;
    private readonly RunEngine _engine;
    private readonly IReadOnlyList<MachineEvent> _events;
    private readonly TraceText _text;
    private readonly List<TraceEntry> _entries = [];

    internal TraceReader(Trace trace, RunEngine engine)
    {
        _trace = trace;
        _engine = engine;
        _events = trace.Events;
        _text = new TraceText(trace, engine);
    }

    internal IReadOnlyList<TraceEntry> Read()
    {
        for (var first = 0; first < _events.Count;)
        {
            var end = first + 1;
            while (end < _events.Count && !Parts(end - 1, end))
            {
                end++;
            }

            ReadDeed(first, end);
            first = end;
        }

        return _entries;
    }

    private bool Parts(int before, int index)
    {
        var (last, next) = (_events[before], _events[index]);
        return next.Step != last.Step
            || next.Actor != last.Actor
            || next.TimeNs != last.TimeNs
            || next.Kind is EventKind.Healed or EventKind.AtRest or EventKind.Deadlocked or EventKind.Livelocked;
    }

    private void ReadDeed(int first, int end)
    {
        var step = IndexOf(EventKind.Step, first, end);
        var own = step < 0 ? -1 : OwnInstruction(first, step);
        var parts = new List<(EntryKind Kind, int Fault, List<int> Events)>();
        var fault = -1;
        for (var index = first; index < end; index++)
        {
            var e = _events[index];
            var kind = EntryKind.Fault;
            if (e.Kind is EventKind.FaultFired or EventKind.FaultLifted or EventKind.FaultPassed)
            {
                fault = (int)e.A;
                Part(parts, kind, fault).Add(index);
                continue;
            }

            if (e.Kind == EventKind.FaultBit)
            {
                Part(parts, kind, (int)e.A).Add(index);
                continue;
            }

            if (e.Kind == EventKind.LockWaited)
            {
                Part(parts, EntryKind.Wait, -1).Add(index);
                continue;
            }

            // Outside an actor's step only the fault acts.
            if (fault < 0 || (step >= 0 && !IsOfFault(index, own, parts, fault)))
            {
                kind = EntryKind.Deed;
                fault = -1;
            }

            Part(parts, kind, fault).Add(index);
        }

        foreach (var (kind, number, events) in parts)
        {
            Tell(kind, number, events, first, end);
        }
    }

    /// <summary>Position of the instruction that the actor asked for: a fault may make a guest issue another one in the same step.</summary>
    private int OwnInstruction(int first, int step)
    {
        var found = -1;
        for (var index = first; index < step; index++)
        {
            var e = _events[index];
            if (e.Kind == EventKind.Instruction && e.Op == _events[step].Op && (uint)e.A == (uint)_events[step].C
                && (found < 0 || e.B != (long)ActorClass.Guest || _events[found].B == (long)ActorClass.Guest))
            {
                found = index;
            }
        }

        return found;
    }

    private bool IsOfFault(int index, int own, List<(EntryKind Kind, int Fault, List<int> Events)> parts, int fault)
    {
        var e = _events[index];
        return e.Kind switch
        {
            EventKind.Instruction => index != own,
            EventKind.ResetStarted => e.C is (long)ActorClass.Guest or (long)ActorClass.Fault,
            EventKind.AdapterDeconfigured or EventKind.AdapterConfigured or EventKind.AdapterCheckstopped or EventKind.AdapterRemoved => true,
            EventKind.AdapterAdded or EventKind.SubsystemReset or EventKind.AsyncErrorRaised or EventKind.StateChangeStarted => true,
            EventKind.IrqOff or EventKind.ResetCompleted or EventKind.StateChangeEnded => Acted(Part(parts, EntryKind.Fault, fault)),
            _ => false,
        };
    }

    /// <summary>Whether a fault did more than fire, bend or end.</summary>
    private bool Acted(List<int> events) =>
        events.Exists(index => _events[index].Kind is not (EventKind.FaultFired or EventKind.FaultBit or EventKind.FaultLifted or EventKind.FaultPassed));

    private static List<int> Part(List<(EntryKind Kind, int Fault, List<int> Events)> parts, EntryKind kind, int fault)
    {
        var number = kind == EntryKind.Fault ? fault : -1;
        var found = parts.FindIndex(part => part.Kind == kind && part.Fault == number);
        if (found < 0)
        {
            found = parts.Count;
            parts.Add((kind, number, []));
        }

        return parts[found].Events;
    }

    private void Tell(EntryKind kind, int fault, List<int> events, int first, int end)
    {
        var e = _events[events[0]];
        var (who, text) = kind switch
        {
            EntryKind.Fault => ("fault", _text.OfFault(fault, events, end)),
            EntryKind.Wait => (_engine.Names.Actor(e.Actor), _text.OfWait(e)),
            _ => (IsOfRun(e) ? "run" : _engine.Names.Actor(e.Actor), _text.OfDeed(events, IndexOf(EventKind.Step, first, end))),
        };
        _entries.Add(new TraceEntry(kind, e.Step, e.TimeNs, e.Actor, who, text, events));
    }

    private static bool IsOfRun(in MachineEvent e) =>
        e.Kind is EventKind.Healed or EventKind.AtRest or EventKind.Deadlocked or EventKind.Livelocked;

    private int IndexOf(EventKind kind, int first, int end)
    {
        for (var index = first; index < end; index++)
        {
            if (_events[index].Kind == kind)
            {
                return index;
            }
        }

        return -1;
    }
}
