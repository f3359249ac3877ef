namespace ApChaos.Abstractions;

/// <summary>
/// A fault plugin: bends the machine in one way through declared hooks. A correct driver must survive it. Found by being there: any
/// public class with a parameterless constructor that derives from this one.
/// </summary>
/// <remarks>
/// Order of evaluation: the faults of a plan are asked in the order in which the plan names them, each at all of its hooks, before
/// the machine's own rules. Conditions that they add are answered by the precedence of response codes of the firmware profile.
/// A fault keeps no fields: what it must remember during a run is in <see cref="FaultState"/>, which belongs to the machine's state.
/// Every bite leaves an event in the trace.
/// </remarks>
public abstract class Fault
{
    /// <summary>The id that users type, kebab-case.</summary>
    public abstract string Id { get; }

    /// <summary>One line: what it bends.</summary>
    public abstract string Summary { get; }

    /// <summary>The real bug or sentence that motivates it, with its place in the references.</summary>
    public abstract string Motivation { get; }

    /// <summary>Its options, in the order in which a plan may name them.</summary>
    public abstract IReadOnlyList<FaultOption> Options { get; }

    /// <summary>The trigger when a plan gives none.</summary>
    public abstract FaultTrigger DefaultTrigger { get; }

    /// <summary>The hooks that it uses.</summary>
    public abstract FaultHooks Hooks { get; }

    /// <summary>The trigger matched: act, or become active.</summary>
    /// <param name="site">The run, as the fault may touch it.</param>
    public abstract void Fire(IFaultSite site);

    /// <summary>An AP instruction is about to be answered, while the fault is active.</summary>
    /// <param name="site">The run, as the fault may touch it.</param>
    /// <param name="instruction">The instruction; conditions may be added.</param>
    public virtual void OnInstruction(IFaultSite site, ref InstructionSite instruction)
    {
    }

    /// <summary>A reset begins, while the fault is active.</summary>
    /// <param name="site">The run, as the fault may touch it.</param>
    /// <param name="reset">The reset; its duration may be changed.</param>
    public virtual void OnResetStart(IFaultSite site, ref ResetSite reset)
    {
    }

    /// <summary>An AQIC is about to be answered, while the fault is active; no condition refuses it.</summary>
    /// <param name="site">The run, as the fault may touch it.</param>
    /// <param name="aqic">The instruction; its answer may be set.</param>
    public virtual void OnAqicAnswer(IFaultSite site, ref AqicSite aqic)
    {
    }

    /// <summary>An AQIC was accepted and becomes real, while the fault is active.</summary>
    /// <param name="site">The run, as the fault may touch it.</param>
    /// <param name="aqic">The instruction; its latency may be changed.</param>
    public virtual void OnAqicStart(IFaultSite site, ref AqicSite aqic)
    {
    }

    /// <summary>A reply is ready and the hardware is about to store to NIB and GISA, while the fault is active.</summary>
    /// <param name="site">The run, as the fault may touch it.</param>
    /// <param name="store">The stores; their delay may be changed.</param>
    public virtual void OnStore(IFaultSite site, ref StoreSite store)
    {
    }

    /// <summary>The adapter begins to work on a request, while the fault is active.</summary>
    /// <param name="site">The run, as the fault may touch it.</param>
    /// <param name="request">The request; its duration may be changed.</param>
    public virtual void OnRequestStart(IFaultSite site, ref RequestSite request)
    {
    }

    /// <summary>The driver makes a call that may fail: it pins, registers a GISC or allocates, while the fault is active.</summary>
    /// <param name="site">The run, as the fault may touch it.</param>
    /// <param name="call">The call; it fails when an error is set.</param>
    public virtual void OnCall(IFaultSite site, ref CallSite call)
    {
    }

    /// <summary>The fault's time is over, or the plan's end heals the machine.</summary>
    /// <param name="site">The run, as the fault may touch it.</param>
    public virtual void Lift(IFaultSite site)
    {
    }
}

/// <summary>Hooks through which a fault may act.</summary>
[Flags]
public enum FaultHooks
{
    /// <summary>Only <see cref="Fault.Fire"/>.</summary>
    None = 0,

    /// <summary><see cref="Fault.OnInstruction"/>.</summary>
    Instruction = 1,

    /// <summary><see cref="Fault.OnResetStart"/>.</summary>
    ResetStart = 2,

    /// <summary><see cref="Fault.OnAqicAnswer"/>.</summary>
    AqicAnswer = 4,

    /// <summary><see cref="Fault.OnAqicStart"/>.</summary>
    AqicStart = 8,

    /// <summary><see cref="Fault.OnStore"/>.</summary>
    Store = 16,

    /// <summary><see cref="Fault.OnRequestStart"/>.</summary>
    RequestStart = 32,

    /// <summary><see cref="Fault.OnCall"/>.</summary>
    Call = 64,

    /// <summary>No hook: when it fires it asks VMMs, the AP bus or the scheduler for something, which they do in their own time.</summary>
    Surroundings = 128,

    /// <summary>As <see cref="Surroundings"/>, and it brings a vCPU of its own.</summary>
    Vcpu = 256,
}

/// <summary>Kinds of fault options.</summary>
public enum FaultOptionKind
{
    /// <summary>Virtual nanoseconds, written as <c>20ms</c>.</summary>
    Duration,

    /// <summary>A whole number.</summary>
    Count,

    /// <summary>A queue of the topology, written as <c>05.0004</c>, or <c>any</c>: the queue at which the trigger matched, -1.</summary>
    Apqn,

    /// <summary>One of a few words; the value is its position.</summary>
    Word,
}

/// <summary>One option of a fault.</summary>
/// <param name="Name">camelCase, as plans write it.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Default">Value when a plan gives none.</param>
/// <param name="Minimum">Smallest value.</param>
/// <param name="Maximum">Largest value (besides <c>never</c> for durations, when <paramref name="AllowsNever"/>).</param>
/// <param name="Summary">One line: meaning and unit.</param>
/// <param name="AllowsNever">Whether <c>never</c> is a value.</param>
/// <param name="Words">The words of a <see cref="FaultOptionKind.Word"/>.</param>
public sealed record FaultOption(
    string Name,
    FaultOptionKind Kind,
    long Default,
    long Minimum,
    long Maximum,
    string Summary,
    bool AllowsNever = false,
    params string[] Words);

/// <summary>Kinds of places to which a trigger is anchored.</summary>
public enum TriggerKind
{
    /// <summary>Always on from the start of the run.</summary>
    Always,

    /// <summary>Before an AP instruction is answered.</summary>
    BeforeInstruction,

    /// <summary>After an AP instruction was answered.</summary>
    AfterInstruction,

    /// <summary>At the entry of a driver operation.</summary>
    OperationEntry,

    /// <summary>At the exit of a driver operation.</summary>
    OperationExit,

    /// <summary>At a virtual time.</summary>
    Time,

    /// <summary>After a call of the driver: any visible operation that is no AP instruction, for instance a pin or an unlock.</summary>
    AfterCall,

    /// <summary>When the state of a queue changes.</summary>
    QueueChange,
}

/// <summary>When a fault fires.</summary>
/// <remarks>
/// A match counts when <see cref="After"/> has matched and neither <see cref="Until"/> nor <see cref="Unless"/> has; then chance decides,
/// then <see cref="Nth"/> or <see cref="Every"/>.
/// </remarks>
/// <param name="Kind">Where it is anchored.</param>
/// <param name="Op">The instruction or the call.</param>
/// <param name="Operation">The driver operation, for operations.</param>
/// <param name="Change">The event, for changes of a queue.</param>
/// <param name="Queue">Position of the queue, or -1 for any.</param>
/// <param name="Actor">Who issues the instruction; null for anybody.</param>
/// <param name="Nth">Fires at the nth match only, from 1; 0 fires at every match.</param>
/// <param name="Every">Fires at every so many matches, from 2; 0 fires at every match.</param>
/// <param name="AtNs">The virtual time in nanoseconds, for times.</param>
/// <param name="EveryNs">For times: again after so many virtual nanoseconds; 0 for once.</param>
/// <param name="ChancePermille">Chance of a match to count, in thousandths, 1..1000.</param>
/// <param name="After">Matches count only after this one has matched; null for no condition.</param>
/// <param name="Until">Once this one has matched, the fault is lifted and fires no more; null for no condition.</param>
/// <param name="Unless">Once this one has matched, the fault fires no more; null for no condition.</param>
public sealed record FaultTrigger(
    TriggerKind Kind,
    Op Op = Op.None,
    DriverOperation Operation = DriverOperation.None,
    EventKind Change = EventKind.Step,
    int Queue = -1,
    ActorClass? Actor = null,
    int Nth = 0,
    int Every = 0,
    long AtNs = 0,
    long EveryNs = 0,
    int ChancePermille = 1000,
    FaultTrigger? After = null,
    FaultTrigger? Until = null,
    FaultTrigger? Unless = null);

/// <summary>What a fault of a plan remembers during a run; plain data, part of the machine's state.</summary>
public struct FaultState
{
    /// <summary>How many matches the trigger has seen.</summary>
    public int Matches;

    /// <summary>How many matches the trigger's condition "after" has seen.</summary>
    public int AfterMatches;

    /// <summary>How many matches the trigger's condition "until" has seen.</summary>
    public int UntilMatches;

    /// <summary>How many matches the trigger's condition "unless" has seen.</summary>
    public int UnlessMatches;

    /// <summary>How often the fault fired.</summary>
    public int Fired;

    /// <summary>How many bites are left while it is active; negative for no limit.</summary>
    public int BitesLeft;

    /// <summary>Queue that it aims at, or -1 for any.</summary>
    public int Target;

    /// <summary>A value that it chose when it fired.</summary>
    public long Value;

    /// <summary>Whether it is active.</summary>
    public bool Active;

    /// <summary>Whether it fires no more in this run: set by the fault when it has fired as often as its options allow.</summary>
    public bool Spent;
}
