using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>What the driver says that a guest has is not what the guest has.</summary>
/// <remarks>
/// <para>Meaning: the shadow APCB of an mdev, which sysfs shows and by which the driver decides what to reset, differs from the masks
/// that KVM was given.</para>
/// <para>Judged when a driver operation returns and no other is under way, and at rest; for mdevs with a guest.</para>
/// <para>Rests on: ap-facts §9.1 and §9.2; bug-history O-VIEW, #45.</para>
/// </remarks>
public sealed class ViewMismatch : Oracle
{
    private int _openOperations;
    private int _queues;
    private int _mdevs;

    /// <inheritdoc/>
    public override string Id => "view-mismatch";

    /// <inheritdoc/>
    public override string Summary => "the driver's shadow APCB is not what the guest has";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Diagnosis;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } =
        [EventKind.OperationEntered, EventKind.OperationExited, EventKind.AtRest];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size)
    {
        _queues = size.Queues;
        _mdevs = size.Mdevs;
    }

    /// <inheritdoc/>
    public override void Reset() => _openOperations = 0;

    /// <inheritdoc/>
    public override void Keep(StateImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        image.Value(ref _openOperations);
    }

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        _openOperations += e.Kind switch { EventKind.OperationEntered => 1, EventKind.OperationExited => -1, _ => 0 };
        if (_openOperations != 0 || e.Kind == EventKind.OperationEntered)
        {
            return;
        }

        for (var mdev = 0; mdev < _mdevs; mdev++)
        {
            var guest = machine.MdevGuest(mdev);
            for (var queue = 0; queue < _queues && guest >= 0; queue++)
            {
                if (machine.IsInShadow(mdev, queue) != machine.IsInApcb(queue, guest))
                {
                    var shown = e;
                    shown.Queue = (short)queue;
                    shown.Guest = (short)guest;
                    findings.Report(this, shown);
                    return;
                }
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Queue: which; Guest: whose.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names) =>
        machine.IsInApcb(e.Queue, e.Guest)
            ? $"{names.Guest(e.Guest)} has {names.Queue(e.Queue)} in its APCB and the driver says that it has not"
            : $"the driver says that {names.Guest(e.Guest)} has {names.Queue(e.Queue)}, which is not in its APCB";
}
