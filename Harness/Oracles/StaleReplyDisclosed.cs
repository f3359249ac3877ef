using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>An owner of a queue read the reply to a request of another owner.</summary>
/// <remarks>
/// <para>Meaning: one guest's data was disclosed to the next. It is what a dirty handover can lead to.</para>
/// <para>Judged at every DQAP that returns a message. A driver that drains a queue which it still has is no owner: what it reads goes to
/// nobody.</para>
/// <para>Rests on: ap-facts §3 (requests already enqueued stay in the queue until a reset) and §5.10; bug-history O-CLEAN ("no message of
/// A left") and #34.</para>
/// </remarks>
public sealed class StaleReplyDisclosed : Oracle
{
    private Moment[] _granted = [];

    /// <inheritdoc/>
    public override string Id => "stale-reply-disclosed";

    /// <inheritdoc/>
    public override string Summary => "a queue's owner dequeued the reply to a request of somebody else";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Cleanup;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.QueueGranted, EventKind.Dequeued];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size) => _granted = new Moment[size.Queues];

    /// <inheritdoc/>
    public override void Reset() => Array.Clear(_granted);

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        if (e.Kind == EventKind.QueueGranted)
        {
            _granted[e.Queue] = Moment.Of(e);
            return;
        }

        var isDrain = e.Guest < 0 && machine.QueueBound(e.Queue);
        if (e.B != e.Guest && !isDrain)
        {
            var cause = _granted[e.Queue];
            findings.Report(this, e, cause.Step, cause.TimeNs);
        }
    }

    /// <inheritdoc/>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names)
    {
        var cause = causeStep == 0 ? "" : $"; the queue was last granted {Earlier(e, causeStep, causeTimeNs)}";
        return $"{names.Guest(e.Guest)} dequeued from {names.Queue(e.Queue)} the reply 0x{e.A:x} "
            + $"to a request of {names.Guest((int)e.B)}{cause}";
    }
}
