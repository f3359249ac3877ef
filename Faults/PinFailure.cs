using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>A page of guest memory cannot be pinned.</summary>
public sealed class PinFailure : CallFailure
{
    /// <inheritdoc/>
    public override string Id => "pin-failure";

    /// <inheritdoc/>
    public override string Summary => "vfio_pin_pages fails with -ENOMEM, once or more often";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #7, #8: a NIB that cannot be pinned, or must not be; S6: half of the interrupt resources";

    /// <inheritdoc/>
    protected override Op Call => Op.PinPages;

    /// <inheritdoc/>
    protected override int Errno => 12;
}
