using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>An AP instruction of the driver raised a specification or operation exception in the host.</summary>
/// <remarks>
/// <para>Meaning: the driver used what the machine does not have, for instance AQIC without facility 65: an oops.</para>
/// <para>Judged at once. Only instructions that the host issues count: a guest's exception is the guest's own affair.</para>
/// <para>Rests on: ap-facts §1.1 and §8 rule 4; bug-history O-SPEC and #1.</para>
/// </remarks>
public sealed class SpecException : Oracle
{
    /// <inheritdoc/>
    public override string Id => "spec-exception";

    /// <inheritdoc/>
    public override string Summary => "an AP instruction of the driver raised a specification exception in the host";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Diagnosis;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.SpecificationException];

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings) => findings.Report(this, e);

    /// <inheritdoc/>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names) =>
        $"{OpText.Name(e.Op)}{(e.Queue < 0 ? "" : " on " + names.Queue(e.Queue))} by {names.Actor(e.Actor)} "
        + "raised a specification or operation exception in the host";
}
