using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ApChaos.Machine;

// The machine's state is plain data: unmanaged records in arrays, timers as remaining time, no object graph. Each record can be
// copied, compared and hashed by itself (design §7).

/// <summary>Interruption of a queue.</summary>
public enum IrqState : byte
{
    /// <summary>Disabled.</summary>
    Off,

    /// <summary>AQIC(enable) was accepted and is not real yet.</summary>
    Enabling,

    /// <summary>Enabled.</summary>
    On,

    /// <summary>AQIC(disable) was accepted and is not real yet: the hardware may still store.</summary>
    Disabling,
}

/// <summary>Kinds of resets.</summary>
public enum ResetKind : byte
{
    /// <summary>No reset.</summary>
    None,

    /// <summary>RAPQ: the keys stay.</summary>
    Rapq,

    /// <summary>ZAPQ: zeroizes.</summary>
    Zapq,
}

/// <summary>Messages of a queue's fifo: who sent it and its correlator.</summary>
[InlineArray(ApMachine.DepthMax)]
public struct MessageFifo
{
    private Message _first;
}

/// <summary>One message.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Message
{
    /// <summary>Correlator, 64 bits.</summary>
    public long Psmid;

    /// <summary>Guest that sent it.</summary>
    public sbyte Guest;
}

/// <summary>An AP queue (ap-facts §6.1).</summary>
public struct QueueState
{
    /// <summary>Requests that wait or are worked on, oldest first.</summary>
    public MessageFifo Requests;

    /// <summary>Replies that wait, oldest first.</summary>
    public MessageFifo Replies;

    /// <summary>Host address of the NIB while interruption is on.</summary>
    public long Nib;

    /// <summary>Host address of the NIB that an accepted AQIC will set.</summary>
    public long NextNib;

    /// <summary>Host address of the NIB of a store that is under way.</summary>
    public long FlightNib;

    /// <summary>Messages in <see cref="Requests"/>.</summary>
    public byte RequestCount;

    /// <summary>Messages in <see cref="Replies"/>.</summary>
    public byte ReplyCount;

    /// <summary>The reset under way.</summary>
    public ResetKind Reset;

    /// <summary>A second reset that follows.</summary>
    public ResetKind NextReset;

    /// <summary>Interruption.</summary>
    public IrqState Irq;

    /// <summary>GISC while interruption is on.</summary>
    public byte Gisc;

    /// <summary>GISC that an accepted AQIC will set.</summary>
    public byte NextGisc;

    /// <summary>GISC of a store that is under way.</summary>
    public byte FlightGisc;

    /// <summary>Guest whose GISA is designated, or -1.</summary>
    public sbyte IrqGuest;

    /// <summary>Guest whose GISA an accepted AQIC will designate.</summary>
    public sbyte NextGuest;

    /// <summary>Guest of a store that is under way.</summary>
    public sbyte FlightGuest;

    /// <summary>Stores that are under way: bit 0 the NIB, bit 1 the IPM.</summary>
    public byte Flight;

    /// <summary>Guest in whose APCB the queue is, or -1.</summary>
    public sbyte Owner;

    /// <summary>Guest whose data the queue holds, or -1; only a completed zeroize clears it.</summary>
    public sbyte Taint;

    /// <summary>Whether a zeroize that began after the last use is complete or under way.</summary>
    public byte ZeroizedSinceUse;

    /// <summary>Sticky asynchronous error, 0x35 or 0x36; 0 for none.</summary>
    public byte AsyncError;

    /// <summary>Whether a bind or associate is under way (RC 0A).</summary>
    public byte StateChange;

    /// <summary>BUSY answers that the busy model still owes.</summary>
    public byte BusyLeft;

    /// <summary>Whether the queue is bound to vfio_ap.</summary>
    public byte Bound;
}

/// <summary>An adapter.</summary>
public struct AdapterState
{
    /// <summary>Whether it is deconfigured.</summary>
    public byte Deconfigured;

    /// <summary>Whether it is in checkstop.</summary>
    public byte Checkstopped;

    /// <summary>Whether it left the configuration of this partition.</summary>
    public byte Removed;

    /// <summary>Whether its queues still drain.</summary>
    public byte Draining;
}

/// <summary>A host page that backs guest memory. Of its content the line of 16 bytes is kept in which NIBs lie.</summary>
public struct PageState
{
    /// <summary>Bytes 0x240..0x24f of the page, low address first.</summary>
    public UInt128 Line;

    /// <summary>Pins.</summary>
    public short Pins;

    /// <summary>Owner: guest, or -1 for the host kernel, or -2 when not in use yet.</summary>
    public sbyte Owner;

    /// <summary>Whether the VMM has unmapped it.</summary>
    public byte Unmapped;
}

/// <summary>Eight reference counts, one for each interruption subclass.</summary>
[InlineArray(8)]
public struct GiscCounts
{
    private byte _first;
}

/// <summary>What the VMM of a guest is asked to do, in its own time.</summary>
[Flags]
public enum VmmOrders : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Unmap a range of guest memory.</summary>
    Unmap = 1,

    /// <summary>Reset the subsystem.</summary>
    ResetSubsystem = 2,

    /// <summary>And the device.</summary>
    ResetDevice = 4,

    /// <summary>Look after a crashed guest.</summary>
    Crashed = 8,

    /// <summary>And start it anew.</summary>
    Reboot = 16,

    /// <summary>Die.</summary>
    Killed = 32,

    /// <summary>Detach KVM before the device is closed.</summary>
    DetachKvm = 64,

    /// <summary>Close the device, because its mdev is to be removed.</summary>
    RemoveMdev = 128,
}

/// <summary>A guest: struct kvm, its GISA and its VMM.</summary>
public struct GuestState
{
    /// <summary>Adapters of its APCB.</summary>
    public ulong Adapters;

    /// <summary>Domains of its APCB.</summary>
    public ulong Domains;

    /// <summary>First guest address of the range that is to be unmapped.</summary>
    public long UnmapIova;

    /// <summary>Its bytes.</summary>
    public long UnmapLength;

    /// <summary>Registered GISCs.</summary>
    public GiscCounts Giscs;

    /// <summary>References on struct kvm.</summary>
    public short References;

    /// <summary>GISA: interruption pending mask.</summary>
    public byte Ipm;

    /// <summary>GISA: interruption alert mask.</summary>
    public byte Iam;

    /// <summary>Alert mask as KVM wants it: one bit for each registered GISC.</summary>
    public byte AlertMask;

    /// <summary>Whether the GISA is on the GIB's alert list.</summary>
    public byte OnAlertList;

    /// <summary>PQAP hook: mdev plus one, 0 for none.</summary>
    public byte Hook;

    /// <summary>Whether it was created.</summary>
    public byte Created;

    /// <summary>Whether its vCPUs are told to stop.</summary>
    public byte Stopping;

    /// <summary>vCPUs that have not ended yet.</summary>
    public byte Vcpus;

    /// <summary>Whether the VMM closed its KVM file descriptor.</summary>
    public byte Closed;

    /// <summary>Whether the memory went back to the host.</summary>
    public byte MemoryReleased;

    /// <summary>Whether the guest has its mdev open.</summary>
    public byte DeviceOpen;

    /// <summary>Whether the VMM takes orders: from the guest's creation until it is about to go.</summary>
    public byte TakesOrders;

    /// <summary>What the VMM is asked to do.</summary>
    public VmmOrders Orders;
}

/// <summary>A lock.</summary>
public struct LockState
{
    /// <summary>When it was taken, in virtual nanoseconds.</summary>
    public long TakenNs;

    /// <summary>Actor that holds it alone, plus one; 0 for none.</summary>
    public short Holder;

    /// <summary>Actors that hold it for reading.</summary>
    public short Readers;

    /// <summary>Actors whose next operation is to take it, whether or not they must wait.</summary>
    public short Waiters;
}

/// <summary>A work item of a queue.</summary>
public struct WorkState
{
    /// <summary>Whether it is queued or running.</summary>
    public byte Busy;

    /// <summary>Whether it was queued again while it ran.</summary>
    public byte Again;

    /// <summary>Whether the AP bus is asked to take the queue from its driver.</summary>
    public byte Unbind;

    /// <summary>Whether the AP bus is asked to give the queue to the driver again.</summary>
    public byte Bind;

    /// <summary>Whether somebody is about to take the queue from its driver.</summary>
    public byte Leaving;
}
