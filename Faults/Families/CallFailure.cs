using ApChaos.Abstractions;

namespace ApChaos.Faults.Families;

/// <summary>A call of the driver fails: the nth one, and as many after it as the plan says. A fault of this family says which call.</summary>
/// <remarks>
/// <para>Bends: what the kernel service returns; a call that fails does nothing.</para>
/// <para>Hook: call. The calls of a queue are those of driver operations on that queue, such as an intercepted AQIC; other operations
/// have no queue, and their calls count only where the fault aims at every one.</para>
/// <para>Lifted: nothing to undo; later calls succeed.</para>
/// </remarks>
public abstract class CallFailure : Fault
{
    private const int Nth = 0;
    private const int Count = 1;
    private const int Target = 2;

    /// <inheritdoc/>
    public override IReadOnlyList<FaultOption> Options => Common;

    /// <inheritdoc/>
    public override FaultTrigger DefaultTrigger { get; } = new(TriggerKind.Always);

    /// <inheritdoc/>
    public sealed override FaultHooks Hooks => FaultHooks.Call;

    /// <summary>The options that all have.</summary>
    protected static IReadOnlyList<FaultOption> Common { get; } =
    [
        new("nth", FaultOptionKind.Count, 1, 1, 1_000_000, "the first call that fails, counted from when it fires"),
        new("count", FaultOptionKind.Count, 1, 0, 1_000_000, "how many calls fail, this one and those after it; 0: no limit"),
        new("apqn", FaultOptionKind.Apqn, -1, 0, 0, "the queue; any: the one at which the trigger matched, else every one"),
    ];

    /// <summary>The call.</summary>
    protected abstract Op Call { get; }

    /// <summary>The errno with which it fails, above 0.</summary>
    protected abstract int Errno { get; }

    /// <inheritdoc/>
    public override void Fire(IFaultSite site)
    {
        var target = (int)site.Value(Target);
        site.State.Target = target >= 0 ? target : site.MatchedQueue;
        site.State.Value = site.Value(Nth);
        site.Activate(VirtualTime.Never, site.Value(Count));
    }

    /// <inheritdoc/>
    public sealed override void OnCall(IFaultSite site, ref CallSite call)
    {
        if (call.Op != Call || (site.State.Target >= 0 && site.State.Target != call.Queue) || --site.State.Value > 0)
        {
            return;
        }

        call.Error = Errno;
        site.Bite(call.Queue, Errno);
    }
}
