using ApChaos.Abstractions;

namespace ApChaos.Faults;

/// <summary>A reply comes late: who asked has given up, or the guest is on its way out, or a reset has begun.</summary>
/// <remarks>
/// <para>Bends: how long the adapter works on a request. Whether a request may still complete while a reset runs, and when, is a knob of
/// the firmware profile (<c>replies-during-reset</c>); no reply outlives a completed reset.</para>
/// <para>Hook: start of a request. Of several such faults the last one that is asked holds.</para>
/// <para>Lifted: later requests take what the profile says; one under way still takes as long as it was given.</para>
/// </remarks>
public sealed class LateReply : Fault
{
    private const int Duration = 0;
    private const int Count = 1;
    private const int Target = 2;

    /// <inheritdoc/>
    public override string Id => "late-reply";

    /// <inheritdoc/>
    public override string Summary => "a reply comes late, after its asker gave up or in the middle of a reset";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #63: the reply of a request that had timed out came later and was taken for another; thread, scenario 2";

    /// <inheritdoc/>
    public override IReadOnlyList<FaultOption> Options { get; } =
    [
        new("duration", FaultOptionKind.Duration, 200 * VirtualTime.Millisecond, 0, VirtualTime.DurationMax, "how long a request takes"),
        new("count", FaultOptionKind.Count, 0, 0, 1_000_000, "how many requests it bends at most; 0: no limit"),
        new("apqn", FaultOptionKind.Apqn, -1, 0, 0, "the queue; any: the one at which the trigger matched, else every one"),
    ];

    /// <inheritdoc/>
    public override FaultTrigger DefaultTrigger { get; } = new(TriggerKind.Always);

    /// <inheritdoc/>
    public override FaultHooks Hooks => FaultHooks.RequestStart;

    /// <inheritdoc/>
    public override void Fire(IFaultSite site)
    {
        var target = (int)site.Value(Target);
        site.State.Target = target >= 0 ? target : site.MatchedQueue;
        site.Activate(VirtualTime.Never, site.Value(Count));
    }

    /// <inheritdoc/>
    public override void OnRequestStart(IFaultSite site, ref RequestSite request)
    {
        if (site.State.Target < 0 || site.State.Target == request.Queue)
        {
            request.DurationNs = site.Value(Duration);
            site.Bite(request.Queue, request.DurationNs);
        }
    }
}
