using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>The hardware stored to the IPM of a GISA that was freed.</summary>
/// <remarks>
/// <para>Meaning: a queue's interruption still designated the GISA of a guest whose struct kvm is gone. The GISA lies in the same page as
/// the CRYCB and dies with it.</para>
/// <para>Judged at every store to an IPM.</para>
/// <para>Rests on: ap-facts §3 (the GISA lives exactly as long as struct kvm) and §7.7; bug-history O-POKE.</para>
/// </remarks>
public sealed class GisaStoreAfterFree : Oracle
{
    private Moment[] _destroyed = [];

    /// <inheritdoc/>
    public override string Id => "gisa-store-after-free";

    /// <inheritdoc/>
    public override string Summary => "the hardware stored to the interruption pending mask of a GISA that was freed";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.MemorySafety;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.GuestDestroyed, EventKind.IpmStore];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size) => _destroyed = new Moment[size.Guests];

    /// <inheritdoc/>
    public override void Reset() => Array.Clear(_destroyed);

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        if (e.Kind == EventKind.GuestDestroyed)
        {
            _destroyed[e.Guest] = Moment.Of(e);
            return;
        }

        if (e.B == 0)
        {
            var cause = _destroyed[e.Guest];
            findings.Report(this, e, cause.Step, cause.TimeNs);
        }
    }

    /// <inheritdoc/>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names)
    {
        var cause = causeStep == 0 ? "it never existed" : $"freed {Earlier(e, causeStep, causeTimeNs)}";
        return $"hardware stored to the GISA of {names.Guest(e.Guest)} for {names.Queue(e.Queue)} "
            + $"(GISC {e.A}, IPM bit 0x{0x80 >> (int)e.A:x2}); {cause}";
    }
}
