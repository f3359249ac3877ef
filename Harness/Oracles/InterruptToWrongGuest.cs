using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>A queue interrupted a running guest while another guest owned the queue.</summary>
/// <remarks>
/// <para>Meaning: the interruption of the former owner survived the handover. The former owner gets an interruption for somebody else's
/// reply; the owner gets none.</para>
/// <para>Judged at every store to the IPM of a GISA that exists, by the owner of the queue at that time. A queue that nobody owns at that
/// time is not reported here; a GISA that is gone is <c>gisa-store-after-free</c>.</para>
/// <para>Rests on: ap-facts §7.5; bug-history O-IRQ.</para>
/// </remarks>
public sealed class InterruptToWrongGuest : Oracle
{
    private Moment[] _granted = [];

    /// <inheritdoc/>
    public override string Id => "interrupt-to-wrong-guest";

    /// <inheritdoc/>
    public override string Summary => "a queue interrupted a guest while another guest owned the queue";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Isolation;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.QueueGranted, EventKind.IpmStore];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size) => _granted = new Moment[size.Queues];

    /// <inheritdoc/>
    public override void Reset() => Array.Clear(_granted);

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        if (e.Kind == EventKind.QueueGranted)
        {
            _granted[e.Queue] = Moment.Of(e);
            return;
        }

        if (e.B == 1 && machine.QueueOwner(e.Queue) is >= 0 and var owner && owner != e.Guest)
        {
            var shown = e;
            shown.C = owner;
            findings.Report(this, shown, _granted[e.Queue].Step, _granted[e.Queue].TimeNs);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Queue: which; Guest: who was interrupted; A: the GISC; C: the owner.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names)
    {
        var cause = causeStep == 0 ? "" : $", to whom it was granted {Earlier(e, causeStep, causeTimeNs)}";
        return $"{names.Queue(e.Queue)} made GISC {e.A} pending for {names.Guest(e.Guest)} "
            + $"while it belonged to {names.Guest((int)e.C)}{cause}";
    }
}
