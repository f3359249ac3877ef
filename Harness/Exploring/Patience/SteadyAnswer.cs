using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>A machine that answers in one way for ever, or so many times: what a driver's patience is measured against.</summary>
/// <param name="condition">Condition that is added to the driver's instructions.</param>
/// <param name="instructions">The instructions that it is added to.</param>
/// <param name="times">How often it is; 0 for ever.</param>
/// <param name="asyncError">RC 35 or 36, which a queue shows by itself; RC 00 for none.</param>
/// <param name="endless">Whether resets never end.</param>
/// <param name="operation">Begins at the entry of this driver operation.</param>
internal sealed class SteadyAnswer(
    ApConditions condition, IReadOnlyList<Op> instructions, int times, ResponseCode asyncError, bool endless, DriverOperation operation) : Fault
{
    /// <inheritdoc/>
    public override string Id => "steady-answer";

    /// <inheritdoc/>
    public override string Summary => "the machine answers in one way for ever";

    /// <inheritdoc/>
    public override string Motivation => "bug-history part D: how long each generation waits";

    /// <inheritdoc/>
    public override IReadOnlyList<FaultOption> Options => [];

    /// <inheritdoc/>
    public override FaultTrigger DefaultTrigger =>
        new(TriggerKind.OperationEntry, Operation: operation, Nth: operation == DriverOperation.AqicIntercept ? 2 : 1);

    /// <inheritdoc/>
    public override FaultHooks Hooks => FaultHooks.Instruction | FaultHooks.ResetStart;

    /// <inheritdoc/>
    public override void Fire(IFaultSite site)
    {
        if (asyncError != ResponseCode.Normal)
        {
            site.RaiseAsyncError(0, asyncError);
        }

        site.Activate(VirtualTime.Never, times);
    }

    /// <inheritdoc/>
    public override void OnInstruction(IFaultSite site, ref InstructionSite instruction)
    {
        if (condition != ApConditions.None && instruction.Issuer == ActorClass.Driver && instructions.Contains(instruction.Op))
        {
            instruction.Conditions |= condition;
            site.Bite(instruction.Queue, (long)condition);
        }
    }

    /// <inheritdoc/>
    public override void OnResetStart(IFaultSite site, ref ResetSite reset)
    {
        if (endless)
        {
            reset.DurationNs = VirtualTime.Never;
            site.Bite(reset.Queue, reset.DurationNs);
        }
    }
}
