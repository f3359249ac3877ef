using ApChaos.Abstractions;

namespace ApChaos.Faults;

/// <summary>Another vCPU of the same guest issues AQIC or ZAPQ on the queue at the same time.</summary>
/// <remarks>
/// <para>Bends: nothing but the guest, which has one vCPU more for one instruction. Who comes first is the schedule's choice.</para>
/// <para>Hook: none; it acts when it fires. Without a running guest that has the queue it passes.</para>
/// <para>Lifted: nothing to undo; the vCPU is gone when its instruction is done.</para>
/// </remarks>
public sealed class VcpuRace : Fault
{
    private const int Instruction = 0;
    private const int Count = 1;
    private const int Target = 2;

    /// <inheritdoc/>
    public override string Id => "vcpu-race";

    /// <inheritdoc/>
    public override string Summary => "another vCPU of the guest issues AQIC or ZAPQ on the queue at the same time";

    /// <inheritdoc/>
    public override string Motivation => "bug-history S1: one vCPU's ZAPQ meets another's AQIC(enable); #6c: two AQIC(enable) in quick succession; #49";

    /// <inheritdoc/>
    public override IReadOnlyList<FaultOption> Options { get; } =
    [
        new("instruction", FaultOptionKind.Word, 0, 0, 2, "what it issues", AllowsNever: false, "aqic-enable", "aqic-disable", "zapq"),
        new("count", FaultOptionKind.Count, 1, 0, 1_000_000, "how often it fires at most; 0: no limit"),
        new("apqn", FaultOptionKind.Apqn, -1, 0, 0, "the queue; any: the one at which the trigger matched, else one of all"),
    ];

    /// <inheritdoc/>
    public override FaultTrigger DefaultTrigger { get; } = new(TriggerKind.OperationEntry, Operation: DriverOperation.AqicIntercept);

    /// <inheritdoc/>
    public override FaultHooks Hooks => FaultHooks.Vcpu;

    /// <inheritdoc/>
    public override void Fire(IFaultSite site)
    {
        if (site.State.Fired == 1)
        {
            site.State.Value = site.Value(Count);
        }

        site.State.Spent = site.State.Fired == site.State.Value;
        var target = (int)site.Value(Target);
        var queue = target >= 0 ? target : site.AnyQueue;
        var instruction = site.Value(Instruction);
        var why = site.RaceVcpu(queue, (RaceInstruction)instruction);
        if (why == PassReason.None)
        {
            site.Bite(queue, instruction);
        }
        else
        {
            site.Pass(queue, why);
        }
    }
}
