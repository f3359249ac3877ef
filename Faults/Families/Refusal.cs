using ApChaos.Abstractions;

namespace ApChaos.Faults.Families;

/// <summary>Instructions on a queue are refused for a while. A fault of this family says with which response code.</summary>
/// <remarks>
/// <para>Bends: the answer; a condition is added, and a refused ZAPQ does nothing.</para>
/// <para>Hook: instruction. Where several conditions hold, the precedence of the firmware profile picks the response code.</para>
/// <para>Lifted: nothing to undo; the queue answers as it is.</para>
/// </remarks>
public abstract class Refusal : Fault
{
    private const int Duration = 0;
    private const int Count = 1;
    private const int Target = 2;
    private const int Issuer = 3;
    private const int Instructions = 4;

    // FaultState.Value while it is active.
    private const long EveryIssuer = 1;
    private const long ZapqOnly = 2;
    private const long TapqOnly = 4;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<FaultOption> Options { get; } =
    [
        new("duration", FaultOptionKind.Duration, 80 * VirtualTime.Millisecond, 0, VirtualTime.DurationMax, "how long it lasts", AllowsNever: true),
        new("count", FaultOptionKind.Count, 0, 0, 1_000_000, "how many instructions it refuses at most; 0: no limit"),
        new("apqn", FaultOptionKind.Apqn, -1, 0, 0, "the queue; any: the one at which the trigger matched, else every one"),
        new("issuer", FaultOptionKind.Word, 0, 0, 1, "whose instructions", AllowsNever: false, "driver", "anybody"),
        new("instructions", FaultOptionKind.Word, 0, 0, 2, "which instructions", AllowsNever: false, "all", "zapq", "tapq"),
    ];

    /// <inheritdoc/>
    public sealed override FaultTrigger DefaultTrigger { get; } =
        new(TriggerKind.BeforeInstruction, Op.Zapq, Actor: ActorClass.Driver, Nth: 1);

    /// <inheritdoc/>
    public sealed override FaultHooks Hooks => FaultHooks.Instruction;

    /// <summary>The condition that it adds.</summary>
    protected abstract ApConditions Condition { get; }

    /// <summary>The response code that stands for the condition.</summary>
    protected abstract ResponseCode Code { get; }

    /// <inheritdoc/>
    public sealed override void Fire(IFaultSite site)
    {
        var duration = site.Value(Duration);
        if (duration == 0)
        {
            return;
        }

        var target = (int)site.Value(Target);
        site.State.Target = target >= 0 ? target : site.MatchedQueue;
        site.State.Value = (site.Value(Issuer) != 0 ? EveryIssuer : 0) | (site.Value(Instructions) switch { 1 => ZapqOnly, 2 => TapqOnly, _ => 0 });
        site.Activate(duration, site.Value(Count));
    }

    /// <inheritdoc/>
    public sealed override void OnInstruction(IFaultSite site, ref InstructionSite instruction)
    {
        if ((site.State.Target < 0 || site.State.Target == instruction.Queue)
            && (instruction.Issuer == ActorClass.Driver || (site.State.Value & EveryIssuer) != 0)
            && Refuses(instruction.Op, site.State.Value))
        {
            instruction.Conditions |= Condition;
            site.Bite(instruction.Queue, (long)Code);
        }
    }

    private static bool Refuses(Op op, long value) => (value & (ZapqOnly | TapqOnly)) switch
    {
        ZapqOnly => op == Op.Zapq,
        TapqOnly => op == Op.Tapq,
        _ => op is Op.Zapq or Op.Tapq or Op.Rapq or Op.Aqic,
    };
}
