using ApChaos.Abstractions;

namespace ApChaos.Faults;

/// <summary>The scheduler takes the processor from whoever acts, and others run first.</summary>
/// <remarks>
/// <para>Bends: the schedule; the actor that acts when the fault fires is paused before its next operation. What acts when no actor does
/// (a timer, a change of a queue) cannot be paused: then it passes.</para>
/// <para>Hook: none; it acts when it fires.</para>
/// <para>Lifted: who is paused goes on.</para>
/// </remarks>
public sealed class Preempt : Fault
{
    private const int Duration = 0;
    private const int Count = 1;

    /// <inheritdoc/>
    public override string Id => "preempt";

    /// <inheritdoc/>
    public override string Summary => "an actor is paused right after what it did, and others run first";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #49: the hook was cleared while a vCPU was using it; S1: ZAPQ of one vCPU between two steps of another";

    /// <inheritdoc/>
    public override IReadOnlyList<FaultOption> Options { get; } =
    [
        new("duration", FaultOptionKind.Duration, 5 * VirtualTime.Millisecond, 0, VirtualTime.DurationMax, "how long a pause is"),
        new("count", FaultOptionKind.Count, 0, 0, 1_000_000, "how often it fires at most; 0: no limit"),
    ];

    /// <inheritdoc/>
    public override FaultTrigger DefaultTrigger { get; } = new(TriggerKind.AfterInstruction, Op.Zapq, Actor: ActorClass.Driver);

    /// <inheritdoc/>
    public override FaultHooks Hooks => FaultHooks.Surroundings;

    /// <inheritdoc/>
    public override void Fire(IFaultSite site)
    {
        if (site.State.Fired == 1)
        {
            site.State.Value = site.Value(Count);
        }

        site.State.Spent = site.State.Fired == site.State.Value;
        var duration = site.Value(Duration);
        var why = site.Preempt(duration);
        if (why == PassReason.None)
        {
            site.Bite(site.MatchedQueue, duration);
        }
        else
        {
            site.Pass(site.MatchedQueue, why);
        }
    }
}
