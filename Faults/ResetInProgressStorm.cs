using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>Instructions on a queue are answered RC 02 for a while, although no reset may be under way.</summary>
public sealed class ResetInProgressStorm : Refusal
{
    /// <inheritdoc/>
    public override string Id => "reset-in-progress-storm";

    /// <inheritdoc/>
    public override string Summary => "ZAPQ, TAPQ, RAPQ and AQIC are answered RESET_IN_PROGRESS for a while";

    /// <inheritdoc/>
    public override string Motivation => "thread, scenario 1: ZAPQ is answered RESET_IN_PROGRESS again after the only retry; bug-history #13, #16, S2";

    /// <inheritdoc/>
    protected override ApConditions Condition => ApConditions.ResetInProgress;

    /// <inheritdoc/>
    protected override ResponseCode Code => ResponseCode.ResetInProgress;
}
