namespace ApChaos.Abstractions;

/// <summary>Kinds of events. Every step leaves at least one; the hash chain runs over all of them.</summary>
public enum EventKind : byte
{
    /// <summary>An actor's operation was done: Op, A and B its arguments (B of AQIC: the control word, of NQAP: the length), C its reply.</summary>
    Step,

    /// <summary>An AP instruction was answered: Op, Queue, Guest (issuer's guest or -1), A the status word, B the issuer's <see cref="ActorClass"/>.</summary>
    Instruction,

    /// <summary>A reset began: Queue, A its duration in ns, B 1 for ZAPQ and 0 for RAPQ, C the issuer's <see cref="ActorClass"/>.</summary>
    ResetStarted,

    /// <summary>A reset is complete: Queue, B 1 for ZAPQ and 0 for RAPQ.</summary>
    ResetCompleted,

    /// <summary>A queue's interruption is enabled: Queue, Guest whose GISA is designated, A host address of the NIB, B the GISC.</summary>
    IrqOn,

    /// <summary>A queue's interruption is off: Queue.</summary>
    IrqOff,

    /// <summary>A request was accepted: Queue, Guest, A the correlator.</summary>
    Enqueued,

    /// <summary>A reply is ready: Queue, Guest who asked, A the correlator.</summary>
    ReplyReady,

    /// <summary>A reply was dequeued: Queue, Guest who reads, A the correlator, B the guest who asked.</summary>
    Dequeued,

    /// <summary>The hardware stored to a NIB: Queue, Guest whose GISA is designated or -1, A host address, B the old byte, C the new byte.</summary>
    NibStore,

    /// <summary>The hardware stored to a GISA's IPM: Queue, Guest, A the GISC, B 1 when the GISA still existed.</summary>
    IpmStore,

    /// <summary>A GISA was put on the alert list of the GIB: Guest.</summary>
    GibAlert,

    /// <summary>A guest got an interruption: Guest, A the IPM bits taken.</summary>
    InterruptDelivered,

    /// <summary>A page was pinned: Guest, A host page, B its pins, C the mdev.</summary>
    Pinned,

    /// <summary>A page was unpinned: Guest, A host page, B its pins, C the mdev.</summary>
    Unpinned,

    /// <summary>An unpin that matches no pin: A the guest address, C the mdev.</summary>
    UnpinFailed,

    /// <summary>A page got a new owner: A host page, B the former owner, C the new owner (guest, or -1 for the host kernel).</summary>
    PageGiven,

    /// <summary>A GISC was registered: Guest, A the subclass, B its count.</summary>
    GiscRegistered,

    /// <summary>A GISC was unregistered: Guest, A the subclass, B its count.</summary>
    GiscUnregistered,

    /// <summary>A GISC call that failed: Guest, A the subclass, B the errno, Op which call.</summary>
    GiscFailed,

    /// <summary>A guest was created: Guest.</summary>
    GuestCreated,

    /// <summary>A guest's last reference is gone; its GISA is free: Guest, A its alert mask (a bit for each GISC that is still registered).</summary>
    GuestDestroyed,

    /// <summary>A reference on a guest was taken or given back: Guest, A the count, B +1 or -1.</summary>
    KvmReference,

    /// <summary>A queue got a guest as owner: Queue, Guest, A the former one or -1.</summary>
    QueueGranted,

    /// <summary>A queue was taken out of a guest's APCB: Queue, Guest.</summary>
    QueueRevoked,

    /// <summary>A queue left vfio_ap for the host's own driver: Queue.</summary>
    QueueUnbound,

    /// <summary>An actor waits for a lock: A the lock, B the holder.</summary>
    LockWaited,

    /// <summary>A lock was taken: A the lock, B 1 for shared.</summary>
    LockTaken,

    /// <summary>A lock was given back: A the lock, B for how long it was held in ns.</summary>
    LockReleased,

    /// <summary>A lock was given back that the actor does not hold: A the lock.</summary>
    LockMisused,

    /// <summary>A work item was queued: Queue.</summary>
    WorkQueued,

    /// <summary>A driver operation began: A the <see cref="DriverOperation"/>, B its object, Queue its queue or -1.</summary>
    OperationEntered,

    /// <summary>
    /// A driver operation returned: A the <see cref="DriverOperation"/>, B its object, C what it returned (0, an errno, or the response code
    /// that the guest gets for an intercepted AQIC), Queue its queue or -1.
    /// </summary>
    OperationExited,

    /// <summary>A kernel warning: Queue, Op what it is about.</summary>
    Warned,

    /// <summary>A kernel log line: Queue, Op what it is about.</summary>
    Logged,

    /// <summary>An AP instruction raised a specification or operation exception in the host: Queue, Op.</summary>
    SpecificationException,

    /// <summary>The driver touched a null structure.</summary>
    NullDereference,

    /// <summary>The driver touched a freed structure.</summary>
    UseAfterFree,

    /// <summary>The driver threw, or did what no driver can do.</summary>
    DriverCrash,

    /// <summary>An object was allocated: A the handle.</summary>
    Allocated,

    /// <summary>An object was freed: A the handle, B 1 when it was not allocated.</summary>
    Freed,

    /// <summary>An adapter was deconfigured: A its position.</summary>
    AdapterDeconfigured,

    /// <summary>An adapter was configured: A its position.</summary>
    AdapterConfigured,

    /// <summary>A fault fired: A its position in the plan, Queue its target or -1, B what it chose.</summary>
    FaultFired,

    /// <summary>A fault bent one instruction or reset: A its position in the plan, Queue, B what it did.</summary>
    FaultBit,

    /// <summary>A fault was lifted: A its position in the plan.</summary>
    FaultLifted,

    /// <summary>All faults are lifted; the machine gets time to come to rest.</summary>
    Healed,

    /// <summary>The machine is at rest; leak and liveness oracles judge.</summary>
    AtRest,

    /// <summary>Nobody can run and no time can pass: A how many actors wait.</summary>
    Deadlocked,

    /// <summary>The run was stopped because an actor took too many steps without time passing: A the steps.</summary>
    Livelocked,

    /// <summary>A checkstop of an adapter began or ended: A its position, B 1 when it began.</summary>
    AdapterCheckstopped,

    /// <summary>An adapter left the configuration of this partition: A its position.</summary>
    AdapterRemoved,

    /// <summary>An adapter came back into the configuration of this partition: A its position.</summary>
    AdapterAdded,

    /// <summary>A subsystem reset of a guest: Guest, A how many of its queues the machine began to reset.</summary>
    SubsystemReset,

    /// <summary>An association failed asynchronously: Queue, A the response code (0x35 or 0x36) of instructions from now on.</summary>
    AsyncErrorRaised,

    /// <summary>A bind or associate is under way: Queue, A how long in ns.</summary>
    StateChangeStarted,

    /// <summary>A bind or associate is over: Queue.</summary>
    StateChangeEnded,

    /// <summary>A pin that failed because of a fault: Guest or -1, A the guest address, B the errno, C the mdev.</summary>
    PinFailed,

    /// <summary>A fault fired and found nothing to bend: A its position in the plan, Queue its target or -1, B why (<see cref="PassReason"/>).</summary>
    FaultPassed,

    /// <summary>A queue was bound to vfio_ap: Queue.</summary>
    QueueBound,

    /// <summary>Two threads of the driver touched the same memory, one of them stored, and nothing put the two in an order.</summary>
    DataRace,

    /// <summary>How many kinds there are.</summary>
    Count,
}

/// <summary>One thing that happened in a run; plain data.</summary>
public struct MachineEvent
{
    /// <summary>When, in virtual nanoseconds since the start of the run.</summary>
    public long TimeNs;

    /// <summary>See the kind.</summary>
    public long A;

    /// <summary>See the kind.</summary>
    public long B;

    /// <summary>See the kind.</summary>
    public long C;

    /// <summary>Step of the run, from 1.</summary>
    public int Step;

    /// <summary>Actor that acted, or -1 for the hardware.</summary>
    public short Actor;

    /// <summary>Position of the queue in the topology, or -1.</summary>
    public short Queue;

    /// <summary>Position of the guest in the topology, or -1.</summary>
    public short Guest;

    /// <summary>What happened.</summary>
    public EventKind Kind;

    /// <summary>Operation concerned.</summary>
    public Op Op;
}
