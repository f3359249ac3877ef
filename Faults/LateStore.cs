using ApChaos.Abstractions;

namespace ApChaos.Faults;

/// <summary>The stores that announce a reply, NIB and IPM, land late.</summary>
/// <remarks>
/// <para>Bends: how long after the reply the first store lands. Interruption that goes off meanwhile cancels it, as it cancels any store;
/// that a store may land even then is the knob <c>poke-window</c> of a firmware profile, not a fault: no driver could survive it.</para>
/// <para>Hook: stores that begin. Of several such faults the last one that is asked holds.</para>
/// <para>Lifted: later stores are on time again; one under way still lands.</para>
/// </remarks>
public sealed class LateStore : Fault
{
    private const int Delay = 0;
    private const int Count = 1;
    private const int Target = 2;

    /// <inheritdoc/>
    public override string Id => "late-store";

    /// <inheritdoc/>
    public override string Summary => "the stores to NIB and GISA that announce a reply land late";

    /// <inheritdoc/>
    public override string Motivation => "thread: the NIB page must stay pinned till the hardware is done with it; bug-history #1b, #5: a store into a freed page";

    /// <inheritdoc/>
    public override IReadOnlyList<FaultOption> Options { get; } =
    [
        new("delay", FaultOptionKind.Duration, 5 * VirtualTime.Millisecond, 0, VirtualTime.DurationMax, "how long after the reply"),
        new("count", FaultOptionKind.Count, 0, 0, 1_000_000, "how many replies it bends at most; 0: no limit"),
        new("apqn", FaultOptionKind.Apqn, -1, 0, 0, "the queue; any: the one at which the trigger matched, else every one"),
    ];

    /// <inheritdoc/>
    public override FaultTrigger DefaultTrigger { get; } = new(TriggerKind.Always);

    /// <inheritdoc/>
    public override FaultHooks Hooks => FaultHooks.Store;

    /// <inheritdoc/>
    public override void Fire(IFaultSite site)
    {
        var target = (int)site.Value(Target);
        site.State.Target = target >= 0 ? target : site.MatchedQueue;
        site.Activate(VirtualTime.Never, site.Value(Count));
    }

    /// <inheritdoc/>
    public override void OnStore(IFaultSite site, ref StoreSite store)
    {
        if (site.State.Target < 0 || site.State.Target == store.Queue)
        {
            store.DelayNs = site.Value(Delay);
            site.Bite(store.Queue, store.DelayNs);
        }
    }
}
