using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>A guest's APCB has a queue that it may not have.</summary>
/// <remarks>
/// <para>Meaning: the queue is not assigned to the guest's mdev, or is not bound to vfio_ap: the host's own driver, or another guest, may
/// use it at the same time.</para>
/// <para>Judged when a queue is granted, and when a queue leaves vfio_ap for the host's own driver.</para>
/// <para>Rests on: ap-facts §9.2; bug-history O-APCB, #31, #35 and #59.</para>
/// </remarks>
public sealed class ApcbExceedsGrant : Oracle
{
    private Moment[] _granted = [];

    /// <inheritdoc/>
    public override string Id => "apcb-exceeds-grant";

    /// <inheritdoc/>
    public override string Summary => "a guest's APCB has a queue that is not assigned to it or not bound to vfio_ap";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Isolation;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.QueueGranted, EventKind.QueueUnbound];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size) => _granted = new Moment[size.Queues];

    /// <inheritdoc/>
    public override void Reset() => Array.Clear(_granted);

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        if (e.Kind == EventKind.QueueUnbound)
        {
            var owner = machine.QueueOwner(e.Queue);
            if (owner >= 0)
            {
                Report(e, owner, _granted[e.Queue], findings);
            }

            return;
        }

        _granted[e.Queue] = Moment.Of(e);
        if (!machine.QueueBound(e.Queue) || !machine.IsAssigned(machine.MdevOf(e.Guest), e.Queue))
        {
            Report(e, e.Guest, default, findings);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Queue: which; Guest: in whose APCB it is.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names)
    {
        var why = machine.QueueBound(e.Queue) ? "which is not assigned to its mdev" : "which is not bound to vfio_ap";
        var cause = causeStep == 0 ? "" : $"; granted {Earlier(e, causeStep, causeTimeNs)}";
        return $"{names.Guest(e.Guest)} has {names.Queue(e.Queue)} in its APCB, {why}{cause}";
    }

    private void Report(in MachineEvent e, int guest, Moment cause, IFindings findings)
    {
        var shown = e;
        shown.Guest = (short)guest;
        findings.Report(this, shown, cause.Step, cause.TimeNs);
    }
}
