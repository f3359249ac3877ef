using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Running;

/// <summary>
/// Asks the faults of a plan. The one rule to know: faults are asked in the order in which the plan names them, first their trigger,
/// then, while they are active, their hook; the machine's own rules come last.
/// </summary>
internal sealed class FaultEngine : FaultHost, IFaultSite
{
    /// <summary>Timer slots of a fault: one for a trigger at a time, one for the end of its activity.</summary>
    internal const int TimersPerFault = 2;

    private readonly ApMachine _machine;
    private readonly ArmedFault[] _faults;
    private readonly FaultState[] _states;
    private int _current;
    private int _matchedQueue;
    private int _matchedMdev;

    internal FaultEngine(ApMachine machine, IReadOnlyList<ArmedFault> faults)
    {
        _machine = machine;
        _faults = [.. faults];
        _states = new FaultState[_faults.Length];
        foreach (var fault in _faults)
        {
            WatchesInstructions |= fault.Trigger.Kind is TriggerKind.BeforeInstruction or TriggerKind.AfterInstruction
                || (fault.Fault.Hooks & FaultHooks.Instruction) != 0;
            WatchesResets |= (fault.Fault.Hooks & FaultHooks.ResetStart) != 0;
            WatchesOperations |= fault.Trigger.Kind is TriggerKind.OperationEntry or TriggerKind.OperationExit;
        }
    }

    /// <summary>Whether any trigger is anchored to a driver operation.</summary>
    internal bool WatchesOperations { get; }

    /// <summary>What each fault remembers.</summary>
    internal ReadOnlySpan<FaultState> States => _states;

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
            _machine.Timers.Arm(EndSlot(_current), durationNs);
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
    public bool GuestReset(int queue, bool zeroize, long durationNs)
    {
        // The reset asks all faults at their own hook: afterwards it is this one's turn again.
        var (current, matchedQueue, matchedMdev) = (_current, _matchedQueue, _matchedMdev);
        var accepted = _machine.GuestReset(queue, zeroize ? ResetKind.Zapq : ResetKind.Rapq, durationNs);
        (_current, _matchedQueue, _matchedMdev) = (current, matchedQueue, matchedMdev);
        return accepted;
    }

    /// <inheritdoc/>
    public void Deconfigure(int queue) => _machine.Deconfigure(queue / _machine.Topology.Domains.Count);

    /// <inheritdoc/>
    public void Configure(int queue) => _machine.Configure(queue / _machine.Topology.Domains.Count);

    /// <summary>Arms the plan at the start of a run.</summary>
    internal void Reset()
    {
        for (var i = 0; i < _faults.Length; i++)
        {
            _states[i] = new FaultState { Target = -1 };
            var trigger = _faults[i].Trigger;
            if (trigger.Kind == TriggerKind.Time)
            {
                _machine.Timers.Arm(_machine.FaultTimers + (i * TimersPerFault), trigger.AtNs);
            }
            else if (trigger.Kind == TriggerKind.Always)
            {
                Match(i, trigger.Queue, -1);
            }
        }
    }

    /// <summary>A timer slot of the faults is due.</summary>
    internal void TimerDue(int slot)
    {
        _machine.Timers.Disarm(slot);
        var fault = (slot - _machine.FaultTimers) / TimersPerFault;
        if ((slot - _machine.FaultTimers) % TimersPerFault == 0)
        {
            Match(fault, _faults[fault].Trigger.Queue, -1);
        }
        else
        {
            LiftOne(fault);
        }
    }

    internal override void BeforeInstruction(ref InstructionSite site)
    {
        for (var i = 0; i < _faults.Length; i++)
        {
            var trigger = _faults[i].Trigger;
            if (trigger.Kind == TriggerKind.BeforeInstruction && MatchesInstruction(trigger, site.Op, site.Queue, site.Issuer))
            {
                Match(i, site.Queue, -1);
            }

            if (_states[i].Active && (_faults[i].Fault.Hooks & FaultHooks.Instruction) != 0)
            {
                _current = i;
                _matchedQueue = site.Queue;
                _matchedMdev = -1;
                _faults[i].Fault.OnInstruction(this, ref site);
            }
        }
    }

    internal override void AfterInstruction(Op op, int queue, ActorClass issuer)
    {
        for (var i = 0; i < _faults.Length; i++)
        {
            var trigger = _faults[i].Trigger;
            if (trigger.Kind == TriggerKind.AfterInstruction && MatchesInstruction(trigger, op, queue, issuer))
            {
                Match(i, queue, -1);
            }
        }
    }

    internal override void OnResetStart(ref ResetSite site)
    {
        for (var i = 0; i < _faults.Length; i++)
        {
            if (_states[i].Active && (_faults[i].Fault.Hooks & FaultHooks.ResetStart) != 0)
            {
                _current = i;
                _matchedQueue = site.Queue;
                _matchedMdev = -1;
                _faults[i].Fault.OnResetStart(this, ref site);
            }
        }
    }

    /// <summary>A driver operation begins or has returned.</summary>
    internal void OnOperation(TriggerKind kind, DriverOperation operation, int queue, int mdev)
    {
        for (var i = 0; i < _faults.Length; i++)
        {
            var trigger = _faults[i].Trigger;
            if (trigger.Kind == kind && trigger.Operation == operation && Concerns(trigger.Queue, queue, mdev))
            {
                Match(i, trigger.Queue >= 0 ? trigger.Queue : queue, mdev);
            }
        }
    }

    /// <summary>The plan's end: all faults are lifted.</summary>
    internal void LiftAll()
    {
        for (var i = 0; i < _faults.Length; i++)
        {
            _machine.Timers.Disarm(_machine.FaultTimers + (i * TimersPerFault));
            if (_states[i].Active)
            {
                LiftOne(i);
            }
        }

        WatchesInstructions = false;
        WatchesResets = false;
    }

    /// <summary>Undoes <see cref="LiftAll"/>'s switching off, for the next run.</summary>
    internal void WatchAgain(bool instructions, bool resets)
    {
        WatchesInstructions = instructions;
        WatchesResets = resets;
    }

    private static bool MatchesInstruction(FaultTrigger trigger, Op op, int queue, ActorClass issuer) =>
        trigger.Op == op && (trigger.Queue < 0 || trigger.Queue == queue) && (trigger.Actor is null || trigger.Actor == issuer);

    private int EndSlot(int fault) => _machine.FaultTimers + (fault * TimersPerFault) + 1;

    private void Match(int index, int queue, int mdev)
    {
        var trigger = _faults[index].Trigger;
        ref var state = ref _states[index];
        if (state.Spent)
        {
            return;
        }

        if (!_machine.Choices.Chance(ChoiceLabel.TriggerChance, trigger.ChancePermille))
        {
            return;
        }

        state.Matches++;
        if (trigger.Nth > 0 && state.Matches != trigger.Nth)
        {
            return;
        }

        state.Fired++;
        _current = index;
        _matchedQueue = queue;
        _matchedMdev = mdev;
        _machine.Emit(EventKind.FaultFired, queue, -1, index);
        _faults[index].Fault.Fire(this);
    }

    private void LiftOne(int index)
    {
        ref var state = ref _states[index];
        if (!state.Active)
        {
            return;
        }

        state.Active = false;
        _machine.Timers.Disarm(EndSlot(index));
        _current = index;
        _machine.Emit(EventKind.FaultLifted, -1, -1, index);
        _faults[index].Fault.Lift(this);
    }

    /// <summary>Whether an operation concerns the queue of a trigger: it is on that queue, on an mdev that has it, or on all queues.</summary>
    private bool Concerns(int wanted, int queue, int mdev) =>
        wanted < 0 || (queue >= 0 ? wanted == queue : mdev < 0 || IsAssigned(_machine.Topology.Mdevs[mdev], wanted, _machine.Topology.Domains.Count));

    private int ChooseQueueOf(int mdev)
    {
        var shape = _machine.Topology.Mdevs[mdev];
        var domains = _machine.Topology.Domains.Count;
        var count = 0;
        for (var queue = 0; queue < _machine.Queues.Length; queue++)
        {
            count += IsAssigned(shape, queue, domains) ? 1 : 0;
        }

        var chosen = _machine.Choices.Next(ChoiceLabel.FaultValue, count);
        for (var queue = 0; queue < _machine.Queues.Length; queue++)
        {
            if (IsAssigned(shape, queue, domains) && chosen-- == 0)
            {
                return queue;
            }
        }

        return -1;
    }

    private static bool IsAssigned(MdevShape shape, int queue, int domains) =>
        ((shape.Adapters >> (queue / domains)) & 1) != 0 && ((shape.Domains >> (queue % domains)) & 1) != 0;
}
