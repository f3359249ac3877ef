using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>A guest is gone and its struct kvm still has a reference.</summary>
/// <remarks>
/// <para>Meaning: the driver forgot a reference: the VM, its GISA and its memory stay for ever.</para>
/// <para>Judged when the machine is at rest, for guests whose VMM closed. Not judged while a driver operation is open: what waits for a
/// reset still holds its reference by right, and <c>operation-hang</c> speaks.</para>
/// <para>Rests on: ap-facts §7.7; bug-history O-REF, #2 and S16.</para>
/// </remarks>
public sealed class KvmReferenceLeak : Oracle
{
    private Moment[] _taken = [];
    private int _openOperations;

    /// <inheritdoc/>
    public override string Id => "kvm-reference-leak";

    /// <inheritdoc/>
    public override string Summary => "a guest is gone and its struct kvm still has a reference";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Cleanup;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } =
        [EventKind.KvmReference, EventKind.OperationEntered, EventKind.OperationExited, EventKind.AtRest];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size) => _taken = new Moment[size.Guests];

    /// <inheritdoc/>
    public override void Reset()
    {
        Array.Clear(_taken);
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
            case EventKind.KvmReference when e.B > 0:
                _taken[e.Guest] = Moment.Of(e);
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
    /// <remarks>Guest: who is gone; A: its references.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names)
    {
        var cause = causeStep == 0 ? "" : $", the last one taken {Earlier(e, causeStep, causeTimeNs)}";
        return $"{names.Guest(e.Guest)} is gone and its struct kvm still has {e.A} {(e.A == 1 ? "reference" : "references")}{cause}";
    }

    private void Judge(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        for (var guest = 0; guest < _taken.Length; guest++)
        {
            if (machine.GuestClosed(guest) && machine.KvmReferences(guest) > 0)
            {
                var shown = e;
                shown.Guest = (short)guest;
                shown.A = machine.KvmReferences(guest);
                findings.Report(this, shown, _taken[guest].Step, _taken[guest].TimeNs);
                return;
            }
        }
    }
}
