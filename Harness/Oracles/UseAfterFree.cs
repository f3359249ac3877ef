using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>The driver used a structure that it had freed.</summary>
/// <remarks>
/// <para>Meaning: an <see cref="ApQueue"/> or a <see cref="MatrixMdev"/> was read or written after its memory was given back, by a
/// handle of its former life, or was freed twice; or a reference on a guest's struct kvm was put that nobody has.</para>
/// <para>Judged at once: the access raises it.</para>
/// <para>Rests on: ap-facts §9.1 and §9.5 (lifetime of the structures); bug-history O-NULL, #49 and #51.</para>
/// </remarks>
public sealed class UseAfterFree : Oracle
{
    /// <inheritdoc/>
    public override string Id => "use-after-free";

    /// <inheritdoc/>
    public override string Summary => "the driver used a structure that it had freed";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.MemorySafety;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.UseAfterFree];

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings) => findings.Report(this, e);

    /// <inheritdoc/>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names)
    {
        var owner = e.Queue >= 0 ? $" of {names.Queue(e.Queue)}" : e.Guest >= 0 ? $" of {names.Guest(e.Guest)}" : "";
        return $"{names.Actor(e.Actor)} used a structure{owner} that was freed";
    }
}
