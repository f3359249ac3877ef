using ApChaos.Abstractions;

namespace ApChaos.Faults;

/// <summary>Resets take longer, or shorter, than the firmware profile says.</summary>
/// <remarks>
/// <para>Bends: the duration of a reset that is accepted; the response code stays RC 00. Several durations are a choice for each reset.</para>
/// <para>Hook: start of a reset. Of several such faults the last one that is asked holds.</para>
/// <para>Lifted: later resets are the profile's again; a reset under way that would outlast the machine's time to come to rest is cut
/// short by the run.</para>
/// </remarks>
public sealed class SlowReset : Fault
{
    private const int Duration = 0;
    private const int Count = 1;
    private const int Target = 2;
    private const int Issuer = 3;

    /// <inheritdoc/>
    public override string Id => "slow-reset";

    /// <inheritdoc/>
    public override string Summary => "a reset that was accepted takes long, or never ends";

    /// <inheritdoc/>
    public override string Motivation => "thread, scenario 2: it takes longer than 40 msec for the reset to complete; bug-history #17, #19, #24";

    /// <inheritdoc/>
    public override IReadOnlyList<FaultOption> Options { get; } =
    [
        new("duration", FaultOptionKind.Duration, 200 * VirtualTime.Millisecond, 0, VirtualTime.DurationMax, "how long a reset takes", AllowsNever: true),
        new("count", FaultOptionKind.Count, 0, 0, 1_000_000, "how many resets it bends at most; 0: no limit"),
        new("apqn", FaultOptionKind.Apqn, -1, 0, 0, "the queue; any: the one at which the trigger matched, else every one"),
        new("issuer", FaultOptionKind.Word, 0, 0, 1, "whose resets", AllowsNever: false, "driver", "anybody"),
    ];

    /// <inheritdoc/>
    public override FaultTrigger DefaultTrigger { get; } = new(TriggerKind.Always);

    /// <inheritdoc/>
    public override FaultHooks Hooks => FaultHooks.ResetStart;

    /// <inheritdoc/>
    public override void Fire(IFaultSite site)
    {
        var target = (int)site.Value(Target);
        site.State.Target = target >= 0 ? target : site.MatchedQueue;
        site.State.Value = site.Value(Issuer);
        site.Activate(VirtualTime.Never, site.Value(Count));
    }

    /// <inheritdoc/>
    public override void OnResetStart(IFaultSite site, ref ResetSite reset)
    {
        if ((site.State.Target < 0 || site.State.Target == reset.Queue) && (reset.Issuer == ActorClass.Driver || site.State.Value != 0))
        {
            reset.DurationNs = site.Value(Duration);
            site.Bite(reset.Queue, reset.DurationNs);
        }
    }
}
