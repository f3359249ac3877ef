using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>The driver threw, or did what no driver can do.</summary>
/// <remarks>
/// <para>Meaning: its code is broken in a way that no kernel would survive either; for a driver in C# an exception that is neither a null
/// nor a freed structure.</para>
/// <para>Judged at once.</para>
/// <para>Rests on: nothing of the hardware; the engine catches it.</para>
/// </remarks>
public sealed class DriverCrash : Oracle
{
    /// <inheritdoc/>
    public override string Id => "driver-crash";

    /// <inheritdoc/>
    public override string Summary => "the driver threw, or did what no driver can do";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Diagnosis;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.DriverCrash];

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings) => findings.Report(this, e);

    /// <inheritdoc/>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names) =>
        $"the driver crashed in {names.Actor(e.Actor)}{(e.Op == Op.None ? "" : " after " + OpText.Name(e.Op))}";
}
