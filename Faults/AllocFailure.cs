using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>The driver gets no memory for a structure.</summary>
/// <remarks>
/// What drivers allocate while a guest runs is the structure of a queue that is bound. So that there is something to allocate, the queue at
/// which the trigger matched is bound anew; a plan may leave that to another fault.
/// </remarks>
public sealed class AllocFailure : CallFailure
{
    private const int Rebind = 3;
    private const long Leave = 1;

    /// <inheritdoc/>
    public override string Id => "alloc-failure";

    /// <inheritdoc/>
    public override string Summary => "kzalloc fails, once or more often, for instance when a queue is bound anew";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #54: after a failed allocation in probe a sysfs group was left behind; #62, #67";

    /// <inheritdoc/>
    public override IReadOnlyList<FaultOption> Options { get; } =
    [
        .. Common,
        new("queue", FaultOptionKind.Word, 0, 0, 1, "whether it binds a queue anew, so that there is something to allocate", AllowsNever: false, "rebind", "leave"),
    ];

    /// <inheritdoc/>
    public override FaultTrigger DefaultTrigger { get; } = new(TriggerKind.AfterInstruction, Op.Nqap, Actor: ActorClass.Guest, Nth: 1);

    /// <inheritdoc/>
    protected override Op Call => Op.Alloc;

    /// <inheritdoc/>
    protected override int Errno => 12;

    /// <inheritdoc/>
    public override void Fire(IFaultSite site)
    {
        base.Fire(site);
        if (site.Value(Rebind) != Leave)
        {
            var queue = site.State.Target >= 0 ? site.State.Target : site.AnyQueue;
            var why = site.UnbindQueue(queue);
            if (why == PassReason.None)
            {
                site.BindQueue(queue);
            }
            else
            {
                site.Pass(queue, why);
            }
        }
    }
}
