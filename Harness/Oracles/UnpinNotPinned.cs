using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>The driver gave back a pin that it does not have.</summary>
/// <remarks>
/// <para>Meaning: a page was unpinned twice, or an address was unpinned that was never pinned. In the real kernel the second unpin takes
/// somebody else's pin away.</para>
/// <para>Judged at every failed vfio_unpin_pages.</para>
/// <para>Rests on: ap-facts §8.3 (who frees what, and when it is forgotten); bug-history O-PIN, #4 and #8.</para>
/// </remarks>
public sealed class UnpinNotPinned : Oracle
{
    /// <inheritdoc/>
    public override string Id => "unpin-not-pinned";

    /// <inheritdoc/>
    public override string Summary => "the driver unpinned a page that it had not pinned";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.MemorySafety;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.UnpinFailed];

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings) => findings.Report(this, e);

    /// <inheritdoc/>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names) =>
        $"{names.Actor(e.Actor)} unpinned guest address 0x{e.A:x8} of mdev {e.C}, which has no pin there";
}
