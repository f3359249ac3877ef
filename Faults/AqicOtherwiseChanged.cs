using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>AQIC is answered RC 07: already so, or an earlier change is not finished yet.</summary>
public sealed class AqicOtherwiseChanged : AqicAnswer
{
    /// <inheritdoc/>
    public override string Id => "aqic-otherwise-changed";

    /// <inheritdoc/>
    public override string Summary => "AQIC is answered OTHERWISE_CHANGED and changes nothing";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #6c: two AQIC(enable) in quick succession, and RC 07 undid the wrong things; #30: its status was lost";

    /// <inheritdoc/>
    protected override ResponseCode Code => ResponseCode.OtherwiseChanged;

    /// <inheritdoc/>
    protected override bool AnswersDisable => true;
}
