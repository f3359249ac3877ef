using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Running;

/// <summary>A fault of a plan with its options resolved.</summary>
/// <param name="Fault">The plugin.</param>
/// <param name="Trigger">When it fires.</param>
/// <param name="Values">For each option of the fault the values that it may take; several are a choice.</param>
/// <param name="ArmedPermille">Chance of the fault to take part in a run, in thousandths: a choice at the start of each run. 1000: always.</param>
public sealed record ArmedFault(Fault Fault, FaultTrigger Trigger, IReadOnlyList<IReadOnlyList<long>> Values, int ArmedPermille = 1000);

/// <summary>Bounds of a run, in virtual nanoseconds.</summary>
/// <param name="LockHeldNs">How long a lock may be held.</param>
/// <param name="OperationNs">How long a driver operation may take; then the faults are lifted.</param>
/// <param name="RestNs">How long the machine may take to come to rest after the faults are lifted.</param>
public sealed record RunBudgets(long LockHeldNs, long OperationNs, long RestNs)
{
    /// <summary>Budgets of design §5: a lock 1 s, an operation 120 s; rest 30 s.</summary>
    public static RunBudgets Default { get; } = new(VirtualTime.Second, 120 * VirtualTime.Second, 30 * VirtualTime.Second);
}

/// <summary>Everything that a run depends on, but its choices.</summary>
/// <param name="Driver">The driver under test; an instance of its own for each engine.</param>
/// <param name="Firmware">The hardware.</param>
/// <param name="Scenario">Topology and workloads.</param>
/// <param name="Faults">The plan's faults, in the order in which they are asked.</param>
/// <param name="Oracles">The oracles; instances of their own for each engine.</param>
/// <param name="Budgets">Bounds.</param>
public sealed record RunSetup(
    Driver Driver,
    FirmwareProfile Firmware,
    Scenario Scenario,
    IReadOnlyList<ArmedFault> Faults,
    IReadOnlyList<Oracle> Oracles,
    RunBudgets Budgets);
