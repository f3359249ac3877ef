using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>The guest resets its subsystem, as for a crash dump or kexec; its other vCPUs run on.</summary>
public sealed class SubsystemReset : GuestEvent
{
    private const int Device = FirstOwn;

    /// <inheritdoc/>
    public override string Id => "subsystem-reset";

    /// <inheritdoc/>
    public override string Summary => "a subsystem reset of the guest; its VMM resets the device, as QEMU from 8.2 on, or does not";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #57: queues were reset only after pages had changed state; #21: a reset under a running guest";

    /// <inheritdoc/>
    protected override IReadOnlyList<FaultOption> Own { get; } =
    [
        new("device", FaultOptionKind.Word, 0, 0, 1, "whether the VMM issues VFIO_DEVICE_RESET", AllowsNever: false, "reset", "left-alone"),
    ];

    /// <inheritdoc/>
    protected override PassReason Happen(IFaultSite site, int queue) => site.ResetSubsystem(queue, resetsDevice: site.Value(Device) == 0);
}
