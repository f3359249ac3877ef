using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Running;

/// <summary>What a fault whose turn it is may see and do.</summary>
internal sealed partial class FaultEngine
{
    /// <inheritdoc/>
    public ref FaultState State => ref _states[_current];

    /// <inheritdoc/>
    public int MatchedQueue
    {
        get
        {
            if (_matchedQueue < 0 && _matchedMdev >= 0)
            {
                _matchedQueue = ChooseQueueOf(_matchedMdev);
            }

            return _matchedQueue;
        }
    }

    /// <inheritdoc/>
    public int AnyQueue
    {
        get
        {
            if (MatchedQueue < 0)
            {
                _matchedQueue = _machine.Choices.Next(ChoiceLabel.FaultValue, _machine.Queues.Length);
            }

            return _matchedQueue;
        }
    }

    /// <inheritdoc/>
    public long Value(int option)
    {
        var values = _faults[_current].Values[option];
        return values.Count == 1 ? values[0] : values[_machine.Choices.Next(ChoiceLabel.FaultValue, values.Count)];
    }

    /// <inheritdoc/>
    public void Activate(long durationNs, long bites)
    {
        ref var state = ref _states[_current];
        state.Active = true;
        state.BitesLeft = bites == 0 ? -1 : (int)bites;
        if (durationNs != VirtualTime.Never)
        {
            _machine.Timers.Arm(Slot(_current, EndTimer), durationNs);
        }
    }

    /// <inheritdoc/>
    public void Bite(int queue, long what)
    {
        ref var state = ref _states[_current];
        _machine.Emit(EventKind.FaultBit, queue, -1, _current, what);
        if (state.BitesLeft > 0 && --state.BitesLeft == 0)
        {
            LiftOne(_current);
        }
    }

    /// <inheritdoc/>
    public void Pass(int queue, PassReason why) => _machine.Emit(EventKind.FaultPassed, queue, -1, _current, (long)why);

    /// <inheritdoc/>
    public bool GuestReset(int queue, bool zeroize, long durationNs)
    {
        // The reset asks all faults at their own hook: afterwards it is this one's turn again.
        var (current, matchedQueue, matchedMdev) = (_current, _matchedQueue, _matchedMdev);
        var accepted = _machine.GuestReset(queue, zeroize ? ResetKind.Zapq : ResetKind.Rapq, durationNs);
        (_current, _matchedQueue, _matchedMdev) = (current, matchedQueue, matchedMdev);
        return accepted;
    }

    /// <inheritdoc/>
    public void Deconfigure(int queue) => _machine.Deconfigure(AdapterOf(queue));

    /// <inheritdoc/>
    public void Configure(int queue) => _machine.Configure(AdapterOf(queue));

    /// <inheritdoc/>
    public void Checkstop(int queue, bool on) => _machine.Checkstop(AdapterOf(queue), on);

    /// <inheritdoc/>
    public void RemoveFromConfiguration(int queue) => _machine.RemoveFromConfiguration(AdapterOf(queue));

    /// <inheritdoc/>
    public void AddToConfiguration(int queue) => _machine.AddToConfiguration(AdapterOf(queue));

    /// <inheritdoc/>
    public void RaiseAsyncError(int queue, ResponseCode code) => _machine.RaiseAsyncError(queue, code);

    /// <inheritdoc/>
    public PassReason UnmapMemory(int queue, UnmapRange range)
    {
        var guest = _engine.GuestAt(queue);
        if (guest < 0)
        {
            return PassReason.Nobody;
        }

        var (iova, length) = _machine.RangeOf(guest, queue, range);
        return _engine.OrderUnmap(guest, iova, length);
    }

    /// <inheritdoc/>
    public PassReason DetachKvm(int queue) =>
        _engine.Setup.Driver.HasKvmNotifier ? _engine.Order(_engine.GuestAt(queue), VmmOrders.DetachKvm) : PassReason.Generation;

    /// <inheritdoc/>
    public PassReason CrashGuest(int queue, bool reboots) =>
        _engine.Order(_engine.GuestAt(queue), VmmOrders.Crashed | (reboots ? VmmOrders.Reboot : VmmOrders.None));

    /// <inheritdoc/>
    public PassReason KillVmm(int queue) => _engine.Order(_engine.GuestAt(queue), VmmOrders.Killed);

    /// <inheritdoc/>
    public PassReason RemoveMdev(int queue) => _engine.Order(_engine.GuestAt(queue), VmmOrders.RemoveMdev);

    /// <inheritdoc/>
    public PassReason ResetSubsystem(int queue, bool resetsDevice) =>
        _engine.Order(_engine.GuestAt(queue), VmmOrders.ResetSubsystem | (resetsDevice ? VmmOrders.ResetDevice : VmmOrders.None));

    /// <inheritdoc/>
    public PassReason Preempt(long ns) => _engine.Preempt(ns);

    /// <inheritdoc/>
    public PassReason UnbindQueue(int queue) => _engine.OrderUnbind(queue);

    /// <inheritdoc/>
    public void BindQueue(int queue) => _engine.OrderBind(queue);

    /// <inheritdoc/>
    public PassReason RaceVcpu(int queue, RaceInstruction instruction) => _engine.OrderRace(_current, queue, instruction);

    private int AdapterOf(int queue) => queue / _machine.Topology.Domains.Count;
}
