using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>Two threads of the driver touched the same memory, one of them stored, and nothing put the two in an order.</summary>
/// <remarks>
/// <para>Meaning: no lock, no work item and no return from an entry point lies between the two accesses; the compiler and the processor
/// may show each of them half of the other. Only compiled drivers can have one, and only with mem-preempt, which sees each access.</para>
/// <para>Judged at once, at the second access; the run ends there.</para>
/// <para>Rests on: nothing of the hardware; for a kernel's driver on the assumption that entry points which do not overlap are ordered.</para>
/// </remarks>
public sealed class DataRace : Oracle
{
    /// <inheritdoc/>
    public override string Id => "data-race";

    /// <inheritdoc/>
    public override string Summary => "two threads of the driver touched the same memory and nothing put them in an order";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.MemorySafety;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.DataRace];

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings) => findings.Report(this, e);

    /// <inheritdoc/>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names) =>
        $"data race in {names.Actor(e.Actor)}";
}
