using ApChaos.Abstractions;

namespace ApChaos.Faults;

/// <summary>An association of the queue with a secret fails asynchronously, as a secure guest may leave it behind.</summary>
/// <remarks>
/// <para>Bends: the queue; instructions but ZAPQ and RAPQ are answered RC 35 or 36 with A=1, once or until a reset: a knob of the profile.</para>
/// <para>Hook: none; it acts when it fires.</para>
/// <para>Lifted: nothing to undo; a completed reset clears the error.</para>
/// </remarks>
public sealed class AsyncError : Fault
{
    private const int Code = 0;
    private const int Count = 1;
    private const int Target = 2;

    /// <inheritdoc/>
    public override string Id => "async-error";

    /// <inheritdoc/>
    public override string Summary => "the queue reports a failed association (RC 35 or 36) until it is reset";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #27: a sticky asynchronous error was an unexpected response code, and the queue was not reset";

    /// <inheritdoc/>
    public override IReadOnlyList<FaultOption> Options { get; } =
    [
        new("code", FaultOptionKind.Word, 0, 0, 1, "the response code", AllowsNever: false, "35", "36"),
        new("count", FaultOptionKind.Count, 1, 0, 1_000_000, "how often it fires at most; 0: no limit"),
        new("apqn", FaultOptionKind.Apqn, -1, 0, 0, "the queue; any: the one at which the trigger matched, else one of all"),
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
        var code = site.Value(Code) == 0 ? ResponseCode.AssocSecretNotUnique : ResponseCode.AssocFailed;
        site.RaiseAsyncError(queue, code);
        site.Bite(queue, (long)code);
    }
}
