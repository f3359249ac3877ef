using ApChaos.Abstractions;

namespace ApChaos.Faults.Families;

/// <summary>AQIC is answered as if the machine had found something, and does nothing. A fault of this family says with which response code.</summary>
/// <remarks>
/// <para>Bends: the answer of the driver's AQICs that no condition refuses; interruption stays as it is.</para>
/// <para>Hook: answer of AQIC: after all conditions (01, 03, 04, 35, 36, 02, 0A, 05), before the machine's own 06, 07 and 08. Of several
/// such faults the last one that is asked holds.</para>
/// <para>Lifted: nothing to undo.</para>
/// </remarks>
public abstract class AqicAnswer : Fault
{
    private const int Count = 0;
    private const int Target = 1;
    private const int Instructions = 2;

    private const long EnableOnly = 1;
    private const long DisableOnly = 2;

    private IReadOnlyList<FaultOption>? _options;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<FaultOption> Options => _options ??=
    [
        new("count", FaultOptionKind.Count, 1, 0, 1_000_000, "how many AQICs it answers at most; 0: no limit"),
        new("apqn", FaultOptionKind.Apqn, -1, 0, 0, "the queue; any: the one at which the trigger matched, else every one"),
        new("instructions", FaultOptionKind.Word, AnswersDisable ? 0 : EnableOnly, 0, 2, "which AQICs", AllowsNever: false, "all", "enable", "disable"),
    ];

    /// <inheritdoc/>
    public sealed override FaultTrigger DefaultTrigger { get; } =
        new(TriggerKind.BeforeInstruction, Op.Aqic, Actor: ActorClass.Driver, Nth: 1);

    /// <inheritdoc/>
    public sealed override FaultHooks Hooks => FaultHooks.AqicAnswer;

    /// <summary>The answer.</summary>
    protected abstract ResponseCode Code { get; }

    /// <summary>Whether AQIC(disable) may be answered so as well, unless a plan says otherwise.</summary>
    protected abstract bool AnswersDisable { get; }

    /// <inheritdoc/>
    public sealed override void Fire(IFaultSite site)
    {
        var target = (int)site.Value(Target);
        site.State.Target = target >= 0 ? target : site.MatchedQueue;
        site.State.Value = site.Value(Instructions);
        site.Activate(VirtualTime.Never, site.Value(Count));
    }

    /// <inheritdoc/>
    public sealed override void OnAqicAnswer(IFaultSite site, ref AqicSite aqic)
    {
        if ((site.State.Target < 0 || site.State.Target == aqic.Queue)
            && aqic.Issuer == ActorClass.Driver
            && site.State.Value != (aqic.Enable ? DisableOnly : EnableOnly))
        {
            aqic.Answer = Code;
            site.Bite(aqic.Queue, (long)Code);
        }
    }
}
