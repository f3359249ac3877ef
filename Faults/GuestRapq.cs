using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>The guest that owns a queue issues RAPQ: a reset that keeps the keys.</summary>
public sealed class GuestRapq : GuestReset
{
    /// <inheritdoc/>
    public override string Id => "guest-rapq";

    /// <inheritdoc/>
    public override string Summary => "the guest that owns the queue issues RAPQ itself, which keeps the keys";

    /// <inheritdoc/>
    public override string Motivation => "bug-history part E.3: clean only if the reset under way zeroizes; ap-facts 5.2: a guest may issue RAPQ";

    /// <inheritdoc/>
    protected override bool Zeroizes => false;
}
