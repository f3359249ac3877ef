using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>What the events of one run say of the driver's patience.</summary>
internal sealed class PatienceRun
{
    private readonly IReadOnlyList<MachineEvent> _events;
    private readonly int _first;
    private readonly int _end;

    internal PatienceRun(string driver, string condition, DriverOperation operation, IReadOnlyList<MachineEvent> events)
    {
        _events = events;
        _first = Find(EventKind.OperationEntered, operation, 0, operation == DriverOperation.AqicIntercept ? 2 : 1);
        var exit = _first < 0 ? -1 : Find(EventKind.OperationExited, operation, _first, 1);
        var healed = _first < 0 ? -1 : IndexOf(EventKind.Healed, _first);
        var ends = exit >= 0 && (healed < 0 || exit < healed);
        _end = ends ? exit : _first < 0 ? 0 : healed < 0 ? events.Count : healed;
        Returns = ends ? (int)events[exit].C : null;
        var freed = FreedAt();
        Point = new PatiencePoint(
            driver,
            condition,
            ends ? events[exit].TimeNs - events[_first].TimeNs : _first < 0 ? 0 : null,
            [.. Enum.GetValues<Op>().Where(OpText.IsInstruction).Select(op => new PatienceAsk(op, Asked(op))).Where(ask => ask.Count > 0)],
            UsualInterval(),
            EndOf(freed, healed),
            freed >= 0 && (healed < 0 || freed < healed) ? events[freed].TimeNs - events[_first].TimeNs : null,
            Count(EventKind.Warned),
            Count(EventKind.Logged),
            Returns: null);
    }

    /// <summary>The measurement, without what the reset ioctl returns.</summary>
    internal PatiencePoint Point { get; }

    /// <summary>What the operation returned; null when it does not end by itself.</summary>
    internal int? Returns { get; }

    /// <summary>How often the driver issued an instruction.</summary>
    internal int Asked(Op op) => Asks().Count(e => e.Op == op);

    private PatienceEnd EndOf(int freed, int healed)
    {
        if (!_events.Any(e => e.Kind == EventKind.Pinned))
        {
            return PatienceEnd.HoldsNothing;
        }

        return freed < 0 ? PatienceEnd.Leaks : healed >= 0 && freed > healed ? PatienceEnd.Keeps : PatienceEnd.Frees;
    }

    private int FreedAt()
    {
        for (var i = Math.Max(0, _first); i < _events.Count; i++)
        {
            if (_events[i].Kind == EventKind.Unpinned)
            {
                return i;
            }
        }

        return -1;
    }

    private IEnumerable<MachineEvent> Asks()
    {
        for (var i = Math.Max(0, _first); i < _end; i++)
        {
            if (_events[i].Kind == EventKind.Instruction && _events[i].B == (long)ActorClass.Driver)
            {
                yield return _events[i];
            }
        }
    }

    private long UsualInterval()
    {
        var times = Asks().Select(e => e.TimeNs).Distinct().ToList();
        return times.Zip(times.Skip(1), (earlier, later) => later - earlier)
            .GroupBy(gap => gap).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).Select(group => group.Key).FirstOrDefault();
    }

    private int Count(EventKind kind)
    {
        var count = 0;
        for (var i = Math.Max(0, _first); i < _end; i++)
        {
            count += _events[i].Kind == kind ? 1 : 0;
        }

        return count;
    }

    private int Find(EventKind kind, DriverOperation operation, int from, int nth)
    {
        for (var i = from; i < _events.Count; i++)
        {
            if (_events[i].Kind == kind && _events[i].A == (long)operation && --nth == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private int IndexOf(EventKind kind, int from)
    {
        for (var i = from; i < _events.Count; i++)
        {
            if (_events[i].Kind == kind)
            {
                return i;
            }
        }

        return -1;
    }
}
