using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>The VMM is killed: guest memory goes first, then its files are closed in any order, a choice.</summary>
public sealed class VmmKill : GuestEvent
{
    /// <inheritdoc/>
    public override string Id => "vmm-kill";

    /// <inheritdoc/>
    public override string Summary => "the VMM is killed by SIGKILL: its memory goes, its files are closed in any order";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #3: QEMU dies, KVM goes before the device, and the driver oopses; #2";

    /// <inheritdoc/>
    protected override PassReason Happen(IFaultSite site, int queue) => site.KillVmm(queue);
}
