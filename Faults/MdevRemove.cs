using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>The administrator removes the mdev of a running guest: its VMM has to close the device, and the guest lives on without it.</summary>
public sealed class MdevRemove : GuestEvent
{
    /// <inheritdoc/>
    public override string Id => "mdev-remove";

    /// <inheritdoc/>
    public override string Summary => "the mdev of a running guest is removed: its VMM closes the device, and the guest lives on without it";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #47: the mdev is removed while its guest runs; ap-facts 9.3, 1: remove was answered EBUSY, which nobody heard";

    /// <inheritdoc/>
    protected override PassReason Happen(IFaultSite site, int queue) => site.RemoveMdev(queue);
}
