using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>A queue still remembers the NIB and the subclass of a guest that its mdev no longer serves.</summary>
/// <remarks>
/// <para>Meaning: what the queue will give back belongs to the former guest, and it will be given back for the new one: the wrong page is
/// unpinned, the wrong guest's subclass unregistered. A variant that remembers the guest as well is right.</para>
/// <para>Judged when a guest has opened its device.</para>
/// <para>Rests on: ap-facts §8.3 and §9.1; bug-history O-OWN, S4, S14 and S17.</para>
/// </remarks>
public sealed class StaleOwner : Oracle
{
    private Moment[] _saved = [];
    private int[] _savedFor = [];

    /// <inheritdoc/>
    public override string Id => "stale-owner";

    /// <inheritdoc/>
    public override string Summary => "a queue still remembers the NIB and subclass of a guest that its mdev no longer serves";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Isolation;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.OperationExited];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size)
    {
        _saved = new Moment[size.Queues];
        _savedFor = new int[size.Queues];
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        Array.Clear(_saved);
        Array.Fill(_savedFor, -1);
    }

    /// <inheritdoc/>
    public override void Keep(StateImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        image.Values<int>(_savedFor);
    }

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        switch ((DriverOperation)e.A)
        {
            case DriverOperation.AqicIntercept when e.Queue >= 0:
                if (machine.SavesIrq(e.Queue) && e.C == (long)ResponseCode.Normal)
                {
                    _saved[e.Queue] = Moment.Of(e);
                    _savedFor[e.Queue] = machine.MdevGuest((int)e.B);
                }

                break;

            case DriverOperation.OpenDevice when e.C == 0:
                Judge(e, machine, findings);
                break;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Queue: which; Guest: whom its mdev serves now; C: whose NIB and subclass it remembers.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names) =>
        $"{names.Queue(e.Queue)} is of {names.Guest(e.Guest)} now and still remembers NIB and subclass of {names.Guest((int)e.C)}, "
        + $"saved {Earlier(e, causeStep, causeTimeNs)}";

    private void Judge(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        var guest = machine.MdevGuest((int)e.B);
        for (var queue = 0; queue < _saved.Length; queue++)
        {
            var former = _savedFor[queue];
            if (former >= 0 && former != guest && machine.IsAssigned((int)e.B, queue) && machine.SavesIrq(queue) && machine.SavedGuest(queue) < 0)
            {
                var shown = e;
                shown.Queue = (short)queue;
                shown.Guest = (short)guest;
                shown.C = former;
                findings.Report(this, shown, _saved[queue].Step, _saved[queue].TimeNs);
                return;
            }
        }
    }
}
