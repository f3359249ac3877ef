using ApChaos.Abstractions;

namespace ApChaos.Running;

/// <summary>What an actor does in its life.</summary>
internal enum ActorProgram : byte
{
    /// <summary>A VMM; of an mdev.</summary>
    Vmm,

    /// <summary>A vCPU; of a guest, and its number there.</summary>
    Vcpu,

    /// <summary>A kernel worker with the reset work item of a queue.</summary>
    Worker,

    /// <summary>A scan of the AP bus.</summary>
    Scan,

    /// <summary>The AP bus binds and unbinds queues as faults ordered it.</summary>
    Bus,

    /// <summary>A vCPU that a fault brought; of a guest, and its queue and instruction in one number.</summary>
    Race,
}

/// <summary>
/// Runs the code of actors in place of the engine: what exploration has learnt of a piece of code need not be run again.
/// </summary>
internal abstract class ActorCode
{
    /// <summary>Does what the engine's own <see cref="RunEngine.Begin(ActorProgram, int, int)"/> does: leaves a request in the kernel, or none when the code has ended.</summary>
    internal abstract void Start(ActorProgram program, int a, int b);

    /// <summary>Goes on with the reply in the kernel.</summary>
    /// <param name="waiting">What the code is at: the number that it left in <see cref="Kernel.WaitingNumber"/>.</param>
    /// <param name="op">The operation that was done.</param>
    internal abstract void Resume(int waiting, Op op);
}

/// <summary>How code touches the run between two operations.</summary>
internal enum TouchKind : byte
{
    /// <summary>A VMM is about another guest, or none: A the mdev, B the guest.</summary>
    GuestOfVmm,

    /// <summary>A guest has its device open or not: A the guest, B 1 or 0.</summary>
    DeviceOpen,

    /// <summary>The vCPUs of guest A start after this step.</summary>
    StartVcpus,

    /// <summary>The life of guest A begins and lasts for Ns.</summary>
    LifeBegins,

    /// <summary>The VMM of guest A took orders: B what is left of them.</summary>
    Orders,

    /// <summary>The VMM of guest A takes no orders any more.</summary>
    NoMoreOrders,

    /// <summary>Guest A is not to stop any more.</summary>
    RunAgain,

    /// <summary>Somebody is about to take queue A from its driver.</summary>
    Leaves,

    /// <summary>The AP bus took queue A from its driver, as ordered.</summary>
    Unbound,

    /// <summary>Queue A is bound to the driver.</summary>
    Bind,

    /// <summary>The driver did not take queue A.</summary>
    ProbeFailed,

    /// <summary>The order to bind queue A is done.</summary>
    BindDone,

    /// <summary>The driver crashed: A the kind of event.</summary>
    Crash,
}

/// <summary>
/// One touch of the run by code between two operations. There is no other way, but for the driver's records, so that exploration can
/// repeat what code did without running it.
/// </summary>
/// <param name="Kind">What.</param>
/// <param name="A">See the kind.</param>
/// <param name="B">See the kind.</param>
/// <param name="Ns">See the kind.</param>
/// <param name="Words">Of a crash.</param>
internal readonly record struct Touch(TouchKind Kind, int A, int B = 0, long Ns = 0, string? Words = null);
