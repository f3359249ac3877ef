using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>KVM is detached from the mdev before the device is closed: the SET_KVM notifier with NULL.</summary>
public sealed class KvmDetachEarly : GuestEvent
{
    /// <inheritdoc/>
    public override string Id => "kvm-detach-early";

    /// <inheritdoc/>
    public override string Summary => "KVM is detached from the mdev before the VMM closes the device (drivers up to 5.18 alone have the notifier)";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #2, #3, S16: the driver forgot its guest; reference, masks, pins and GISCs stayed, queues were not reset";

    /// <inheritdoc/>
    public override FaultTrigger DefaultTrigger { get; } = new(TriggerKind.OperationExit, Operation: DriverOperation.OpenDevice);

    /// <inheritdoc/>
    protected override PassReason Happen(IFaultSite site, int queue) => site.DetachKvm(queue);
}
