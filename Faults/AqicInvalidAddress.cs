using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>AQIC is answered RC 06: the machine does not like the NIB.</summary>
public sealed class AqicInvalidAddress : AqicAnswer
{
    /// <inheritdoc/>
    public override string Id => "aqic-invalid-address";

    /// <inheritdoc/>
    public override string Summary => "AQIC(enable) is answered INVALID_ADDRESS and changes nothing";

    /// <inheritdoc/>
    public override string Motivation => "bug-history S1: after an unexpected RC of AQIC(enable) the new pin and GISC are forgotten; #7, #8, #30";

    /// <inheritdoc/>
    protected override ResponseCode Code => ResponseCode.InvalidAddress;

    /// <inheritdoc/>
    protected override bool AnswersDisable => false;
}
