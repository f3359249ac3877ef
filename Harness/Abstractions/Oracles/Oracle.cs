namespace ApChaos.Abstractions;

/// <summary>
/// Watches the events of a run and speaks when something broke. Found by being there: any public class with a parameterless
/// constructor that derives from this one.
/// </summary>
/// <remarks>
/// An oracle sees only the kinds of events that it subscribes to, in the order in which they happen, right after the step that made
/// them. It keeps its memory in arrays that it makes once in <see cref="Prepare"/> and clears in <see cref="Reset"/>.
/// </remarks>
public abstract class Oracle
{
    /// <summary>The id that users type, kebab-case.</summary>
    public abstract string Id { get; }

    /// <summary>One line: what it reports.</summary>
    public abstract string Summary { get; }

    /// <summary>What group it belongs to.</summary>
    public abstract OracleGroup Group { get; }

    /// <summary>Kinds of events that it wants to see.</summary>
    public abstract IReadOnlyList<EventKind> Subscriptions { get; }

    /// <summary>Called once, before the first run: make the arrays.</summary>
    /// <param name="size">How large the machine is.</param>
    public virtual void Prepare(in MachineSize size)
    {
    }

    /// <summary>Called before every run: forget everything.</summary>
    public virtual void Reset()
    {
    }

    /// <summary>
    /// Says what of the oracle's memory can influence a later verdict, for exhaustive exploration; causes that only
    /// <see cref="Describe"/> needs stay out.
    /// </summary>
    /// <remarks>
    /// An oracle that keeps fields other than arrays of <see cref="Moment"/> must override it, be it with an empty body; else what it
    /// remembers would be lost, and exploration refuses it. What it keeps may change in <see cref="On"/> alone: between two events it is
    /// taken for what it was.
    /// </remarks>
    /// <param name="image">Keeps it, or gives it back.</param>
    public virtual void Keep(StateImage image)
    {
    }

    /// <summary>An event of a subscribed kind.</summary>
    /// <param name="e">The event.</param>
    /// <param name="machine">The machine right after it.</param>
    /// <param name="findings">Where to report.</param>
    public abstract void On(in MachineEvent e, IMachineView machine, IFindings findings);

    /// <summary>Says what broke: one line, exact terms, names and numbers, no full stop.</summary>
    /// <remarks>
    /// Called after <see cref="On"/> reported and before the next event: the machine, and what the oracle remembers, are as they were at
    /// the report. It may allocate: it is called for findings that are shown, not for every run.
    /// </remarks>
    /// <param name="e">The event as it was given to <see cref="IFindings"/>.</param>
    /// <param name="causeStep">Step of the cause, or 0.</param>
    /// <param name="causeTimeNs">Virtual time of the cause.</param>
    /// <param name="machine">The machine at the report.</param>
    /// <param name="names">What the run's things are called.</param>
    /// <returns>The line.</returns>
    public abstract string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names);

    /// <summary>Says how long before an event its cause lies, for <see cref="Describe"/>.</summary>
    /// <param name="e">The event.</param>
    /// <param name="causeStep">Step of the cause.</param>
    /// <param name="causeTimeNs">Virtual time of the cause.</param>
    /// <returns>For instance <c>10.000 ms earlier at step 41</c>.</returns>
    protected static string Earlier(in MachineEvent e, int causeStep, long causeTimeNs) =>
        $"{VirtualTime.FormatInstant(e.TimeNs - causeTimeNs)} earlier at step {causeStep}";
}

/// <summary>Groups of oracles (design §4).</summary>
public enum OracleGroup
{
    /// <summary>The hardware or the driver touches memory that is not theirs any more.</summary>
    MemorySafety,

    /// <summary>Something was not given back, or given on unclean.</summary>
    Cleanup,

    /// <summary>A guest gets what is not its own.</summary>
    Isolation,

    /// <summary>Something does not end, or takes too long.</summary>
    Liveness,

    /// <summary>An error that nobody hears of, or that nobody may make.</summary>
    Diagnosis,
}

/// <summary>How large the machine of a run is.</summary>
/// <param name="Queues">Queues of the topology.</param>
/// <param name="Adapters">Adapters of the topology.</param>
/// <param name="Guests">Guests, successors included.</param>
/// <param name="Mdevs">Mediated devices.</param>
/// <param name="Pages">Bound of the host page numbers of guest memory: all that events name are below it; the lowest may be above 0.</param>
/// <param name="Actors">Actors, kernel workers included.</param>
/// <param name="Locks">Locks.</param>
/// <param name="LockHeldBudgetNs">How long a lock may be held, in virtual nanoseconds.</param>
/// <param name="OperationBudgetNs">How long a driver operation may take, in virtual nanoseconds.</param>
public readonly record struct MachineSize(int Queues, int Adapters, int Guests, int Mdevs, int Pages, int Actors, int Locks, long LockHeldBudgetNs, long OperationBudgetNs);

/// <summary>Where an oracle reports. Only the first finding of an oracle in a run counts.</summary>
/// <remarks>
/// The event of a finding may be a copy in which the oracle has filled in what the finding is about, above all the queue, the guest
/// or the actor when it judges at <see cref="EventKind.AtRest"/>. Step, time and kind are always those of the event that shows it.
/// </remarks>
public interface IFindings
{
    /// <summary>Reports a violation.</summary>
    /// <param name="oracle">The oracle.</param>
    /// <param name="e">The event that shows it.</param>
    void Report(Oracle oracle, in MachineEvent e);

    /// <summary>Reports a violation with the step at which its cause lies (for instance the unpin that came too early).</summary>
    /// <param name="oracle">The oracle.</param>
    /// <param name="e">The event that shows it.</param>
    /// <param name="causeStep">Step of the cause, or 0.</param>
    /// <param name="causeTimeNs">Virtual time of the cause.</param>
    void Report(Oracle oracle, in MachineEvent e, int causeStep, long causeTimeNs);
}

/// <summary>What an oracle may see of the machine.</summary>
public interface IMachineView
{
    /// <summary>Virtual nanoseconds since the start of the run.</summary>
    long NowNs { get; }

    /// <summary>How many pins a host page has.</summary>
    /// <param name="page">Host page.</param>
    /// <returns>The count.</returns>
    int PagePins(int page);

    /// <summary>Who owns a host page.</summary>
    /// <param name="page">Host page.</param>
    /// <returns>The guest, or -1 for the host kernel.</returns>
    int PageOwner(int page);

    /// <summary>Whether a guest's memory went back to the host.</summary>
    /// <param name="guest">The guest.</param>
    /// <returns>Whether it did.</returns>
    bool MemoryReleased(int guest);

    /// <summary>Whether a guest's struct kvm, and so its GISA, exists.</summary>
    /// <param name="guest">The guest.</param>
    /// <returns>Whether it does.</returns>
    bool GuestAlive(int guest);

    /// <summary>References on a guest's struct kvm.</summary>
    /// <param name="guest">The guest.</param>
    /// <returns>The count.</returns>
    int KvmReferences(int guest);

    /// <summary>Registrations of a guest's GISC.</summary>
    /// <param name="guest">The guest.</param>
    /// <param name="gisc">0..7.</param>
    /// <returns>The count.</returns>
    int GiscReferences(int guest, int gisc);

    /// <summary>Guest in whose APCB a queue is.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>The guest, or -1.</returns>
    int QueueOwner(int queue);

    /// <summary>Whether the hardware may interrupt for a queue.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Whether its interruption is enabled or being disabled.</returns>
    bool IrqArmed(int queue);

    /// <summary>Guest whose GISA a queue's interruption designates.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>The guest, or -1.</returns>
    int IrqGuest(int queue);

    /// <summary>Whether a reset of a queue is under way.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Whether it is.</returns>
    bool ResetRunning(int queue);

    /// <summary>Guest whose data a queue still holds; a completed zeroize clears it.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>The guest, or -1.</returns>
    int Taint(int queue);

    /// <summary>Whether a zeroize that began after the queue's last use has completed or is under way.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Whether one has.</returns>
    bool ZeroizedSinceUse(int queue);

    /// <summary>Whether a queue's adapter is configured and not in checkstop.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Whether it is.</returns>
    bool AdapterUsable(int queue);

    /// <summary>Whether a queue is bound to vfio_ap.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Whether it is.</returns>
    bool QueueBound(int queue);

    /// <summary>Handle of the structure that the driver allocated for a queue.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>The handle, or 0 when the queue is not bound or its structure is there from the start.</returns>
    int QueueStructure(int queue);

    /// <summary>Guest that has a queue's mdev open and is assigned the queue, whether or not it got it.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>The guest, or -1.</returns>
    int AssignedGuest(int queue);

    /// <summary>Mdev that a guest opens.</summary>
    /// <param name="guest">The guest.</param>
    /// <returns>The mdev.</returns>
    int MdevOf(int guest);

    /// <summary>Guest that the driver has attached to an mdev.</summary>
    /// <param name="mdev">The mdev.</param>
    /// <returns>The guest, or -1.</returns>
    int MdevGuest(int mdev);

    /// <summary>Whether a queue is in the assigned matrix of an mdev.</summary>
    /// <param name="mdev">The mdev.</param>
    /// <param name="queue">The queue.</param>
    /// <returns>Whether it is.</returns>
    bool IsAssigned(int mdev, int queue);

    /// <summary>Whether a queue is in the driver's shadow APCB of an mdev.</summary>
    /// <param name="mdev">The mdev.</param>
    /// <param name="queue">The queue.</param>
    /// <returns>Whether it is.</returns>
    bool IsInShadow(int mdev, int queue);

    /// <summary>Whether a queue is in a guest's APCB. Two guests may have it by mistake; its owner is the one that got it last.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="guest">The guest.</param>
    /// <returns>Whether it is.</returns>
    bool IsInApcb(int queue, int guest);

    /// <summary>Whether the driver remembers a NIB or a subclass to give back for a queue.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Whether it does.</returns>
    bool SavesIrq(int queue);

    /// <summary>Guest that the driver remembers with the NIB and the subclass of a queue.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>The guest, or -1 when the driver does not remember it.</returns>
    int SavedGuest(int queue);

    /// <summary>Class of a lock: all kvm->lock are one, as for lockdep.</summary>
    /// <param name="lockIndex">Index of the lock.</param>
    /// <returns>Index of the first lock of its class.</returns>
    int LockClass(int lockIndex);

    /// <summary>Whether the VMM of a guest has torn it down: its KVM file descriptor is closed.</summary>
    /// <param name="guest">The guest.</param>
    /// <returns>Whether it has.</returns>
    bool GuestClosed(int guest);
}
