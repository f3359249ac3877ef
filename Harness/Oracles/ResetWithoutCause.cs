using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>The driver reset a queue under a guest that had no part in it.</summary>
/// <remarks>
/// <para>Meaning: a reset drops what the guest has in the queue. There is a cause for it when the guest's device is being reset or closed,
/// when the queue or its adapter is being removed, when the guest itself asks by AQIC, or when the queue is in nobody's APCB.</para>
/// <para>Judged when the driver's ZAPQ or RAPQ is accepted.</para>
/// <para>Rests on: ap-facts §5.3 and §9.3; bug-history O-CLEAN, #34 and #35 (which queues are reset when).</para>
/// </remarks>
public sealed class ResetWithoutCause : Oracle
{
    private int[] _operations = [];
    private int[] _objects = [];
    private int[] _queuesOf = [];
    private int _perAdapter;

    /// <inheritdoc/>
    public override string Id => "reset-without-cause";

    /// <inheritdoc/>
    public override string Summary => "the driver reset a queue under a guest that had no part in it";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Cleanup;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } =
        [EventKind.OperationEntered, EventKind.OperationExited, EventKind.ResetStarted];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size)
    {
        _operations = new int[size.Actors];
        _objects = new int[size.Actors];
        _queuesOf = new int[size.Actors];
        _perAdapter = size.Queues / size.Adapters;
    }

    /// <inheritdoc/>
    public override void Reset() => Array.Clear(_operations);

    /// <inheritdoc/>
    public override void Keep(StateImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        image.Values<int>(_operations);
        for (var actor = 0; actor < _operations.Length; actor++)
        {
            // What they were about counts while they last.
            _objects[actor] = _operations[actor] == 0 ? 0 : _objects[actor];
            _queuesOf[actor] = _operations[actor] == 0 ? 0 : _queuesOf[actor];
            image.Value(ref _objects[actor]);
            image.Value(ref _queuesOf[actor]);
        }
    }

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        switch (e.Kind)
        {
            case EventKind.OperationEntered:
                _operations[e.Actor] = (int)e.A;
                _objects[e.Actor] = (int)e.B;
                _queuesOf[e.Actor] = e.Queue;
                break;

            case EventKind.OperationExited:
                _operations[e.Actor] = 0;
                break;

            default:
                var owner = machine.QueueOwner(e.Queue);
                if (owner >= 0 && e.C == (long)ActorClass.Driver && !HasCause(e.Queue, machine.MdevOf(owner)))
                {
                    var shown = e;
                    shown.Guest = (short)owner;
                    shown.B = e.Actor < 0 ? 0 : _operations[e.Actor];
                    findings.Report(this, shown);
                }

                break;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Queue: which; Guest: who has it; B: the operation that resets it.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names) =>
        $"{names.Actor(e.Actor)} reset {names.Queue(e.Queue)} in {names.Operation((DriverOperation)e.B)} while {names.Guest(e.Guest)} uses it";

    private bool HasCause(int queue, int mdev)
    {
        for (var actor = 0; actor < _operations.Length; actor++)
        {
            switch ((DriverOperation)_operations[actor])
            {
                case DriverOperation.OpenDevice or DriverOperation.CloseDevice or DriverOperation.ResetDevice or DriverOperation.RemoveMdev when _objects[actor] == mdev:
                case DriverOperation.RemoveQueue when _queuesOf[actor] / _perAdapter == queue / _perAdapter:
                case DriverOperation.AqicIntercept or DriverOperation.ResetWork when _queuesOf[actor] == queue:
                case DriverOperation.DmaUnmap or DriverOperation.ConfigChanged or DriverOperation.ScanComplete:
                    return true;
            }
        }

        return false;
    }
}
