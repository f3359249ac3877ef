using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>Instructions on a queue are answered RC 05 for a while.</summary>
public sealed class BusyStorm : Refusal
{
    /// <inheritdoc/>
    public override string Id => "busy-storm";

    /// <inheritdoc/>
    public override string Summary => "ZAPQ, TAPQ, RAPQ and AQIC are answered BUSY for a while";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #22: RC 05 at ZAPQ ended in a warning and a queue that was never reset";

    /// <inheritdoc/>
    protected override ApConditions Condition => ApConditions.Busy;

    /// <inheritdoc/>
    protected override ResponseCode Code => ResponseCode.Busy;
}
