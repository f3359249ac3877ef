using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>A guest is gone and one of its interruption subclasses is still registered.</summary>
/// <remarks>
/// <para>Meaning: the driver forgot a registration. KVM itself warns when it destroys such a guest (alert mask not 0).</para>
/// <para>Judged when the machine is at rest, for guests whose VMM closed, by the calls that were seen: destroying the guest does not
/// forgive them. Not judged while a driver operation is open: what waits for a reset still holds its registration by right, and
/// <c>operation-hang</c> speaks.</para>
/// <para>Rests on: ap-facts §7.6 (gisa_destroy) and §8.3; bug-history O-GISC, #68, S1 and S4.</para>
/// </remarks>
public sealed class GiscLeak : Oracle
{
    private const int Subclasses = 8;

    private Moment[] _registered = [];
    private long[] _counts = [];
    private int _openOperations;

    /// <inheritdoc/>
    public override string Id => "gisc-leak";

    /// <inheritdoc/>
    public override string Summary => "a guest is gone and one of its interruption subclasses is still registered";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Cleanup;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } =
        [EventKind.GiscRegistered, EventKind.GiscUnregistered, EventKind.OperationEntered, EventKind.OperationExited, EventKind.AtRest];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size)
    {
        _registered = new Moment[size.Guests * Subclasses];
        _counts = new long[size.Guests * Subclasses];
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        Array.Clear(_counts);
        _openOperations = 0;
    }

    /// <inheritdoc/>
    public override void Keep(StateImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        image.Values<long>(_counts);
        image.Value(ref _openOperations);
    }

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        switch (e.Kind)
        {
            case EventKind.GiscRegistered:
                _counts[(e.Guest * Subclasses) + e.A] = e.B;
                _registered[(e.Guest * Subclasses) + e.A] = Moment.Of(e);
                break;

            case EventKind.GiscUnregistered:
                _counts[(e.Guest * Subclasses) + e.A] = e.B;
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
    /// <remarks>Guest: who is gone; A: the subclass; B: its registrations.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names) =>
        $"{names.Guest(e.Guest)} is gone and GISC {e.A} of it still has {e.B} {(e.B == 1 ? "registration" : "registrations")}, "
        + $"the last one made {Earlier(e, causeStep, causeTimeNs)}";

    private void Judge(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        for (var index = 0; index < _counts.Length; index++)
        {
            if (_counts[index] > 0 && machine.GuestClosed(index / Subclasses))
            {
                var shown = e;
                shown.Guest = (short)(index / Subclasses);
                shown.A = index % Subclasses;
                shown.B = _counts[index];
                findings.Report(this, shown, _registered[index].Step, _registered[index].TimeNs);
                return;
            }
        }
    }
}
