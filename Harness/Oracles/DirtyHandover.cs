using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>A queue got a new owner and still holds the former owner's keys and messages.</summary>
/// <remarks>
/// <para>Meaning: no zeroize that began after the queue's last use is complete or under way. One that is under way counts: until it ends
/// the new owner only sees RESET_IN_PROGRESS (the thread: "there is no danger of queue state leaking"). A reset without zeroize (RAPQ)
/// does not count: the keys stay.</para>
/// <para>Judged when a queue is granted to a guest, and when it leaves vfio_ap for the host's own driver.</para>
/// <para>Rests on: ap-facts §5.2, §5.3 and §6; bug-history O-CLEAN, #13, #16, #22, #34 and part E 3.</para>
/// </remarks>
public sealed class DirtyHandover : Oracle
{
    private Moment[] _used = [];

    /// <inheritdoc/>
    public override string Id => "dirty-handover";

    /// <inheritdoc/>
    public override string Summary => "a queue got a new owner without a zeroize after its last use";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Cleanup;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } =
        [EventKind.Enqueued, EventKind.QueueGranted, EventKind.QueueUnbound];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size) => _used = new Moment[size.Queues];

    /// <inheritdoc/>
    public override void Reset() => Array.Clear(_used);

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        if (e.Kind == EventKind.Enqueued)
        {
            _used[e.Queue] = Moment.Of(e);
            return;
        }

        var taint = machine.Taint(e.Queue);
        var owner = e.Kind == EventKind.QueueGranted ? e.Guest : (short)-1;
        if (taint >= 0 && taint != owner && !machine.ZeroizedSinceUse(e.Queue))
        {
            var shown = e;
            shown.Guest = owner;
            shown.C = taint;
            findings.Report(this, shown, _used[e.Queue].Step, _used[e.Queue].TimeNs);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Queue: which; Guest: the new owner, or -1 for the host; C: the guest whose data it holds.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names)
    {
        var cause = causeStep == 0 ? "" : $", whose last request was accepted {Earlier(e, causeStep, causeTimeNs)}";
        return $"{names.Queue(e.Queue)} went to {names.Guest(e.Guest)} with the data of {names.Guest((int)e.C)}{cause}; "
            + "no zeroize has completed or is under way since";
    }
}
