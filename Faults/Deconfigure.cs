using ApChaos.Abstractions;

namespace ApChaos.Faults;

/// <summary>The adapter of a queue is taken out of service by the machine's operator (SCLP), and may come back.</summary>
/// <remarks>
/// <para>Bends: the adapter; all its queues are answered RC 03. What becomes of requests under way is a knob of the firmware profile.</para>
/// <para>Hook: none; it acts when it fires. While an adapter is out because of it, it fires without a bite.</para>
/// <para>Lifted: the adapter is configured again, and the AP bus scans.</para>
/// </remarks>
public sealed class Deconfigure : Fault
{
    private const int Duration = 0;
    private const int Count = 1;
    private const int Target = 2;

    /// <inheritdoc/>
    public override string Id => "deconfigure";

    /// <inheritdoc/>
    public override string Summary => "the adapter of the queue is deconfigured, for a while or until the plan's end";

    /// <inheritdoc/>
    public override string Motivation => "thread, scenario 3: ZAPQ is answered DECONFIGURED and the driver gives up right away; bug-history #15, #18, S5";

    /// <inheritdoc/>
    public override IReadOnlyList<FaultOption> Options { get; } =
    [
        new("duration", FaultOptionKind.Duration, VirtualTime.Never, 0, VirtualTime.DurationMax, "how long until it is configured again", AllowsNever: true),
        new("count", FaultOptionKind.Count, 0, 0, 1_000_000, "how often it fires at most; 0: no limit"),
        new("apqn", FaultOptionKind.Apqn, -1, 0, 0, "a queue of the adapter; any: the one at which the trigger matched, else one of all"),
    ];

    /// <inheritdoc/>
    public override FaultTrigger DefaultTrigger { get; } =
        new(TriggerKind.BeforeInstruction, Op.Zapq, Actor: ActorClass.Driver, Nth: 1);

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
        if (site.State.Active)
        {
            return;
        }

        var target = (int)site.Value(Target);
        site.State.Target = target >= 0 ? target : site.AnyQueue;
        var duration = site.Value(Duration);
        site.Deconfigure(site.State.Target);
        site.Activate(duration, 0);
        site.Bite(site.State.Target, duration);
    }

    /// <inheritdoc/>
    public override void Lift(IFaultSite site) => site.Configure(site.State.Target);
}
