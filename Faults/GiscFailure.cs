using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>A guest interruption subclass cannot be registered.</summary>
public sealed class GiscFailure : CallFailure
{
    /// <inheritdoc/>
    public override string Id => "gisc-failure";

    /// <inheritdoc/>
    public override string Summary => "kvm_s390_gisc_register fails with -ENODEV, once or more often";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #6, #6b: the early exit forgot to unpin, and the guest was told the wrong code; S6";

    /// <inheritdoc/>
    protected override Op Call => Op.GiscRegister;

    /// <inheritdoc/>
    protected override int Errno => 19;
}
