using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>Locks were taken in an order that another actor may turn around: a deadlock that did not happen this time.</summary>
/// <remarks>
/// <para>Meaning: while a lock of one class was held, one of a second class was asked for, and somewhere in the run the second was
/// held while the first was asked for, directly or over other classes. Readers count like writers, as lockdep does.</para>
/// <para>Judged at once, when a lock is taken or waited for. All kvm->lock are one class; the same class twice is not judged.</para>
/// <para>Rests on: ap-facts §10 (documented order); bug-history O-LOCK, #48 and #65.</para>
/// </remarks>
public sealed class LockOrderCycle : Oracle
{
    private ulong[] _held = [];
    private ulong[] _after = [];
    private Moment[] _edges = [];
    private int _locks;

    /// <inheritdoc/>
    public override string Id => "lock-order-cycle";

    /// <inheritdoc/>
    public override string Summary => "locks were taken in two orders: a deadlock that may happen another time";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Liveness;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } =
        [EventKind.LockWaited, EventKind.LockTaken, EventKind.LockReleased];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size)
    {
        _locks = size.Locks;
        _held = new ulong[size.Actors];
        _after = new ulong[_locks];
        _edges = new Moment[_locks * _locks];
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        Array.Clear(_held);
        Array.Clear(_after);
        Array.Clear(_edges);
    }

    /// <inheritdoc/>
    public override void Keep(StateImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        image.Values<ulong>(_held);
        image.Values<ulong>(_after);
    }

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        if (e.Kind == EventKind.LockReleased)
        {
            _held[e.Actor] &= ~(1UL << (int)e.A);
            return;
        }

        var wanted = machine.LockClass((int)e.A);
        for (var held = _held[e.Actor]; held != 0; held &= held - 1)
        {
            var before = machine.LockClass(System.Numerics.BitOperations.TrailingZeroCount(held));
            if (before != wanted)
            {
                Note(e, before, wanted, findings);
            }
        }

        if (e.Kind == EventKind.LockTaken)
        {
            _held[e.Actor] |= 1UL << (int)e.A;
        }
    }

    /// <inheritdoc/>
    /// <remarks>A: the lock that is asked for; B: the class that is held.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names) =>
        $"{names.Actor(e.Actor)} asked for {names.Lock((int)e.A)} with {names.Lock((int)e.B)} held, "
        + $"which was asked for with the former held {Earlier(e, causeStep, causeTimeNs)}";

    private void Note(in MachineEvent e, int before, int wanted, IFindings findings)
    {
        if ((_after[before] >> wanted & 1) == 0)
        {
            _after[before] |= 1UL << wanted;
            _edges[(before * _locks) + wanted] = Moment.Of(e);
        }

        var last = LastOnTheWayBack(wanted, before);
        if (last >= 0)
        {
            var shown = e;
            shown.B = before;
            var cause = _edges[(last * _locks) + before];
            findings.Report(this, shown, cause.Step, cause.TimeNs);
        }
    }

    /// <summary>The class from which a way along "asked for while held" steps into another for the last time, or -1 without such a way.</summary>
    private int LastOnTheWayBack(int from, int to)
    {
        var reached = 1UL << from;
        for (var grown = true; grown;)
        {
            grown = false;
            for (var rest = reached; rest != 0; rest &= rest - 1)
            {
                var next = _after[System.Numerics.BitOperations.TrailingZeroCount(rest)] & ~reached;
                reached |= next;
                grown |= next != 0;
            }
        }

        for (var rest = reached; rest != 0; rest &= rest - 1)
        {
            var one = System.Numerics.BitOperations.TrailingZeroCount(rest);
            if ((_after[one] >> to & 1) != 0)
            {
                return one;
            }
        }

        return -1;
    }
}
