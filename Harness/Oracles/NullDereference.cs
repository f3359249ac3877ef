using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>The driver followed a null pointer.</summary>
/// <remarks>
/// <para>Meaning: a queue without mdev, an mdev without guest, or a queue that is not there was used as if it were: an oops.</para>
/// <para>Judged at once: the access raises it.</para>
/// <para>Rests on: ap-facts §9.1 (the links that may be null) and §9.4; bug-history O-NULL and #3.</para>
/// </remarks>
public sealed class NullDereference : Oracle
{
    /// <inheritdoc/>
    public override string Id => "null-dereference";

    /// <inheritdoc/>
    public override string Summary => "the driver followed a null pointer";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.MemorySafety;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.NullDereference];

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings) => findings.Report(this, e);

    /// <inheritdoc/>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names) =>
        $"{names.Actor(e.Actor)} followed a null pointer{(e.Queue < 0 ? "" : " at " + names.Queue(e.Queue))}";
}
