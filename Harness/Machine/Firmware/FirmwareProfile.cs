using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>When a reset switches interruption off (ap-facts §6 point 4).</summary>
public enum IrqOffPoint
{
    /// <summary>In the synchronous part, when the reset is accepted.</summary>
    AtZapq,

    /// <summary>When the asynchronous part is over.</summary>
    AtAsyncEnd,

    /// <summary>At acceptance, half-way or at the end: a choice.</summary>
    RandomBetween,
}

/// <summary>When the E bit shows an empty queue during a reset.</summary>
public enum EmptyBitPoint
{
    /// <summary>When the reset is complete.</summary>
    End,

    /// <summary>From the start of the reset.</summary>
    Start,
}

/// <summary>Under which response codes the other fields of the status word are valid.</summary>
public enum FlagsValidWithRc
{
    /// <summary>Only RC 00.</summary>
    Rc00,

    /// <summary>RC 00 and 02.</summary>
    Rc00And02,

    /// <summary>Always.</summary>
    Always,
}

/// <summary>What a reset does that is issued while another one runs; it is answered RC 02 all the same.</summary>
public enum ResetDuringReset
{
    /// <summary>Nothing.</summary>
    Ignored,

    /// <summary>The running reset starts anew.</summary>
    Restarts,

    /// <summary>A second reset follows the first.</summary>
    QueuesSecond,
}

/// <summary>What a ZAPQ does while a RAPQ runs.</summary>
public enum RapqThenZapq
{
    /// <summary>Nothing: the keys stay.</summary>
    Ignored,

    /// <summary>The running reset becomes a zeroize.</summary>
    Upgrade,

    /// <summary>A zeroize follows.</summary>
    SecondReset,
}

/// <summary>When RC 05 is answered.</summary>
public enum BusyModel
{
    /// <summary>Never, but by a fault.</summary>
    None,

    /// <summary>To the first two instructions after a reset.</summary>
    FirstTwo,

    /// <summary>To one instruction in sixteen: a choice.</summary>
    Random,
}

/// <summary>What AQIC's RC 07 means.</summary>
public enum Aqic07Meaning
{
    /// <summary>Already in the requested state; a change under way is RC 05.</summary>
    Already,

    /// <summary>A change is under way; already in the requested state is RC 00.</summary>
    InProgress,

    /// <summary>Both.</summary>
    Both,
}

/// <summary>What AQIC does during a reset.</summary>
public enum AqicDuringReset
{
    /// <summary>RC 02.</summary>
    Rc02,

    /// <summary>RC 00, and nothing happens.</summary>
    AcceptedThenLost,
}

/// <summary>In which order NIB and IPM are stored.</summary>
public enum NibIpmOrder
{
    /// <summary>NIB, then IPM.</summary>
    NibFirst,

    /// <summary>IPM, then NIB.</summary>
    IpmFirst,

    /// <summary>NIB, and the IPM 100 us later.</summary>
    LateIpm,
}

/// <summary>What happens to requests that are worked on when a reset begins.</summary>
public enum RepliesDuringReset
{
    /// <summary>They are dropped at once.</summary>
    Dropped,

    /// <summary>They may complete while the reset runs: whether and when is a choice.</summary>
    MayComplete,
}

/// <summary>When deconfiguring an adapter resets its queues.</summary>
public enum DeconfigReset
{
    /// <summary>At once.</summary>
    Immediate,

    /// <summary>Later: requests under way may complete and store, although every instruction is answered RC 03.</summary>
    Drains,
}

/// <summary>How queues are when an adapter is configured again.</summary>
public enum StateAfterReconfig
{
    /// <summary>Clean, interruption off.</summary>
    Clean,

    /// <summary>As they were.</summary>
    Stale,
}

/// <summary>What a checkstop does to queues.</summary>
public enum CheckstopReset
{
    /// <summary>Resets them.</summary>
    Resets,

    /// <summary>Keeps their state.</summary>
    Keeps,
}

/// <summary>Who resets queues that leave the configuration (RC 01).</summary>
public enum RemovalReset
{
    /// <summary>The machine, at once.</summary>
    MachineResets,

    /// <summary>The machine, when somebody else gets them.</summary>
    OnReassignment,
}

/// <summary>What a subsystem reset of a guest reaches.</summary>
public enum SubsystemResetReach
{
    /// <summary>No queue: the VMM must reset its device.</summary>
    None,

    /// <summary>All queues of the guest's APCB.</summary>
    AllApqns,
}

/// <summary>Asynchronous errors of secure execution (RC 35, 36).</summary>
public enum SeErrors
{
    /// <summary>None.</summary>
    Off,

    /// <summary>Reported once.</summary>
    Transient,

    /// <summary>Reported by every instruction until a reset.</summary>
    Sticky,
}

/// <summary>What happens to the IAM when a GISA is put on the alert list.</summary>
public enum AlertListIam
{
    /// <summary>Cleared, until the host restores it.</summary>
    Cleared,

    /// <summary>Kept.</summary>
    Kept,
}

/// <summary>
/// How the emulated hardware behaves where published sources leave it open (ap-facts §12). Every value that differs from
/// nothing carries an assumption id; reports print those that they rest on.
/// </summary>
public sealed class FirmwareProfile
{
    /// <summary>Id that users type.</summary>
    public required string Id { get; init; }

    /// <summary>One line.</summary>
    public required string Summary { get; init; }

    /// <summary>Why no driver can be safe under this profile, or null when one can.</summary>
    public string? SafetyImpossible { get; init; }

    /// <summary>The values in the order of the catalogue, with id and evidence.</summary>
    public required IReadOnlyList<Assumption> Assumptions { get; init; }

    internal IrqOffPoint IrqOffPoint { get; init; }

    internal long[] PokeWindowNs { get; init; } = [0];

    internal long[] ResetDurationNs { get; init; } = [0];

    internal EmptyBitPoint EmptyBitPoint { get; init; }

    internal FlagsValidWithRc FlagsValidWithRc { get; init; }

    internal ResetDuringReset ZapqDuringReset { get; init; }

    internal RapqThenZapq RapqThenZapq { get; init; }

    internal BusyModel BusyModel { get; init; }

    internal long[] AqicLatencyNs { get; init; } = [0];

    internal Aqic07Meaning Aqic07Meaning { get; init; }

    internal AqicDuringReset AqicDuringReset { get; init; }

    internal NibIpmOrder NibIpmOrder { get; init; }

    internal RepliesDuringReset RepliesDuringReset { get; init; }

    internal DeconfigReset DeconfigReset { get; init; }

    internal long[] DrainTimeNs { get; init; } = [0];

    internal StateAfterReconfig StateAfterReconfig { get; init; }

    internal CheckstopReset CheckstopReset { get; init; }

    internal RemovalReset RemovalReset { get; init; }

    internal SubsystemResetReach SubsystemResetReach { get; init; }

    internal SeErrors SeErrors { get; init; }

    internal AlertListIam AlertListIam { get; init; }

    internal long[] ServiceTimeNs { get; init; } = [VirtualTime.Millisecond];

    /// <summary>Response code for each set of <see cref="ApConditions"/>, by the profile's precedence.</summary>
    internal ResponseCode[] Precedence { get; init; } = [];
}

/// <summary>One value of one knob.</summary>
/// <param name="Id">Assumption id: knob and value, for instance <c>irq-off-point=at-async-end</c>.</param>
/// <param name="Knob">Name of the knob.</param>
/// <param name="Value">The value.</param>
/// <param name="Meaning">What it says of the hardware.</param>
/// <param name="Evidence">Source that leaves it open or suggests it.</param>
public sealed record Assumption(string Id, string Knob, string Value, string Meaning, string Evidence);
