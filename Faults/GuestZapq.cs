using ApChaos.Abstractions;

namespace ApChaos.Faults;

/// <summary>The guest that owns a queue resets it itself, at the worst moment. The host does not see it.</summary>
/// <remarks>
/// <para>Bends: the machine, as a guest may: ZAPQ and RAPQ are interpreted and never reach the host. Only a guest that has the queue in
/// its APCB can; if nobody has, it fires without a bite.</para>
/// <para>Hook: none; it acts when it fires.</para>
/// <para>Lifted: a reset under way that would outlast the machine's time to come to rest is cut short by the run.</para>
/// </remarks>
public sealed class GuestZapq : Fault
{
    private const int Duration = 0;
    private const int Count = 1;
    private const int Target = 2;
    private const int Kind = 3;

    /// <inheritdoc/>
    public override string Id => "guest-zapq";

    /// <inheritdoc/>
    public override string Summary => "the guest that owns the queue issues ZAPQ itself, unseen by the host";

    /// <inheritdoc/>
    public override string Motivation => "thread, scenario 1: \"because for example G2 did a ZAPQ before us\"; bug-history #16, S1, S11";

    /// <inheritdoc/>
    public override IReadOnlyList<FaultOption> Options { get; } =
    [
        new("duration", FaultOptionKind.Duration, 200 * VirtualTime.Millisecond, 0, VirtualTime.DurationMax, "how long that reset takes", AllowsNever: true),
        new("count", FaultOptionKind.Count, 1, 0, 1_000_000, "how often it fires at most; 0: no limit"),
        new("apqn", FaultOptionKind.Apqn, -1, 0, 0, "the queue; any: the one at which the trigger matched, else one of all"),
        new("kind", FaultOptionKind.Word, 0, 0, 1, "ZAPQ zeroizes, RAPQ keeps the keys", AllowsNever: false, "zapq", "rapq"),
    ];

    /// <inheritdoc/>
    public override FaultTrigger DefaultTrigger { get; } = new(TriggerKind.OperationEntry, Operation: DriverOperation.CloseDevice);

    /// <inheritdoc/>
    public override FaultHooks Hooks => FaultHooks.None;

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
        var duration = site.Value(Duration);
        if (site.GuestReset(queue, zeroize: site.Value(Kind) == 0, duration))
        {
            site.Bite(queue, duration);
        }
    }
}
