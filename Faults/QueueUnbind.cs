using ApChaos.Abstractions;

namespace ApChaos.Faults;

/// <summary>A queue is unbound from the driver while it is in use, and bound again.</summary>
/// <remarks>
/// <para>Bends: the AP bus, as the host's administrator may: the driver's removal of the queue is called, later its probe.</para>
/// <para>Hook: none; it acts when it fires. A queue that is not bound, or on its way out, it passes. While a queue is unbound because of
/// it, it fires without a bite.</para>
/// <para>Lifted: the queue is bound again.</para>
/// </remarks>
public sealed class QueueUnbind : Fault
{
    private const int Duration = 0;
    private const int Count = 1;
    private const int Target = 2;

    /// <inheritdoc/>
    public override string Id => "queue-unbind";

    /// <inheritdoc/>
    public override string Summary => "a queue in use is unbound from the driver, and bound again after a while";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #34, #35, #36: one queue took the adapter from its guest, and the others were not reset; S9";

    /// <inheritdoc/>
    public override IReadOnlyList<FaultOption> Options { get; } =
    [
        new("duration", FaultOptionKind.Duration, 20 * VirtualTime.Millisecond, 0, VirtualTime.DurationMax, "how long until it is bound again", AllowsNever: true),
        new("count", FaultOptionKind.Count, 1, 0, 1_000_000, "how often it fires at most; 0: no limit"),
        new("apqn", FaultOptionKind.Apqn, -1, 0, 0, "the queue; any: the one at which the trigger matched, else one of all"),
    ];

    /// <inheritdoc/>
    public override FaultTrigger DefaultTrigger { get; } = new(TriggerKind.AfterInstruction, Op.Nqap, Actor: ActorClass.Guest, Nth: 1);

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
        if (site.State.Active)
        {
            return;
        }

        var target = (int)site.Value(Target);
        var queue = target >= 0 ? target : site.AnyQueue;
        var duration = site.Value(Duration);
        var why = site.UnbindQueue(queue);
        if (why != PassReason.None)
        {
            site.Pass(queue, why);
            return;
        }

        site.State.Target = queue;
        site.Activate(duration, 0);
        site.Bite(queue, duration);
    }

    /// <inheritdoc/>
    public override void Lift(IFaultSite site) => site.BindQueue(site.State.Target);
}
