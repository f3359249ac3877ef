using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>Picks from a trace the lines that concern one finding.</summary>
/// <remarks>
/// Each line has a weight: 0 does not concern the finding, 5 is its cause and the violation. A history that is too long loses its lightest
/// lines first, and of equals those in the middle. Lines outside the span from the first relevant step to the violation have weight 0,
/// but for what a fault did to the queue before.
/// </remarks>
internal sealed class ShortHistory
{
    private const int Essential = 5;
    private const int FaultsBeforeMax = 2;

    private readonly IReadOnlyList<MachineEvent> _events;
    private readonly IReadOnlyList<TraceEntry> _entries;
    private readonly HistorySubject _subject;
    private readonly Finding _finding;
    private readonly int[] _weights;
    private readonly int _violation;
    private readonly int _cause;

    internal ShortHistory(IReadOnlyList<MachineEvent> events, IReadOnlyList<TraceEntry> entries, in Finding finding)
    {
        _events = events;
        _entries = entries;
        _finding = finding;
        _subject = new HistorySubject(events, in finding);
        _weights = new int[entries.Count];
        _violation = FindViolation();
        _cause = FindCause();
    }

    /// <summary>Position of the entry that shows the violation, or -1.</summary>
    internal int Violation => _violation;

    /// <summary>Position of its cause, or -1.</summary>
    internal int Cause => _cause;

    internal IReadOnlyList<HistoryLine> Lines(int most) => Print(Pick(most));

    /// <summary>The lines to print, ascending, and how many of those that matter are left out after each.</summary>
    internal IReadOnlyList<(int Entry, int LeftOut)> Pick(int most)
    {
        if (_violation < 0)
        {
            return [];
        }

        for (var i = 0; i <= _violation; i++)
        {
            _weights[i] = Weigh(_entries[i]);
        }

        WeighOperations();
        var start = FindStart();
        ForgetBefore(start);
        LightenOthersAfterCause();
        LightenRepeats();

        _weights[_violation] = Essential;
        if (_cause >= 0)
        {
            _weights[_cause] = Essential;
        }

        return PickHeaviest(most);
    }

    // --- which lines ---------------------------------------------------------------------------------------------------------------

    private int FindViolation()
    {
        var found = -1;
        var better = false;
        for (var i = 0; i < _entries.Count; i++)
        {
            if (_entries[i].Step != _finding.Event.Step || _entries[i].TimeNs != _finding.Event.TimeNs)
            {
                continue;
            }

            foreach (var index in _entries[i].Events)
            {
                var e = _events[index];
                if (e.Kind == _finding.Event.Kind && !better)
                {
                    found = i;
                    better = e.Queue == _finding.Event.Queue;
                }
            }
        }

        return found >= 0 ? found : IndexOfLast(entry => entry.Step <= _finding.Event.Step);
    }

    private int FindCause()
    {
        if (_finding.CauseStep == 0)
        {
            return -1;
        }

        var wanted = _finding.Event.Kind == EventKind.Deadlocked ? EntryKind.Wait : EntryKind.Deed;
        var found = IndexOfLast(entry => IsCause(entry) && entry.Kind == wanted);
        return found >= 0 ? found : IndexOfLast(IsCause);
    }

    private bool IsCause(TraceEntry entry) => entry.Step == _finding.CauseStep && entry.TimeNs == _finding.CauseTimeNs;

    private int IndexOfLast(Predicate<TraceEntry> matches)
    {
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            if (matches(_entries[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>First line of the story: the pin for the interruption that stored, the operation that went wrong, the cause.</summary>
    private int FindStart()
    {
        var start = _cause >= 0 ? _cause : _violation;
        if (_finding.Event.Kind is EventKind.NibStore or EventKind.IpmStore)
        {
            start = Math.Min(start, FindEnabling());
        }

        foreach (var actor in _subject.Actors)
        {
            start = Math.Min(start, FindOperation(actor, _cause >= 0 ? _cause : _violation));
        }

        if (start < _violation || _cause >= 0)
        {
            return start;
        }

        // Nothing says where it begins: all that concerns it.
        return 0;
    }

    /// <summary>The pin, or else the AQIC, that enabled the interruption of the queue last before the cause.</summary>
    private int FindEnabling()
    {
        var limit = _cause >= 0 ? _cause : _violation;
        var enabled = -1;
        for (var i = limit; i >= 0 && enabled < 0 && _subject.Queue >= 0; i--)
        {
            enabled = _entries[i].Events.Any(index => IsEnabling(_events[index])) ? i : -1;
        }

        if (enabled < 0)
        {
            return int.MaxValue;
        }

        var nib = _entries[enabled].Events.Select(index => _events[index]).First(IsEnabling).A;
        for (var i = enabled; i >= 0; i--)
        {
            if (_entries[i].Events.Any(index => _events[index].Kind == EventKind.Pinned && _events[index].A == nib >> 12))
            {
                return i;
            }
        }

        return enabled;
    }

    private bool IsEnabling(MachineEvent e) =>
        e.Kind == EventKind.IrqOn && e.Queue == _subject.Queue && (_finding.Event.Kind != EventKind.NibStore || e.A == _finding.Event.A);

    /// <summary>Entry into the outermost operation that an actor is in at a line, or that just ended there.</summary>
    private int FindOperation(int actor, int at)
    {
        var depth = 0;
        var outermost = int.MaxValue;
        for (var i = 0; i <= at; i++)
        {
            foreach (var index in _entries[i].Events)
            {
                var e = _events[index];
                if (e.Actor != actor)
                {
                    continue;
                }

                if (e.Kind == EventKind.OperationEntered && depth++ == 0)
                {
                    outermost = i;
                }
                else if (e.Kind == EventKind.OperationExited && --depth == 0 && i < at)
                {
                    outermost = int.MaxValue;
                }
            }
        }

        return outermost;
    }

    // --- how much a line matters ---------------------------------------------------------------------------------------------------

    private int Weigh(TraceEntry entry)
    {
        var weight = 0;
        foreach (var index in entry.Events)
        {
            weight = Math.Max(weight, Weigh(_events[index]));
        }

        if (entry.Kind != EntryKind.Fault)
        {
            return weight;
        }

        var queues = entry.Events.Select(index => _events[index].Queue).Where(queue => queue >= 0).ToList();
        var elsewhere = weight <= 2 && _subject.Queue >= 0 && queues.Count > 0 && !queues.Contains((short)_subject.Queue);
        return elsewhere ? 0 : weight > 2 ? 4 : weight;
    }

    private int Weigh(in MachineEvent e)
    {
        var ofQueue = e.Queue >= 0 && e.Queue == _subject.Queue;
        var ofActor = e.Actor >= 0 && _subject.Actors.Contains(e.Actor);
        switch (e.Kind)
        {
            case EventKind.Step:
                return ofActor && _subject.IsActorsOnly ? e.Op == Op.Msleep ? 1 : 2 : 0;
            case EventKind.Instruction:
                return ofQueue ? WeighInstruction(e) : 0;
            case EventKind.ResetStarted or EventKind.ResetCompleted or EventKind.IrqOn or EventKind.IrqOff:
            case EventKind.Warned or EventKind.SpecificationException:
                return ofQueue ? 4 : 0;
            case EventKind.QueueGranted or EventKind.QueueRevoked or EventKind.QueueUnbound or EventKind.QueueBound or EventKind.WorkQueued:
                return ofQueue ? 3 : 0;
            case EventKind.ReplyReady:
                return ofQueue ? 3 : 0;
            case EventKind.Enqueued or EventKind.Logged:
                return ofQueue ? 2 : 0;
            case EventKind.NibStore or EventKind.IpmStore or EventKind.Dequeued:
                return ofQueue ? 1 : 0;
            case EventKind.Pinned or EventKind.Unpinned or EventKind.PageGiven:
                return e.A == _subject.Page ? 4 : 0;
            case EventKind.UnpinFailed:
                return ofActor ? 4 : 0;
            case EventKind.GiscRegistered or EventKind.GiscUnregistered or EventKind.GiscFailed:
                return e.Guest == _subject.GisaGuest ? 4 : 0;
            case EventKind.GuestDestroyed:
                return e.Guest == _subject.GisaGuest ? 4 : 0;
            case EventKind.LockTaken or EventKind.LockReleased or EventKind.LockWaited or EventKind.LockMisused:
                return _subject.Locks.Contains(e.A) ? ofActor || _subject.Actors.Count == 0 ? 4 : 2 : 0;
            case EventKind.FaultBit:
                return ofQueue || _subject.Queue < 0 ? 4 : 0;
            case EventKind.FaultFired or EventKind.FaultLifted or EventKind.FaultPassed or EventKind.Healed:
                return ofQueue || e.Queue < 0 ? 2 : 0;
            case EventKind.AdapterDeconfigured or EventKind.AdapterConfigured or EventKind.AdapterCheckstopped or EventKind.AdapterRemoved:
            case EventKind.AdapterAdded or EventKind.SubsystemReset:
                return 4;
            case EventKind.AsyncErrorRaised or EventKind.StateChangeStarted or EventKind.StateChangeEnded:
                return ofQueue ? 4 : 0;
            case EventKind.NullDereference or EventKind.UseAfterFree or EventKind.DataRace or EventKind.DriverCrash or EventKind.Deadlocked or EventKind.Livelocked:
                return 4;
            default:
                return 0;
        }
    }

    private static int WeighInstruction(in MachineEvent e) => e.Op switch
    {
        Op.Zapq or Op.Rapq or Op.Aqic => 4,
        Op.Tapq => 3,
        Op.Dqap => new ApqSw((uint)e.A).ResponseCode == ResponseCode.NoPendingReply ? 0 : 1,
        _ => 2,
    };

    /// <summary>Entry and return of the operations in which something happened to the subject.</summary>
    private void WeighOperations()
    {
        var open = new SortedDictionary<int, Stack<(int Entry, bool Concerned)>>();
        for (var i = 0; i <= _violation; i++)
        {
            var entry = _entries[i];
            if (entry.Actor < 0 || entry.Kind == EntryKind.Fault)
            {
                continue;
            }

            if (!open.TryGetValue(entry.Actor, out var operations))
            {
                open[entry.Actor] = operations = new Stack<(int, bool)>();
            }

            var kinds = entry.Events.Select(index => _events[index].Kind).ToList();
            if (kinds.Contains(EventKind.OperationEntered))
            {
                operations.Push((i, _subject.IsActorsOnly && _subject.Actors.Contains(entry.Actor)));
            }
            else if (kinds.Contains(EventKind.OperationExited) && operations.TryPop(out var left))
            {
                if (left.Concerned)
                {
                    _weights[left.Entry] = Math.Max(_weights[left.Entry], 3);
                    _weights[i] = Math.Max(_weights[i], _entries[i].Events.Any(index => _events[index].C != 0 && _events[index].Kind == EventKind.OperationExited) ? 2 : 1);
                }
            }
            else if (_weights[i] >= 2 && operations.TryPop(out var top))
            {
                operations.Push((top.Entry, true));
            }
        }

        foreach (var (entry, concerned) in open.Values.SelectMany(operations => operations))
        {
            _weights[entry] = concerned ? Math.Max(_weights[entry], 3) : _weights[entry];
        }
    }

    /// <summary>Lines before the start do not matter, but for the last faults whose reset is not over by then.</summary>
    private void ForgetBefore(int start)
    {
        var faults = 0;
        var over = false;
        for (var i = Math.Min(start, _violation) - 1; i >= 0; i--)
        {
            over |= _entries[i].Events.Any(index => _events[index].Kind == EventKind.ResetCompleted && _events[index].Queue == _subject.Queue);
            var matters = !over && _entries[i].Kind == EntryKind.Fault && _weights[i] >= 4 && ++faults <= FaultsBeforeMax;
            _weights[i] = matters ? _weights[i] : 0;
        }
    }

    /// <summary>
    /// Between the cause and a late store the hardware matters, and who gets the page; what actors do to the queue meanwhile does not.
    /// </summary>
    private void LightenOthersAfterCause()
    {
        if (_cause < 0 || _finding.Event.Kind is not (EventKind.NibStore or EventKind.IpmStore))
        {
            return;
        }

        for (var i = _cause + 1; i < _violation; i++)
        {
            var entry = _entries[i];
            if (entry.Actor >= 0 && entry.Kind != EntryKind.Fault
                && !entry.Events.Any(index => _events[index].Kind is EventKind.PageGiven or EventKind.GuestDestroyed))
            {
                _weights[i] = Math.Min(_weights[i], 1);
            }
        }
    }

    /// <summary>A line that says what an earlier one said matters little: polls, log lines, a storm.</summary>
    private void LightenRepeats()
    {
        var said = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i <= _violation; i++)
        {
            if (_weights[i] > 0 && !said.Add($"{_entries[i].Who}: {_entries[i].Text}"))
            {
                _weights[i] = Math.Min(_weights[i], _entries[i].Kind == EntryKind.Fault ? 2 : 1);
            }
        }
    }

    // --- which of them fit ---------------------------------------------------------------------------------------------------------

    private List<(int Entry, int LeftOut)> PickHeaviest(int most)
    {
        var relevant = Enumerable.Range(0, _violation + 1).Where(i => _weights[i] > 0).ToList();
        var keep = new SortedSet<int>(relevant);
        for (var weight = 1; weight < Essential && keep.Count > most; weight++)
        {
            // One line is for what is left out.
            var light = relevant.Where(i => _weights[i] == weight).ToList();
            var kept = Math.Max(0, light.Count - (keep.Count - most + 1));
            keep.ExceptWith(light.Skip((kept + 1) / 2).Take(light.Count - kept));
        }

        var picked = new List<(int Entry, int LeftOut)>();
        foreach (var i in relevant)
        {
            if (keep.Contains(i))
            {
                picked.Add((i, 0));
            }
            else if (picked.Count > 0)
            {
                picked[^1] = (picked[^1].Entry, picked[^1].LeftOut + 1);
            }
        }

        return picked;
    }

    private List<HistoryLine> Print(IReadOnlyList<(int Entry, int LeftOut)> picked)
    {
        var lines = new List<HistoryLine>();
        foreach (var (i, leftOut) in picked)
        {
            var mark = i == _violation ? HistoryMark.Violation : i == _cause ? HistoryMark.Cause : HistoryMark.None;
            lines.Add(_entries[i].ToLine(mark));

            // Step numbers tell of a single line that is left out.
            if (leftOut > 1)
            {
                lines.Add(new HistoryLine(_entries[i].Step, _entries[i].TimeNs, "", $"... {leftOut} steps left out ...", HistoryMark.None));
            }
        }

        return lines;
    }
}
