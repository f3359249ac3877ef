using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>The guest that owns a queue issues ZAPQ.</summary>
public sealed class GuestZapq : GuestReset
{
    /// <inheritdoc/>
    public override string Id => "guest-zapq";

    /// <inheritdoc/>
    public override string Summary => "the guest that owns the queue issues ZAPQ itself, unseen by the host";

    /// <inheritdoc/>
    public override string Motivation => "thread, scenario 1: \"because for example G2 did a ZAPQ before us\"; bug-history #16, S1, S11";

    /// <inheritdoc/>
    protected override bool Zeroizes => true;
}
