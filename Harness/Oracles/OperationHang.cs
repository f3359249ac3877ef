using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>A driver operation does not end, or takes longer than its budget.</summary>
/// <remarks>
/// <para>Meaning: somebody waits for the driver without end: a VMM in close, a vCPU in its interception, the bus in remove, or a kernel
/// worker in a reset's verification.</para>
/// <para>Judged at three places. (1) An operation is open for longer than the budget of the run, noticed at the next instruction, return
/// or end of a phase. (2) The machine is at rest and an operation has not returned, unless a deadlock was reported already. (3) The
/// engine stopped an actor that took its steps without time passing.</para>
/// <para>Rests on: ap-facts §6 point 5 (no upper bound of a reset is documented) and §10 (what a flusher holds meanwhile); bug-history
/// O-HANG, #24 and S5.</para>
/// </remarks>
public sealed class OperationHang : Oracle
{
    private const int NestingMax = 4;

    private MachineEvent[] _entered = [];
    private int[] _depths = [];
    private long _budgetNs;
    private long _deadlineNs;
    private bool _deadlocked;

    /// <inheritdoc/>
    public override string Id => "operation-hang";

    /// <inheritdoc/>
    public override string Summary => "a driver operation does not end, or takes longer than its budget";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Liveness;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } =
    [
        EventKind.OperationEntered, EventKind.OperationExited, EventKind.Instruction, EventKind.Healed, EventKind.AtRest,
        EventKind.Deadlocked, EventKind.Livelocked,
    ];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size)
    {
        _entered = new MachineEvent[size.Actors * NestingMax];
        _depths = new int[size.Actors];
        _budgetNs = size.OperationBudgetNs;
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        Array.Clear(_depths);
        _deadlineNs = VirtualTime.Never;
        _deadlocked = false;
    }

    /// <inheritdoc/>
    /// <remarks>The earliest deadline follows from the operations that are open.</remarks>
    public override void Keep(StateImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        image.Value(ref _deadlocked);
        image.Values<int>(_depths);
        _deadlineNs = VirtualTime.Never;
        for (var actor = 0; actor < _depths.Length; actor++)
        {
            // An outer operation is as old as its inner ones or older.
            ref var entered = ref _entered[actor * NestingMax];
            var enteredNs = _depths[actor] > 0 ? entered.TimeNs : VirtualTime.Never;
            image.Instant(ref enteredNs);
            if (_depths[actor] > 0)
            {
                entered.TimeNs = enteredNs;
                entered.Actor = (short)actor;
                _deadlineNs = Math.Min(_deadlineNs, DeadlineOf(entered));
            }
        }
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
            case EventKind.OperationEntered:
                Enter(e);
                break;

            case EventKind.OperationExited:
                _depths[e.Actor]--;
                break;

            case EventKind.AtRest when !_deadlocked:
                JudgeRest(e, findings);
                break;

            case EventKind.Deadlocked:
                _deadlocked = true;
                break;

            case EventKind.Livelocked:
                JudgeLivelock(e, findings);
                break;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Actor and Queue: the operation's; B: the <see cref="DriverOperation"/>; C: how long it is open, in ns.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names)
    {
        if (causeStep == 0)
        {
            return $"{names.Actor(e.Actor)} took {e.A} steps without time passing";
        }

        var queue = e.Queue < 0 ? "" : " of " + names.Queue(e.Queue);
        var operation = $"{names.Operation((DriverOperation)e.B)}{queue} by {names.Actor(e.Actor)}";
        var began = $"it began {Earlier(e, causeStep, causeTimeNs)}";
        return e.Kind switch
        {
            EventKind.Livelocked => $"{operation} took {e.A} steps without time passing; {began}",
            EventKind.AtRest => $"{operation} had not returned when the machine came to rest; {began}",
            _ => $"{operation} was open for {VirtualTime.FormatInstant(e.C)}, more than its budget of {VirtualTime.Format(_budgetNs)}; "
                + began,
        };
    }

    private void Enter(in MachineEvent e)
    {
        var depth = _depths[e.Actor]++;
        if (depth < NestingMax)
        {
            _entered[(e.Actor * NestingMax) + depth] = e;
            _deadlineNs = Math.Min(_deadlineNs, DeadlineOf(e));
        }
    }

    /// <summary>The earliest deadline may be that of an operation that has returned: look again, and report or wait for the next.</summary>
    private void JudgeBudget(in MachineEvent e, IFindings findings)
    {
        _deadlineNs = VirtualTime.Never;
        for (var actor = 0; actor < _depths.Length; actor++)
        {
            // An outer operation is as old as its inner ones or older.
            if (_depths[actor] == 0)
            {
                continue;
            }

            ref readonly var entered = ref _entered[actor * NestingMax];
            var deadlineNs = DeadlineOf(entered);
            if (e.TimeNs > deadlineNs)
            {
                Report(e, entered, findings);
                _deadlineNs = VirtualTime.Never;
                return;
            }

            _deadlineNs = Math.Min(_deadlineNs, deadlineNs);
        }
    }

    private void JudgeRest(in MachineEvent e, IFindings findings)
    {
        for (var actor = 0; actor < _depths.Length; actor++)
        {
            if (_depths[actor] > 0)
            {
                Report(e, _entered[actor * NestingMax], findings);
                return;
            }
        }
    }

    private void JudgeLivelock(in MachineEvent e, IFindings findings)
    {
        if (e.Actor >= 0 && _depths[e.Actor] > 0)
        {
            Report(e, _entered[e.Actor * NestingMax], findings);
        }
        else
        {
            findings.Report(this, e);
        }
    }

    private void Report(in MachineEvent e, in MachineEvent entered, IFindings findings)
    {
        var shown = e;
        shown.Actor = entered.Actor;
        shown.Queue = entered.Queue;
        shown.Guest = entered.Guest;
        shown.B = entered.A;
        shown.C = e.TimeNs - entered.TimeNs;
        findings.Report(this, shown, entered.Step, entered.TimeNs);
    }

    private long DeadlineOf(in MachineEvent entered) =>
        _budgetNs > VirtualTime.Never - entered.TimeNs ? VirtualTime.Never : entered.TimeNs + _budgetNs;
}
