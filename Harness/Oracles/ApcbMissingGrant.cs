using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>A guest opened its device and did not get an adapter all of whose queues the driver knows to be clean.</summary>
/// <remarks>
/// <para>Meaning: the filter took too much. An adapter may be taken from a guest only for a queue of it that is not bound, not usable,
/// in reset, still holds somebody's data, or of which the driver cannot know: masks cannot say "all but one". It knows when RC 00 with
/// E=1 and I=0 answered it 100 ms ago or more, five looks at 20 ms, and nothing has happened to the queue since: no other answer, and
/// nobody takes the queue from the driver or gives it to it anew.</para>
/// <para>Judged when open_device has returned 0. What is still missing at rest is <c>queue-lost</c>.</para>
/// <para>Rests on: ap-facts §9.2; bug-history O-APCB, #23, #28, #32 and #33.</para>
/// </remarks>
public sealed class ApcbMissingGrant : Oracle
{
    private const long TimeToActNs = 100 * VirtualTime.Millisecond;

    private Moment[] _seenClean = [];
    private int _queues;
    private int _adapters;

    /// <inheritdoc/>
    public override string Id => "apcb-missing-grant";

    /// <inheritdoc/>
    public override string Summary => "a guest opened its device and did not get an adapter all of whose queues the driver knows to be clean";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Isolation;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } =
        [EventKind.Instruction, EventKind.Enqueued, EventKind.ResetStarted, EventKind.IrqOn, EventKind.OperationEntered, EventKind.OperationExited];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size)
    {
        _queues = size.Queues;
        _adapters = size.Adapters;
        _seenClean = new Moment[size.Queues];
    }

    /// <inheritdoc/>
    public override void Reset() => Array.Clear(_seenClean);

    /// <inheritdoc/>
    public override void Keep(StateImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        for (var queue = 0; queue < _queues; queue++)
        {
            image.HasHappened(ref _seenClean[queue], TimeToActNs);
        }
    }

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        switch (e.Kind)
        {
            case EventKind.Instruction:
                if (e.B == (long)ActorClass.Driver && e.Queue >= 0)
                {
                    See(e, ShowsClean(new ApqSw((uint)e.A)));
                }

                break;

            case EventKind.OperationEntered:
                if ((DriverOperation)e.A is DriverOperation.RemoveQueue or DriverOperation.ProbeQueue)
                {
                    See(e, isClean: false);
                }

                break;

            case EventKind.OperationExited:
                if ((DriverOperation)e.A == DriverOperation.OpenDevice && e.C == 0)
                {
                    Judge(e, machine, findings);
                }

                break;

            default:
                _seenClean[e.Queue] = default;
                break;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Queue: which; Guest: who did not get it.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names) =>
        $"{names.Guest(e.Guest)} opened its device without {names.Queue(e.Queue)}, though it is assigned, bound, usable and clean, as the driver "
        + $"saw {Earlier(e, causeStep, causeTimeNs)}, and so are the other queues of its adapter";

    private static bool ShowsClean(ApqSw status) => status.ResponseCode == ResponseCode.Normal && status.QueueEmpty && !status.IrqEnabled;

    private void See(in MachineEvent e, bool isClean)
    {
        if (!isClean || _seenClean[e.Queue].Step == 0)
        {
            _seenClean[e.Queue] = isClean ? Moment.Of(e) : default;
        }
    }

    private void Judge(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        var (mdev, perAdapter) = ((int)e.B, _queues / _adapters);
        var guest = machine.MdevGuest(mdev);
        for (var adapter = 0; adapter < _adapters && guest >= 0; adapter++)
        {
            var (missing, blocked) = (-1, false);
            for (var queue = adapter * perAdapter; queue < (adapter + 1) * perAdapter; queue++)
            {
                if (machine.IsAssigned(mdev, queue))
                {
                    missing = missing < 0 && !machine.IsInApcb(queue, guest) ? queue : missing;
                    blocked |= !IsKnownClean(e, queue, machine);
                }
            }

            if (missing >= 0 && !blocked)
            {
                var shown = e;
                shown.Queue = (short)missing;
                shown.Guest = (short)guest;
                findings.Report(this, shown, _seenClean[missing].Step, _seenClean[missing].TimeNs);
                return;
            }
        }
    }

    private bool IsKnownClean(in MachineEvent e, int queue, IMachineView machine) =>
        machine.QueueBound(queue) && machine.AdapterUsable(queue) && !machine.ResetRunning(queue) && !machine.IrqArmed(queue) && machine.Taint(queue) < 0
        && _seenClean[queue].Step > 0 && e.TimeNs - _seenClean[queue].TimeNs >= TimeToActNs;
}
