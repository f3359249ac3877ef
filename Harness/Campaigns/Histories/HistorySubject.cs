using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>What a finding is about: a queue, a page, a guest's GISC, locks, actors. Read from the event that shows it and from its cause.</summary>
internal sealed class HistorySubject
{
    private readonly IReadOnlyList<MachineEvent> _events;

    internal HistorySubject(IReadOnlyList<MachineEvent> events, in Finding finding)
    {
        _events = events;
        var shown = finding.Event;
        Queue = shown.Queue;
        Take(shown);
        if (shown.Kind == EventKind.Deadlocked)
        {
            TakeWaits();
        }
        else if (shown.Actor >= 0)
        {
            Actors.Add(shown.Actor);
        }

        foreach (var cause in events)
        {
            if (finding.CauseStep > 0 && cause.Step == finding.CauseStep && cause.TimeNs == finding.CauseTimeNs)
            {
                Take(cause);
                Follow(cause);
            }
        }
    }

    /// <summary>The queue, or -1.</summary>
    internal int Queue { get; private set; }

    /// <summary>The host page, or -1.</summary>
    internal long Page { get; private set; } = -1;

    /// <summary>The guest whose GISA or GISC it is about, or -1.</summary>
    internal int GisaGuest { get; private set; } = -1;

    /// <summary>Locks.</summary>
    internal SortedSet<long> Locks { get; } = [];

    /// <summary>Actors whose operations it is about.</summary>
    internal SortedSet<int> Actors { get; } = [];

    /// <summary>Whether it is about nothing but actors: then all that they do concerns it.</summary>
    internal bool IsActorsOnly => Queue < 0 && Page < 0 && GisaGuest < 0 && Locks.Count == 0;

    private void Take(in MachineEvent e)
    {
        switch (e.Kind)
        {
            case EventKind.NibStore:
                Page = Page < 0 ? e.A >> 12 : Page;
                break;
            case EventKind.Pinned or EventKind.Unpinned or EventKind.PageGiven:
                Page = Page < 0 ? e.A : Page;
                break;
            case EventKind.IpmStore or EventKind.GiscRegistered or EventKind.GiscUnregistered or EventKind.GiscFailed or EventKind.GuestDestroyed:
                GisaGuest = GisaGuest < 0 ? e.Guest : GisaGuest;
                break;
            case EventKind.LockTaken or EventKind.LockReleased or EventKind.LockMisused:
                Locks.Add(e.A);
                break;
            default:
                break;
        }
    }

    /// <summary>The queue for whose interruption a page was pinned or a GISC registered: the next AQIC of the same actor.</summary>
    private void Follow(in MachineEvent cause)
    {
        if (Queue >= 0 || cause.Kind is not (EventKind.Pinned or EventKind.GiscRegistered))
        {
            return;
        }

        foreach (var e in _events)
        {
            if (e.Step > cause.Step && e.Actor == cause.Actor && e.Kind is EventKind.Instruction or EventKind.OperationExited)
            {
                Queue = e.Op == Op.Aqic ? e.Queue : -1;
                return;
            }
        }
    }

    /// <summary>The locks that somebody waits for at the end, and who waits.</summary>
    private void TakeWaits()
    {
        var waits = new SortedDictionary<int, long>();
        foreach (var e in _events)
        {
            if (e.Kind == EventKind.LockWaited)
            {
                waits[e.Actor] = e.A;
            }
            else if (e.Kind == EventKind.LockTaken)
            {
                waits.Remove(e.Actor);
            }
        }

        foreach (var (actor, waited) in waits)
        {
            Actors.Add(actor);
            Locks.Add(waited);
        }
    }
}
