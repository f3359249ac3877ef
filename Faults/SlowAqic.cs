using ApChaos.Abstractions;

namespace ApChaos.Faults;

/// <summary>An AQIC that was accepted takes long to become real.</summary>
/// <remarks>
/// <para>Bends: how long until the I bit changes; the response code stays RC 00. Several durations are a choice for each AQIC.</para>
/// <para>Hook: start of an accepted AQIC. Of several such faults the last one that is asked holds.</para>
/// <para>Lifted: later AQICs are the profile's again; one under way that would outlast the machine's time to come to rest is cut short by
/// the run.</para>
/// </remarks>
public sealed class SlowAqic : Fault
{
    private const int Duration = 0;
    private const int Count = 1;
    private const int Target = 2;
    private const int Instructions = 3;

    private const long EnableOnly = 1;
    private const long DisableOnly = 2;

    /// <inheritdoc/>
    public override string Id => "slow-aqic";

    /// <inheritdoc/>
    public override string Summary => "an AQIC that was accepted takes long to become real, or never does";

    /// <inheritdoc/>
    public override string Motivation => "bug-history S3: the wait for I=0 ends after 100 ms and the caller frees all the same; #58: enable never became real";

    /// <inheritdoc/>
    public override IReadOnlyList<FaultOption> Options { get; } =
    [
        new("duration", FaultOptionKind.Duration, 30 * VirtualTime.Millisecond, 0, VirtualTime.DurationMax, "how long an AQIC takes", AllowsNever: true),
        new("count", FaultOptionKind.Count, 0, 0, 1_000_000, "how many AQICs it bends at most; 0: no limit"),
        new("apqn", FaultOptionKind.Apqn, -1, 0, 0, "the queue; any: the one at which the trigger matched, else every one"),
        new("instructions", FaultOptionKind.Word, 0, 0, 2, "which AQICs", AllowsNever: false, "all", "enable", "disable"),
    ];

    /// <inheritdoc/>
    public override FaultTrigger DefaultTrigger { get; } = new(TriggerKind.Always);

    /// <inheritdoc/>
    public override FaultHooks Hooks => FaultHooks.AqicStart;

    /// <inheritdoc/>
    public override void Fire(IFaultSite site)
    {
        var target = (int)site.Value(Target);
        site.State.Target = target >= 0 ? target : site.MatchedQueue;
        site.State.Value = site.Value(Instructions);
        site.Activate(VirtualTime.Never, site.Value(Count));
    }

    /// <inheritdoc/>
    public override void OnAqicStart(IFaultSite site, ref AqicSite aqic)
    {
        if ((site.State.Target < 0 || site.State.Target == aqic.Queue) && site.State.Value != (aqic.Enable ? DisableOnly : EnableOnly))
        {
            aqic.LatencyNs = site.Value(Duration);
            site.Bite(aqic.Queue, aqic.LatencyNs);
        }
    }
}
