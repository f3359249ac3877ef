using ApChaos.Machine;

namespace ApChaos.Running;

/// <summary>What a guest does next.</summary>
public enum GuestActionKind
{
    /// <summary>AQIC: enable interruption of a queue.</summary>
    EnableIrq,

    /// <summary>AQIC: disable interruption of a queue.</summary>
    DisableIrq,

    /// <summary>NQAP, then wait for the reply: sleep until interrupted or for a while, then DQAP.</summary>
    Request,

    /// <summary>NQAP, and do not wait.</summary>
    Post,

    /// <summary>DQAP.</summary>
    Poll,

    /// <summary>TAPQ.</summary>
    Test,
}

/// <summary>One action of a guest.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Queue">Position of the queue in the topology.</param>
/// <param name="PauseNs">How long the guest may pause before it: one of these, a choice; virtual nanoseconds.</param>
/// <param name="Length">Bytes of the message, for requests.</param>
/// <param name="Nib">Guest address of the NIB, for EnableIrq.</param>
/// <param name="Isc">Guest interruption subclass 0..7, for EnableIrq.</param>
public sealed record GuestAction(GuestActionKind Kind, int Queue, IReadOnlyList<long> PauseNs, int Length = 0, long Nib = 0, int Isc = 0);

/// <summary>What one guest does in its life.</summary>
/// <param name="Vcpus">The actions of each vCPU, in order.</param>
/// <param name="LifeNs">How long the VMM lets it run: one of these, a choice; virtual nanoseconds.</param>
/// <param name="ResetsDevice">Whether the VMM issues VFIO_DEVICE_RESET before it closes the device.</param>
/// <param name="StaysOpen">
/// Whether the VMM keeps the device open to the end of the run instead of closing it, so that leaks and lost queues are judged while it
/// is open. What its VMM would do after that never happens: successors do not start, and VMM 0 unbinds no queue.
/// </param>
public sealed record GuestWorkload(
    IReadOnlyList<IReadOnlyList<GuestAction>> Vcpus, IReadOnlyList<long> LifeNs, bool ResetsDevice, bool StaysOpen = false);

/// <summary>The data of a run: a topology and what its guests do. Drawn once, before the run; part of the replay file.</summary>
/// <param name="Topology">The machine's shape.</param>
/// <param name="Guests">One workload for each guest of the topology.</param>
/// <param name="UnbindQueue">Queue that is unbound from vfio_ap when all guests are gone, or -1.</param>
public sealed record Scenario(Topology Topology, IReadOnlyList<GuestWorkload> Guests, int UnbindQueue = -1);
