using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>The guest crashes: its vCPUs are gone in the middle of whatever they did.</summary>
public sealed class GuestCrash : GuestEvent
{
    private const int Then = FirstOwn;

    /// <inheritdoc/>
    public override string Id => "guest-crash";

    /// <inheritdoc/>
    public override string Summary => "the guest's vCPUs vanish at once; its VMM closes the device, or resets the guest and starts it anew";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #57 and ap-facts 9.3, 25: crash, kdump and kexec reset queues that are in use; #13: release with work under way";

    /// <inheritdoc/>
    protected override IReadOnlyList<FaultOption> Own { get; } =
    [
        new("then", FaultOptionKind.Word, 0, 0, 1, "what its VMM does", AllowsNever: false, "close", "reset"),
    ];

    /// <inheritdoc/>
    protected override PassReason Happen(IFaultSite site, int queue) => site.CrashGuest(queue, reboots: site.Value(Then) != 0);
}
