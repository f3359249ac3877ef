using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>Nobody uses the driver any more and an object that it allocated was not freed.</summary>
/// <remarks>
/// <para>Meaning: memory that an operation allocated and forgot.</para>
/// <para>Judged when the machine is at rest, no guest has its device open and no driver operation is under way: until then an object may
/// live by right. The structure of a queue that is bound lives by right, too.</para>
/// <para>Rests on: bug-history O-REF, #53, #54 and #67.</para>
/// </remarks>
public sealed class ObjectLeak : Oracle
{
    private const int ObjectsMax = 256;

    private readonly Moment[] _allocated = new Moment[ObjectsMax + 1];
    private int _count;
    private int _openOperations;
    private int _queues;

    /// <inheritdoc/>
    public override string Id => "object-leak";

    /// <inheritdoc/>
    public override string Summary => "nobody uses the driver any more and an object that it allocated was not freed";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Cleanup;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } =
        [EventKind.Allocated, EventKind.Freed, EventKind.OperationEntered, EventKind.OperationExited, EventKind.AtRest];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size) => _queues = size.Queues;

    /// <inheritdoc/>
    public override void Reset()
    {
        Array.Clear(_allocated);
        _count = 0;
        _openOperations = 0;
    }

    /// <inheritdoc/>
    public override void Keep(StateImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        image.Value(ref _openOperations);
        image.Value(ref _count);
        image.HaveHappened(_allocated);
    }

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        switch (e.Kind)
        {
            case EventKind.Allocated when e.A <= ObjectsMax:
                _allocated[e.A] = Moment.Of(e);
                _count = Math.Max(_count, (int)e.A);
                break;

            case EventKind.Freed when e.B == 0 && e.A <= ObjectsMax:
                _allocated[e.A] = default;
                break;

            case EventKind.OperationEntered:
                _openOperations++;
                break;

            case EventKind.OperationExited:
                _openOperations--;
                break;

            case EventKind.AtRest when _openOperations == 0 && !IsInUse(machine):
                Judge(e, machine, findings);
                break;
        }
    }

    /// <inheritdoc/>
    /// <remarks>A: the object's handle; B: how many are left.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names) =>
        $"{e.B} allocated {(e.B == 1 ? "object is" : "objects are")} left at rest, the first one allocated {Earlier(e, causeStep, causeTimeNs)}";

    private bool IsInUse(IMachineView machine)
    {
        for (var queue = 0; queue < _queues; queue++)
        {
            if (machine.AssignedGuest(queue) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private void Judge(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        for (var queue = 0; queue < _queues; queue++)
        {
            _allocated[machine.QueueStructure(queue)] = default;
        }

        var (first, left) = (0, 0);
        for (var handle = 1; handle <= _count; handle++)
        {
            if (_allocated[handle].Step != 0)
            {
                first = first == 0 ? handle : first;
                left++;
            }
        }

        if (left > 0)
        {
            var shown = e;
            shown.A = first;
            shown.B = left;
            findings.Report(this, shown, _allocated[first].Step, _allocated[first].TimeNs);
        }
    }
}
