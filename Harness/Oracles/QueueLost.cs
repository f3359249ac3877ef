using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>A queue that could work is out of use for good.</summary>
/// <remarks>
/// <para>Meaning: all faults are lifted and the machine had its time, and yet (1) a guest that has its mdev open and the queue assigned did
/// not get it, though its adapter is usable, it is bound to vfio_ap and no reset runs; or (2) nobody uses the queue and a reset of it
/// still runs.</para>
/// <para>Judged when the machine is at rest, only.</para>
/// <para>Rests on: ap-facts §9.2 (filtering by the last reset's status) and §6 point 5; bug-history #15, #19, #23 and S4.</para>
/// </remarks>
public sealed class QueueLost : Oracle
{
    private Moment[] _revoked = [];
    private Moment[] _resetStarted = [];

    /// <inheritdoc/>
    public override string Id => "queue-lost";

    /// <inheritdoc/>
    public override string Summary => "a usable queue did not come back into use after the faults were lifted";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Liveness;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } =
        [EventKind.QueueRevoked, EventKind.ResetStarted, EventKind.AtRest];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size)
    {
        _revoked = new Moment[size.Queues];
        _resetStarted = new Moment[size.Queues];
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        Array.Clear(_revoked);
        Array.Clear(_resetStarted);
    }

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        switch (e.Kind)
        {
            case EventKind.QueueRevoked:
                _revoked[e.Queue] = Moment.Of(e);
                break;

            case EventKind.ResetStarted:
                _resetStarted[e.Queue] = Moment.Of(e);
                break;

            case EventKind.AtRest:
                Judge(e, machine, findings);
                break;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Queue: which; Guest: whom it is assigned to, or -1.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names)
    {
        if (e.Guest < 0)
        {
            var started = causeStep == 0 ? "" : $"; it began {Earlier(e, causeStep, causeTimeNs)}";
            return $"{names.Queue(e.Queue)} is of no use to anybody: its reset still runs at rest{started}";
        }

        var owner = machine.QueueOwner(e.Queue);
        var place = owner < 0 ? "in nobody's APCB" : $"in the APCB of {names.Guest(owner)}";
        var revoked = causeStep == 0 ? "" : $"; last taken out of an APCB {Earlier(e, causeStep, causeTimeNs)}";
        return $"{names.Queue(e.Queue)} is assigned to {names.Guest(e.Guest)}, usable and bound, but {place} at rest{revoked}";
    }

    private void Judge(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        for (var queue = 0; queue < _revoked.Length; queue++)
        {
            if (!machine.AdapterUsable(queue))
            {
                continue;
            }

            var guest = machine.AssignedGuest(queue);
            var resetting = machine.ResetRunning(queue);
            if (guest >= 0 && machine.QueueBound(queue) && !resetting && machine.QueueOwner(queue) != guest)
            {
                Report(e, queue, guest, _revoked[queue], findings);
                return;
            }

            if (guest < 0 && resetting)
            {
                Report(e, queue, -1, _resetStarted[queue], findings);
                return;
            }
        }
    }

    private void Report(in MachineEvent e, int queue, int guest, Moment cause, IFindings findings)
    {
        var shown = e;
        shown.Queue = (short)queue;
        shown.Guest = (short)guest;
        findings.Report(this, shown, cause.Step, cause.TimeNs);
    }
}
