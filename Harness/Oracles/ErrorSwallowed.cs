using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>A failing response code, or a wait that expired, was neither retried with success, returned nor logged.</summary>
/// <remarks>
/// <para>Meaning: the thread's "not even a warning". Within one outermost operation of one actor the oracle keeps two concerns for each
/// queue, <em>reset</em> and <em>interruption</em>, each with the answer that raised it.</para>
/// <para>Reset. Raised by ZAPQ, RAPQ and TAPQ with a response code other than 00, 03 and 04, and by ZAPQ or RAPQ with RC 00 and E=0:
/// accepted, not verified. Cleared by TAPQ RC 00, by ZAPQ or RAPQ RC 00 with E=1, by RC 03 and 04 (the adapter reset the queue: "I don't
/// think it is an error"), by a warning or log line.</para>
/// <para>Interruption. Raised by AQIC with a response code other than 00 and 07, and by a TAPQ that follows an AQIC with one other than
/// 00, 02, 03 and 04. Cleared by AQIC RC 00 or 07, by a warning or log line, by a reset that is verified; one that a TAPQ raised, by a TAPQ
/// too. That I=0 was waited for too briefly is not judged here.</para>
/// <para>A TAPQ, and a log line about one, belongs to what the operation did to the queue last: AQIC or a reset.</para>
/// <para>Queueing the reset work item hands the concerns of the queue over to the worker, which answers for them as for its own. What
/// it leaves open goes back to the operation that queued the item, if that has not returned: it may flush, and return the error.</para>
/// <para>Judged when the outermost operation returns: no error, and a concern is left. An intercepted AQIC returns an error when the
/// guest gets a response code other than 00.</para>
/// <para>Rests on: the thread, scenario 1 and 3; ap-facts §6 points 1, 3, 9 and 10; bug-history O-RC, #12, #13 and #17.</para>
/// </remarks>
public sealed class ErrorSwallowed : Oracle
{
    // Of a row an operation and two concerns are kept, each by a byte.
    private const int KeptBytesOfRow = 3 * sizeof(Op);

    private Row[] _rows = [];
    private Concern[] _handedOver = [];
    private Queuer[] _queuers = [];
    private long[] _serials = [];
    private int[] _depths = [];
    private bool[] _raised = [];
    private int _queues;
    private long _serial;

    /// <inheritdoc/>
    public override string Id => "error-swallowed";

    /// <inheritdoc/>
    public override string Summary => "a failing response code or an expired wait was neither retried, returned nor logged";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Diagnosis;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } =
    [
        EventKind.OperationEntered, EventKind.OperationExited, EventKind.Instruction, EventKind.Warned, EventKind.Logged,
        EventKind.WorkQueued,
    ];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size)
    {
        _queues = size.Queues;
        _rows = new Row[size.Actors * size.Queues];
        _handedOver = new Concern[size.Queues];
        _queuers = new Queuer[size.Queues];
        _serials = new long[size.Actors];
        _depths = new int[size.Actors];
        _raised = new bool[size.Actors];
    }

    /// <inheritdoc/>
    /// <remarks>Rows need no clearing: one whose serial is not that of the actor's operation is empty; serials only grow.</remarks>
    public override void Reset()
    {
        Array.Clear(_handedOver);
        Array.Clear(_queuers);
        Array.Clear(_depths);
    }

    /// <inheritdoc/>
    /// <remarks>A row counts while it is of its actor's operation; which one that is, is forgotten.</remarks>
    public override void Keep(StateImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        image.Values<int>(_depths);
        for (var actor = 0; actor < _depths.Length; actor++)
        {
            var isOpen = _depths[actor] > 0;
            _raised[actor] &= isOpen;
            image.Value(ref _raised[actor]);
            if (!image.IsSaving)
            {
                _serials[actor] = ++_serial;
            }

            if (!isOpen)
            {
                image.Leave(_queues * KeptBytesOfRow);
                continue;
            }

            for (var queue = 0; queue < _queues; queue++)
            {
                KeepRow(image, ref _rows[(actor * _queues) + queue], _serials[actor]);
            }
        }

        for (var queue = 0; queue < _queues; queue++)
        {
            Concern.Keep(image, ref _handedOver[queue]);
            KeepQueuer(image, ref _queuers[queue]);
        }
    }

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        if (e.Actor < 0)
        {
            return;
        }

        switch (e.Kind)
        {
            case EventKind.OperationEntered:
                Enter(e);
                break;

            case EventKind.OperationExited:
                Exit(e, findings);
                break;

            case EventKind.Instruction when e.B == (long)ActorClass.Driver && e.Queue >= 0 && _depths[e.Actor] > 0:
                Answer(e);
                break;

            case EventKind.Warned or EventKind.Logged when e.Queue >= 0 && _depths[e.Actor] > 0:
                Told(e);
                break;

            case EventKind.WorkQueued when _depths[e.Actor] > 0:
                HandOver(e);
                break;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Queue: which; A: the <see cref="DriverOperation"/>; Op and B: the instruction and its status word.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names)
    {
        var status = new ApqSw((uint)e.B);
        var earlier = Earlier(e, causeStep, causeTimeNs);
        var dropped = status.ResponseCode == ResponseCode.Normal
            ? $"was accepted ({status}, E=0) {earlier}, and nothing has shown since that the reset is complete"
            : $"was answered {status} {earlier}, neither retried with success, returned nor logged";
        return $"{names.Operation((DriverOperation)e.A)} by {names.Actor(e.Actor)} returned no error: "
            + $"{OpText.Name(e.Op)} on {names.Queue(e.Queue)} {dropped}";
    }

    private static void KeepRow(StateImage image, ref Row row, long serial)
    {
        if (image.IsSaving && row.Serial != serial)
        {
            row = default;
        }

        Concern.Keep(image, ref row.Reset);
        Concern.Keep(image, ref row.Interruption);
        image.Value(ref row.Last);
        if (!image.IsSaving)
        {
            row.Serial = serial;
        }
    }

    private void KeepQueuer(StateImage image, ref Queuer queuer)
    {
        var isOpen = queuer.Serial != 0 && _depths[queuer.Actor] > 0 && _serials[queuer.Actor] == queuer.Serial;
        var actor = isOpen ? queuer.Actor : -1;
        image.Value(ref actor);
        if (!image.IsSaving)
        {
            queuer = actor < 0 ? default : new Queuer(actor, _serials[actor]);
        }
    }

    private void Enter(in MachineEvent e)
    {
        if (_depths[e.Actor]++ > 0)
        {
            return;
        }

        _serials[e.Actor] = ++_serial;
        _raised[e.Actor] = false;
        if (e.A == (long)DriverOperation.ResetWork && e.Queue >= 0 && _handedOver[e.Queue].IsOpen)
        {
            RowOf(e).Reset = _handedOver[e.Queue];
            _raised[e.Actor] = true;
            _handedOver[e.Queue] = default;
        }
    }

    private void Exit(in MachineEvent e, IFindings findings)
    {
        if (--_depths[e.Actor] > 0 || !_raised[e.Actor] || e.C != 0)
        {
            return;
        }

        for (var queue = 0; queue < _queues; queue++)
        {
            ref readonly var row = ref _rows[(e.Actor * _queues) + queue];
            if (row.Serial != _serials[e.Actor] || !(row.Reset.IsOpen || row.Interruption.IsOpen))
            {
                continue;
            }

            var concern = row.Reset.IsOpen ? row.Reset : row.Interruption;
            if (!HandBack(e, queue, concern))
            {
                Report(e, queue, concern, findings);
                return;
            }
        }
    }

    private void Answer(in MachineEvent e)
    {
        ref var row = ref RowOf(e);
        var status = new ApqSw((uint)e.A);
        switch (e.Op)
        {
            case Op.Zapq or Op.Rapq:
                row.Last = e.Op;
                if (IsClean(status) && (status.ResponseCode != ResponseCode.Normal || status.QueueEmpty))
                {
                    row.Reset = default;
                    row.Interruption = default;
                }
                else
                {
                    Raise(ref row.Reset, e);
                }

                break;

            case Op.Aqic:
                row.Last = e.Op;
                if (status.ResponseCode is ResponseCode.Normal or ResponseCode.OtherwiseChanged)
                {
                    row.Interruption = default;
                }
                else
                {
                    Raise(ref row.Interruption, e);
                }

                break;

            case Op.Tapq:
                Tested(ref row, e, status);
                break;
        }
    }

    private void Tested(ref Row row, in MachineEvent e, ApqSw status)
    {
        var afterAqic = row.Last == Op.Aqic;
        if (IsClean(status))
        {
            row.Reset = default;
        }
        else if (!afterAqic)
        {
            Raise(ref row.Reset, e);
            return;
        }
        else if (status.ResponseCode != ResponseCode.ResetInProgress)
        {
            Raise(ref row.Interruption, e);
            return;
        }

        if (!afterAqic || row.Interruption.Op == Op.Tapq)
        {
            row.Interruption = default;
        }
    }

    private void Told(in MachineEvent e)
    {
        ref var row = ref RowOf(e);
        if (e.Op == Op.Aqic || (e.Op == Op.Tapq && row.Last == Op.Aqic))
        {
            row.Interruption = default;
        }
        else
        {
            row.Reset = default;
        }
    }

    private void HandOver(in MachineEvent e)
    {
        ref var row = ref RowOf(e);
        _queuers[e.Queue] = new Queuer(e.Actor, row.Serial);
        if (row.Reset.IsOpen || row.Interruption.IsOpen)
        {
            _handedOver[e.Queue] = row.Reset.IsOpen ? row.Reset : row.Interruption;
            row.Reset = default;
            row.Interruption = default;
        }
    }

    /// <summary>Gives a concern that a worker leaves open back to the operation that queued the work item, if that is still open.</summary>
    private bool HandBack(in MachineEvent e, int queue, in Concern concern)
    {
        if (e.A != (long)DriverOperation.ResetWork || e.Queue != queue)
        {
            return false;
        }

        var queuer = _queuers[queue];
        if (queuer.Serial == 0 || queuer.Actor == e.Actor || _depths[queuer.Actor] == 0 || _serials[queuer.Actor] != queuer.Serial)
        {
            return false;
        }

        // The row is of the same operation: HandOver made it.
        _rows[(queuer.Actor * _queues) + queue].Reset = concern;
        _raised[queuer.Actor] = true;
        return true;
    }

    private void Raise(ref Concern concern, in MachineEvent e)
    {
        concern = new Concern(Moment.Of(e), (uint)e.A, e.Op);
        _raised[e.Actor] = true;
    }

    private void Report(in MachineEvent e, int queue, in Concern concern, IFindings findings)
    {
        var shown = e;
        shown.Queue = (short)queue;
        shown.Op = concern.Op;
        shown.B = concern.Word;
        findings.Report(this, shown, concern.Moment.Step, concern.Moment.TimeNs);
    }

    /// <summary>The row of an event's actor and queue, emptied when it is from an earlier operation.</summary>
    private ref Row RowOf(in MachineEvent e)
    {
        ref var row = ref _rows[(e.Actor * _queues) + e.Queue];
        if (row.Serial != _serials[e.Actor])
        {
            row = default;
            row.Serial = _serials[e.Actor];
        }

        return ref row;
    }

    private static bool IsClean(ApqSw status) =>
        status.ResponseCode is ResponseCode.Normal or ResponseCode.Deconfigured or ResponseCode.Checkstopped;

    /// <summary>An answer that somebody must hear of.</summary>
    private readonly record struct Concern(Moment Moment, uint Word, Op Op)
    {
        public bool IsOpen => Op != Op.None;

        // The status word is for the report alone.
        public static void Keep(StateImage image, ref Concern concern)
        {
            var op = concern.Op;
            image.Value(ref op);
            if (!image.IsSaving)
            {
                concern = op == Op.None ? default : new Concern(new Moment(1, 0), 0, op);
            }
        }
    }

    /// <summary>Whose operation queued a work item; serial 0 for none.</summary>
    private readonly record struct Queuer(int Actor, long Serial);

    /// <summary>What one operation of one actor did to one queue.</summary>
    private struct Row
    {
        public Concern Reset;
        public Concern Interruption;
        public long Serial;
        public Op Last;
    }
}
