using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>What oracles may see.</summary>
public sealed partial class ApMachine
{
    /// <inheritdoc/>
    public int PagePins(int page) => Pages[page - FirstPage].Pins;

    /// <inheritdoc/>
    public int PageOwner(int page) => Pages[page - FirstPage].Owner;

    /// <inheritdoc/>
    public bool MemoryReleased(int guest) => Guests[guest].MemoryReleased != 0;

    /// <inheritdoc/>
    public bool GuestAlive(int guest) => Guests[guest].References > 0;

    /// <inheritdoc/>
    public int KvmReferences(int guest) => Guests[guest].References;

    /// <inheritdoc/>
    public int GiscReferences(int guest, int gisc) => Guests[guest].Giscs[gisc];

    /// <inheritdoc/>
    public int QueueOwner(int queue) => Queues[queue].Owner;

    /// <inheritdoc/>
    public bool IrqArmed(int queue) => Queues[queue].Irq is IrqState.On or IrqState.Disabling;

    /// <inheritdoc/>
    public int IrqGuest(int queue) => Queues[queue].IrqGuest;

    /// <inheritdoc/>
    public bool ResetRunning(int queue) => Queues[queue].Reset != ResetKind.None;

    /// <inheritdoc/>
    public int Taint(int queue) => Queues[queue].Taint;

    /// <inheritdoc/>
    public bool ZeroizedSinceUse(int queue) => Queues[queue].ZeroizedSinceUse != 0;

    /// <inheritdoc/>
    public bool AdapterUsable(int queue)
    {
        ref readonly var adapter = ref Adapters[AdapterOf(queue)];
        return adapter.Deconfigured == 0 && adapter.Checkstopped == 0 && adapter.Removed == 0;
    }

    /// <inheritdoc/>
    public bool QueueBound(int queue) => Queues[queue].Bound != 0;

    /// <inheritdoc/>
    public int QueueStructure(int queue) => Driver.Queue(queue).Alive != 0 ? Driver.Queue(queue).Structure : 0;

    /// <inheritdoc/>
    public int AssignedGuest(int queue)
    {
        for (var guest = 0; guest < Guests.Length; guest++)
        {
            var mdev = Topology.Mdevs[Topology.Guests[guest].Mdev];
            if (Guests[guest].DeviceOpen != 0 && ((mdev.Adapters >> AdapterOf(queue)) & 1) != 0 && ((mdev.Domains >> (queue % _domainCount)) & 1) != 0)
            {
                return guest;
            }
        }

        return -1;
    }

    /// <inheritdoc/>
    public int MdevOf(int guest) => Topology.Guests[guest].Mdev;

    /// <inheritdoc/>
    public int MdevGuest(int mdev) => Driver.Mdev(mdev).Kvm - 1;

    /// <inheritdoc/>
    public bool IsAssigned(int mdev, int queue) => Driver.IsAssigned(mdev, queue);

    /// <inheritdoc/>
    public bool IsInShadow(int mdev, int queue) =>
        ((Driver.Mdev(mdev).ShadowAdapters >> AdapterOf(queue)) & (Driver.Mdev(mdev).ShadowDomains >> (queue % _domainCount)) & 1) != 0;

    /// <inheritdoc/>
    public bool IsInApcb(int queue, int guest) =>
        ((Guests[guest].Adapters >> AdapterOf(queue)) & (Guests[guest].Domains >> (queue % _domainCount)) & 1) != 0;

    /// <inheritdoc/>
    public bool SavesIrq(int queue) => Driver.Queue(queue).SavedIsc != ApQueue.IscInvalid || Driver.Queue(queue).SavedIova != 0;

    /// <inheritdoc/>
    public int SavedGuest(int queue) => Driver.Queue(queue).SavedKvm - 1;

    /// <inheritdoc/>
    public int LockClass(int lockIndex) => Math.Min(lockIndex, KernelLock.FixedCount);

    /// <inheritdoc/>
    public bool GuestClosed(int guest) => Guests[guest].Closed != 0;
}
