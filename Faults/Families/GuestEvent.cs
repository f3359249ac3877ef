using ApChaos.Abstractions;

namespace ApChaos.Faults.Families;

/// <summary>Something happens to the guest that has a queue, or to its VMM. A fault of this family says what.</summary>
/// <remarks>
/// <para>Bends: the course of a guest's life. The VMM does its part in its own time, before it would close the device.</para>
/// <para>Hook: none; it acts when it fires. Without a guest that it could happen to it passes, and says so in the trace.</para>
/// <para>Lifted: nothing to undo; what a VMM was asked to do it still does.</para>
/// </remarks>
public abstract class GuestEvent : Fault
{
    /// <summary>Position of the first option that is a fault's own.</summary>
    protected const int FirstOwn = 2;

    private const int Count = 0;
    private const int Target = 1;

    private IReadOnlyList<FaultOption>? _options;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<FaultOption> Options => _options ??=
    [
        new("count", FaultOptionKind.Count, 1, 0, 1_000_000, "how often it fires at most; 0: no limit"),
        new("apqn", FaultOptionKind.Apqn, -1, 0, 0, "a queue of the guest; any: the one at which the trigger matched, else one of all"),
        .. Own,
    ];

    /// <inheritdoc/>
    public override FaultTrigger DefaultTrigger { get; } = new(TriggerKind.AfterInstruction, Op.Nqap, Actor: ActorClass.Guest, Nth: 1);

    /// <inheritdoc/>
    public sealed override FaultHooks Hooks => FaultHooks.Surroundings;

    /// <summary>Options of a fault's own.</summary>
    protected virtual IReadOnlyList<FaultOption> Own => [];

    /// <inheritdoc/>
    public sealed override void Fire(IFaultSite site)
    {
        if (site.State.Fired == 1)
        {
            site.State.Value = site.Value(Count);
        }

        site.State.Spent = site.State.Fired == site.State.Value;
        var target = (int)site.Value(Target);
        var queue = target >= 0 ? target : site.AnyQueue;
        var why = Happen(site, queue);
        if (why == PassReason.None)
        {
            site.Bite(queue, 0);
        }
        else
        {
            site.Pass(queue, why);
        }
    }

    /// <summary>It happens.</summary>
    /// <param name="site">The run.</param>
    /// <param name="queue">A queue of the guest.</param>
    /// <returns>Why it cannot.</returns>
    protected abstract PassReason Happen(IFaultSite site, int queue);
}
