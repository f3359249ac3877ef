using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>The driver unregistered a guest interruption subclass more often than it had registered it.</summary>
/// <remarks>
/// <para>Meaning: the count of the subclass was 0 and KVM answered -EINVAL. Had another queue of the guest used the same subclass, its
/// registration would have been lost, and its interruptions with it.</para>
/// <para>Judged at every failed kvm_s390_gisc_unregister. A refused registration, -ENODEV (no GISA) and -ERANGE (subclass above 7) are no
/// imbalance.</para>
/// <para>Rests on: ap-facts §7.6; bug-history O-GISC and #6c.</para>
/// </remarks>
public sealed class GiscUnbalanced : Oracle
{
    private const int Subclasses = 8;
    private const int EINVAL = 22;

    private Moment[] _unregistered = [];

    /// <inheritdoc/>
    public override string Id => "gisc-unbalanced";

    /// <inheritdoc/>
    public override string Summary => "the driver unregistered a guest interruption subclass that was not registered";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.MemorySafety;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.GiscUnregistered, EventKind.GiscFailed];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size) => _unregistered = new Moment[size.Guests * Subclasses];

    /// <inheritdoc/>
    public override void Reset() => Array.Clear(_unregistered);

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        if (e.Kind == EventKind.GiscUnregistered)
        {
            _unregistered[(e.Guest * Subclasses) + e.A] = Moment.Of(e);
            return;
        }

        // The errno is accepted with either sign: the kernel returns it negative and names it positive.
        if (e.Op == Op.GiscUnregister && Math.Abs(e.B) == EINVAL)
        {
            var cause = _unregistered[(e.Guest * Subclasses) + e.A];
            findings.Report(this, e, cause.Step, cause.TimeNs);
        }
    }

    /// <inheritdoc/>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names)
    {
        var cause = causeStep == 0 ? "it never was" : $"the last registration was given back {Earlier(e, causeStep, causeTimeNs)}";
        return $"{names.Actor(e.Actor)} unregistered GISC {e.A} of {names.Guest(e.Guest)}, which is not registered (-EINVAL); {cause}";
    }
}
