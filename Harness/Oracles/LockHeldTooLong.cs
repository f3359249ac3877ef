using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>A lock is held for longer than its budget, or for ever.</summary>
/// <remarks>
/// <para>Meaning: all others that need the lock wait as long: the thread's "because do this with matrix_dev->lock held. I'm not sure it's
/// a good idea long term".</para>
/// <para>Judged when a lock is given back; at the next instruction or end of a phase when it is still held; and when the machine is at
/// rest, where any lock that is still held is held for ever, unless a deadlock was reported already. Each reader of a shared lock has the
/// same budget.</para>
/// <para>Rests on: ap-facts §10 (what is held while a reset is waited for) and §11; bug-history O-HANG, #24 and #25. The budget is the
/// plan's (<c>budgets.lockHeld</c>), not the hardware's.</para>
/// </remarks>
public sealed class LockHeldTooLong : Oracle
{
    // Of a lock that is held: which, by whom, since when.
    private const int KeptBytes = sizeof(long) + sizeof(short) + sizeof(long);

    private MachineEvent[] _held = [];
    private int _count;
    private long _budgetNs;
    private long _deadlineNs;
    private bool _deadlocked;

    /// <inheritdoc/>
    public override string Id => "lock-held-too-long";

    /// <inheritdoc/>
    public override string Summary => "a lock was held for longer than its budget";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Liveness;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } =
    [
        EventKind.LockTaken, EventKind.LockReleased, EventKind.Instruction, EventKind.Healed, EventKind.AtRest, EventKind.Deadlocked,
    ];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size)
    {
        _held = new MachineEvent[size.Locks * size.Actors];
        _budgetNs = size.LockHeldBudgetNs;
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        _count = 0;
        _deadlineNs = VirtualTime.Never;
        _deadlocked = false;
    }

    /// <inheritdoc/>
    /// <remarks>The earliest deadline follows from what is held.</remarks>
    public override void Keep(StateImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        image.Value(ref _deadlocked);
        image.Value(ref _count);
        _deadlineNs = VirtualTime.Never;
        foreach (ref var held in _held.AsSpan(0, _count))
        {
            image.Value(ref held.A);
            image.Value(ref held.Actor);
            image.Instant(ref held.TimeNs);
            _deadlineNs = Math.Min(_deadlineNs, DeadlineOf(held));
        }

        image.Leave((_held.Length - _count) * KeptBytes);
    }

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        if (e.TimeNs > _deadlineNs)
        {
            JudgeBudget(e, findings);
        }

        switch (e.Kind)
        {
            case EventKind.LockTaken:
                _held[_count++] = e;
                _deadlineNs = Math.Min(_deadlineNs, DeadlineOf(e));
                break;

            case EventKind.LockReleased:
                Release(e);
                break;

            case EventKind.AtRest when _count > 0 && !_deadlocked:
                Report(e, _held[0], findings);
                break;

            case EventKind.Deadlocked:
                _deadlocked = true;
                break;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Actor: the holder; A: the lock; B: for how long it is held, in ns.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names)
    {
        var taken = $"taken {Earlier(e, causeStep, causeTimeNs)}";
        return e.Kind == EventKind.AtRest
            ? $"{names.Actor(e.Actor)} still held {names.Lock((int)e.A)} when the machine came to rest; {taken}"
            : $"{names.Actor(e.Actor)} held {names.Lock((int)e.A)} for {VirtualTime.FormatInstant(e.B)}, "
                + $"more than its budget of {VirtualTime.Format(_budgetNs)}; {taken}";
    }

    /// <summary>The earliest deadline may be that of a lock that was given back: look again, and report or wait for the next.</summary>
    private void JudgeBudget(in MachineEvent e, IFindings findings)
    {
        _deadlineNs = VirtualTime.Never;
        for (var index = 0; index < _count; index++)
        {
            var deadlineNs = DeadlineOf(_held[index]);
            if (e.TimeNs > deadlineNs)
            {
                Report(e, _held[index], findings);
                _deadlineNs = VirtualTime.Never;
                return;
            }

            _deadlineNs = Math.Min(_deadlineNs, deadlineNs);
        }
    }

    /// <summary>Forgets one holding and keeps the order of the others, so that the oldest is named first.</summary>
    private void Release(in MachineEvent e)
    {
        for (var index = 0; index < _count; index++)
        {
            if (_held[index].A == e.A && _held[index].Actor == e.Actor)
            {
                Array.Copy(_held, index + 1, _held, index, --_count - index);
                return;
            }
        }
    }

    private void Report(in MachineEvent e, in MachineEvent taken, IFindings findings)
    {
        var shown = e;
        shown.Actor = taken.Actor;
        shown.A = taken.A;
        shown.B = e.TimeNs - taken.TimeNs;
        findings.Report(this, shown, taken.Step, taken.TimeNs);
    }

    private long DeadlineOf(in MachineEvent taken) =>
        _budgetNs > VirtualTime.Never - taken.TimeNs ? VirtualTime.Never : taken.TimeNs + _budgetNs;
}
