using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>Instructions on a queue are answered RC 0A for a while, as while a bind or associate is under way.</summary>
public sealed class StateChangeStorm : Refusal
{
    /// <inheritdoc/>
    public override string Id => "state-change-storm";

    /// <inheritdoc/>
    public override string Summary => "ZAPQ, TAPQ, RAPQ and AQIC are answered STATE_CHANGE_IN_PROGRESS for a while";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #26: RC 0A, a bind or associate under way, was not known at ZAPQ";

    /// <inheritdoc/>
    protected override ApConditions Condition => ApConditions.StateChange;

    /// <inheritdoc/>
    protected override ResponseCode Code => ResponseCode.StateChangeInProgress;
}
