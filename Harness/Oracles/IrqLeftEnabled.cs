using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>A queue may still interrupt for a guest that has nothing to do with it any more.</summary>
/// <remarks>
/// <para>Meaning: closing the guest, or taking the queue from it, did not turn the queue's interruption off. The next reply is announced
/// to the former owner's NIB and GISA.</para>
/// <para>Judged at the earlier of two places. (1) The queue is granted to another guest while no reset that would turn the interruption
/// off is under way. (2) The machine is at rest, no driver operation is open (else <c>operation-hang</c> speaks), and the guest that the
/// interruption designates is closed or the queue is not bound to vfio_ap any more.</para>
/// <para>Rests on: ap-facts §6 point 4 and §8.2; bug-history O-CLEAN ("interrupts off"), #5, #22, S2 and S3.</para>
/// </remarks>
public sealed class IrqLeftEnabled : Oracle
{
    private Moment[] _enabled = [];
    private int _openOperations;

    /// <inheritdoc/>
    public override string Id => "irq-left-enabled";

    /// <inheritdoc/>
    public override string Summary => "a queue's interruption is still enabled for a guest that does not have the queue any more";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Cleanup;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } =
        [EventKind.IrqOn, EventKind.QueueGranted, EventKind.OperationEntered, EventKind.OperationExited, EventKind.AtRest];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size) => _enabled = new Moment[size.Queues];

    /// <inheritdoc/>
    public override void Reset()
    {
        Array.Clear(_enabled);
        _openOperations = 0;
    }

    /// <inheritdoc/>
    public override void Keep(StateImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        image.Value(ref _openOperations);
    }

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        switch (e.Kind)
        {
            case EventKind.IrqOn:
                _enabled[e.Queue] = Moment.Of(e);
                break;

            case EventKind.QueueGranted:
                if (Designated(e.Queue, machine) is >= 0 and var former && former != e.Guest && !machine.ResetRunning(e.Queue))
                {
                    Report(e, e.Queue, former, findings);
                }

                break;

            case EventKind.OperationEntered:
                _openOperations++;
                break;

            case EventKind.OperationExited:
                _openOperations--;
                break;

            case EventKind.AtRest when _openOperations == 0:
                Judge(e, machine, findings);
                break;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Queue: which; Guest: whose GISA is designated; B: the new owner when the queue was granted.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names)
    {
        var place = e.Kind == EventKind.QueueGranted
            ? $"when it was granted to {names.Guest((int)e.B)}"
            : $"at rest, though {names.Guest(e.Guest)} {(machine.GuestClosed(e.Guest) ? "is gone" : "lost it")}";
        var cause = causeStep == 0 ? "" : $"; enabled {Earlier(e, causeStep, causeTimeNs)}";
        return $"interruption of {names.Queue(e.Queue)} was still enabled for {names.Guest(e.Guest)} {place}{cause}";
    }

    private static int Designated(int queue, IMachineView machine) => machine.IrqArmed(queue) ? machine.IrqGuest(queue) : -1;

    private void Judge(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        for (var queue = 0; queue < _enabled.Length; queue++)
        {
            if (Designated(queue, machine) is >= 0 and var guest && (machine.GuestClosed(guest) || !machine.QueueBound(queue)))
            {
                Report(e, queue, guest, findings);
                return;
            }
        }
    }

    private void Report(in MachineEvent e, int queue, int guest, IFindings findings)
    {
        var shown = e;
        shown.Queue = (short)queue;
        shown.Guest = (short)guest;
        shown.B = e.Guest;
        findings.Report(this, shown, _enabled[queue].Step, _enabled[queue].TimeNs);
    }
}
