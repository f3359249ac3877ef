using ApChaos.Abstractions;

namespace ApChaos.Faults.Families;

/// <summary>The guest that owns a queue resets it itself, at the worst moment. The host does not see it.</summary>
/// <remarks>
/// <para>Bends: the machine, as a guest may: ZAPQ and RAPQ are interpreted and never reach the host. Only a guest that has the queue in
/// its APCB can; if nobody has, it fires without a bite.</para>
/// <para>Hook: none; it acts when it fires.</para>
/// <para>Lifted: a reset under way that would outlast the machine's time to come to rest is cut short by the run.</para>
/// </remarks>
public abstract class GuestReset : Fault
{
    private const int Duration = 0;
    private const int Count = 1;
    private const int Target = 2;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<FaultOption> Options { get; } =
    [
        new("duration", FaultOptionKind.Duration, 200 * VirtualTime.Millisecond, 0, VirtualTime.DurationMax, "how long that reset takes", AllowsNever: true),
        new("count", FaultOptionKind.Count, 1, 0, 1_000_000, "how often it fires at most; 0: no limit"),
        new("apqn", FaultOptionKind.Apqn, -1, 0, 0, "the queue; any: the one at which the trigger matched, else one of all"),
    ];

    /// <inheritdoc/>
    public sealed override FaultTrigger DefaultTrigger { get; } = new(TriggerKind.OperationEntry, Operation: DriverOperation.CloseDevice);

    /// <inheritdoc/>
    public sealed override FaultHooks Hooks => FaultHooks.None;

    /// <summary>Whether the reset zeroizes.</summary>
    protected abstract bool Zeroizes { get; }

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
        var duration = site.Value(Duration);
        if (site.GuestReset(queue, Zeroizes, duration))
        {
            site.Bite(queue, duration);
        }
    }
}
