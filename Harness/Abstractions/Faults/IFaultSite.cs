namespace ApChaos.Abstractions;

/// <summary>The run, as a fault may touch it.</summary>
public interface IFaultSite
{
    /// <summary>What the fault remembers.</summary>
    ref FaultState State { get; }

    /// <summary>
    /// Queue at which the trigger matched, or -1. When it matched at an operation on an mdev it is one of the mdev's queues, a choice.
    /// </summary>
    int MatchedQueue { get; }

    /// <summary><see cref="MatchedQueue"/>, and where there is none one of all queues, a choice: for faults that need one.</summary>
    int AnyQueue { get; }

    /// <summary>Value of an option; when the plan gives several, one of them is chosen now.</summary>
    /// <param name="option">Position in <see cref="Fault.Options"/>.</param>
    /// <returns>The value.</returns>
    long Value(int option);

    /// <summary>Makes the fault active.</summary>
    /// <param name="durationNs">For how long, in virtual nanoseconds, or <see cref="VirtualTime.Never"/>: until the plan's end.</param>
    /// <param name="bites">How many bites, or 0 for no limit.</param>
    void Activate(long durationNs, long bites);

    /// <summary>Notes a bite in the trace and counts it.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="what">What it did, for instance a duration or a response code.</param>
    void Bite(int queue, long what);

    /// <summary>Notes in the trace that the fault found nothing to bend.</summary>
    /// <param name="queue">The queue that it aimed at, or -1.</param>
    /// <param name="why">Why.</param>
    void Pass(int queue, PassReason why);

    /// <summary>A guest that owns the queue issues a reset at this very moment.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="zeroize">True for ZAPQ, false for RAPQ.</param>
    /// <param name="durationNs">How long that reset takes; negative: as the profile says.</param>
    /// <returns>Whether the queue had a guest that could, and its reset was accepted.</returns>
    bool GuestReset(int queue, bool zeroize, long durationNs);

    /// <summary>Deconfigures the adapter of a queue.</summary>
    /// <param name="queue">The queue.</param>
    void Deconfigure(int queue);

    /// <summary>Configures the adapter of a queue again.</summary>
    /// <param name="queue">The queue.</param>
    void Configure(int queue);

    /// <summary>Puts the adapter of a queue into checkstop, or takes it out.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="on">Whether it goes into checkstop.</param>
    void Checkstop(int queue, bool on);

    /// <summary>Takes the adapter of a queue out of the configuration of this partition.</summary>
    /// <param name="queue">The queue.</param>
    void RemoveFromConfiguration(int queue);

    /// <summary>Gives the adapter of a queue back to the configuration of this partition.</summary>
    /// <param name="queue">The queue.</param>
    void AddToConfiguration(int queue);

    /// <summary>An association of a queue fails asynchronously.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="code">RC 35 or 36.</param>
    void RaiseAsyncError(int queue, ResponseCode code);

    /// <summary>The VMM that has a queue unmaps a range of its guest's memory.</summary>
    /// <param name="queue">The queue; its NIB is the one that the range is chosen by.</param>
    /// <param name="range">Which range.</param>
    /// <returns>Whether it will.</returns>
    PassReason UnmapMemory(int queue, UnmapRange range);

    /// <summary>KVM is detached from the mdev that has a queue before its VMM closes the device.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Whether it will be.</returns>
    PassReason DetachKvm(int queue);

    /// <summary>The guest that has a queue crashes: its vCPUs stop at this very moment.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="reboots">Whether its VMM resets it and it lives on; else the VMM closes the device.</param>
    /// <returns>Whether it did.</returns>
    PassReason CrashGuest(int queue, bool reboots);

    /// <summary>The VMM that has a queue is killed (SIGKILL): memory goes first, file descriptors follow in any order, a choice.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Whether it was.</returns>
    PassReason KillVmm(int queue);

    /// <summary>The mdev that has a queue is removed: its VMM closes the device, and its guest lives on without it.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Whether it will be.</returns>
    PassReason RemoveMdev(int queue);

    /// <summary>The VMM that has a queue resets its guest's subsystem.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="resetsDevice">Whether it issues VFIO_DEVICE_RESET, too.</param>
    /// <returns>Whether it will.</returns>
    PassReason ResetSubsystem(int queue, bool resetsDevice);

    /// <summary>The actor that acts at this very moment is paused before its next operation.</summary>
    /// <param name="ns">For how long, in virtual nanoseconds.</param>
    /// <returns>Whether an actor acts.</returns>
    PassReason Preempt(long ns);

    /// <summary>A queue is taken from the driver, whoever uses it; the AP bus does it in its own time.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Whether it will be.</returns>
    PassReason UnbindQueue(int queue);

    /// <summary>A queue is given to the driver again; the AP bus does it in its own time.</summary>
    /// <param name="queue">The queue.</param>
    void BindQueue(int queue);

    /// <summary>Another vCPU of the guest that has a queue issues an instruction on it, at the same time as whatever goes on.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="instruction">What it issues.</param>
    /// <returns>Whether it does.</returns>
    PassReason RaceVcpu(int queue, RaceInstruction instruction);
}

/// <summary>What a racing vCPU issues.</summary>
public enum RaceInstruction
{
    /// <summary>AQIC(enable), with a NIB and a subclass of its own.</summary>
    Enable,

    /// <summary>AQIC(disable).</summary>
    Disable,

    /// <summary>ZAPQ.</summary>
    Zapq,
}

/// <summary>Ranges of guest memory that a VMM may unmap.</summary>
public enum UnmapRange
{
    /// <summary>The page of the queue's NIB.</summary>
    Nib,

    /// <summary>A range without it.</summary>
    Other,

    /// <summary>All.</summary>
    All,
}

/// <summary>Why a fault that fired found nothing to bend.</summary>
public enum PassReason
{
    /// <summary>It found something.</summary>
    None,

    /// <summary>Nobody is there to act on: no guest has the queue, or it is about to go.</summary>
    Nobody,

    /// <summary>This generation of the driver has no such thing.</summary>
    Generation,
}
