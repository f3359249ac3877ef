using ApChaos.Abstractions;

namespace ApChaos.Faults.Families;

/// <summary>The adapter of a queue is lost, and may come back. A fault of this family says how.</summary>
/// <remarks>
/// <para>Bends: the adapter; all its queues are refused. What becomes of requests under way is a knob of the firmware profile.</para>
/// <para>Hook: none; it acts when it fires. While an adapter is lost because of it, it fires without a bite.</para>
/// <para>Lifted: the adapter comes back, and the AP bus scans.</para>
/// </remarks>
public abstract class AdapterLoss : Fault
{
    private const int Duration = 0;
    private const int Count = 1;
    private const int Target = 2;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<FaultOption> Options { get; } =
    [
        new("duration", FaultOptionKind.Duration, 2 * VirtualTime.Second, 0, VirtualTime.DurationMax, "how long until it comes back", AllowsNever: true),
        new("count", FaultOptionKind.Count, 0, 0, 1_000_000, "how often it fires at most; 0: no limit"),
        new("apqn", FaultOptionKind.Apqn, -1, 0, 0, "a queue of the adapter; any: the one at which the trigger matched, else one of all"),
    ];

    /// <inheritdoc/>
    public sealed override FaultTrigger DefaultTrigger { get; } =
        new(TriggerKind.BeforeInstruction, Op.Zapq, Actor: ActorClass.Driver, Nth: 1);

    /// <inheritdoc/>
    public sealed override FaultHooks Hooks => FaultHooks.None;

    /// <inheritdoc/>
    public sealed override void Fire(IFaultSite site)
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
        site.State.Target = target >= 0 ? target : site.AnyQueue;
        var duration = site.Value(Duration);
        Lose(site, site.State.Target);
        site.Activate(duration, 0);
        site.Bite(site.State.Target, duration);
    }

    /// <inheritdoc/>
    public sealed override void Lift(IFaultSite site) => Restore(site, site.State.Target);

    /// <summary>The adapter is lost.</summary>
    /// <param name="site">The run.</param>
    /// <param name="queue">A queue of the adapter.</param>
    protected abstract void Lose(IFaultSite site, int queue);

    /// <summary>The adapter comes back.</summary>
    /// <param name="site">The run.</param>
    /// <param name="queue">A queue of the adapter.</param>
    protected abstract void Restore(IFaultSite site, int queue);
}
