using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Running;

/// <summary>
/// Asks the faults of a plan. The one rule to know: faults are asked in the order in which the plan names them, first their trigger,
/// then, while they are active, their hook; the machine's own rules come last.
/// </summary>
internal sealed partial class FaultEngine : FaultHost, IFaultSite
{
    /// <summary>Timer slots of a fault: its trigger at a time, the end of its activity, and its three conditions at a time.</summary>
    internal const int TimersPerFault = 5;

    private const int AtTimer = 0;
    private const int EndTimer = 1;
    private const int AfterTimer = 2;
    private const int UntilTimer = 3;
    private const int UnlessTimer = 4;

    private readonly RunEngine _engine;
    private readonly ApMachine _machine;
    private readonly ArmedFault[] _faults;
    private readonly FaultState[] _states;
    private readonly FaultHooks _hooks;
    private readonly bool _instructionTriggers;
    private int _current;
    private int _matchedQueue;
    private int _matchedMdev;

    internal FaultEngine(RunEngine engine, ApMachine machine, IReadOnlyList<ArmedFault> faults)
    {
        _engine = engine;
        _machine = machine;
        _faults = [.. faults];
        _states = new FaultState[_faults.Length];
        for (var i = 0; i < _faults.Length; i++)
        {
            var hooks = _faults[i].Fault.Hooks;
            _hooks |= hooks;
            _bendInstructions |= (hooks & FaultHooks.Instruction) != 0 ? BitOf(i) : 0;
        }

        AwaitAll();
        _instructionTriggers = IsAwaited(TriggerKind.BeforeInstruction) || IsAwaited(TriggerKind.AfterInstruction);
        WatchesOperations = IsAwaited(TriggerKind.OperationEntry) || IsAwaited(TriggerKind.OperationExit);
        WatchesCalls = IsAwaited(TriggerKind.AfterCall);
        WatchesChanges = IsAwaited(TriggerKind.QueueChange);
        WatchAgain();
    }

    /// <summary>Whether any armed fault may let a call of the driver fail.</summary>
    internal bool BendsCalls { get; private set; }

    /// <summary>Whether any trigger is anchored to a call of the driver.</summary>
    internal bool WatchesCalls { get; }

    /// <summary>Whether any trigger is anchored to a change of a queue.</summary>
    internal bool WatchesChanges { get; }

    /// <summary>Whether any trigger is anchored to a driver operation.</summary>
    internal bool WatchesOperations { get; }

    /// <summary>What each fault remembers.</summary>
    internal ReadOnlySpan<FaultState> States => _states;

    /// <summary>Arms the plan at the start of a run.</summary>
    internal void Reset()
    {
        for (var i = 0; i < _faults.Length; i++)
        {
            _states[i] = new FaultState { Target = -1 };
            if (!_machine.Choices.Chance(ChoiceLabel.FaultArmed, _faults[i].ArmedPermille))
            {
                _states[i].Spent = true;
                continue;
            }

            var trigger = _faults[i].Trigger;
            ArmTime(i, AtTimer, trigger);
            ArmTime(i, AfterTimer, trigger.After);
            ArmTime(i, UntilTimer, trigger.Until);
            ArmTime(i, UnlessTimer, trigger.Unless);
            if (trigger.Kind == TriggerKind.Always)
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
        var trigger = _faults[fault].Trigger;
        ref var state = ref _states[fault];
        switch ((slot - _machine.FaultTimers) % TimersPerFault)
        {
            case AtTimer:
                if (trigger.EveryNs > 0)
                {
                    _machine.Timers.Arm(slot, trigger.EveryNs);
                }

                Match(fault, trigger.Queue, -1);
                break;
            case AfterTimer:
                state.AfterMatches++;
                break;
            case UntilTimer:
                state.UntilMatches++;
                LiftOne(fault);
                break;
            case UnlessTimer:
                state.UnlessMatches++;
                break;
            default:
                LiftOne(fault);
                break;
        }
    }

    internal override void AfterInstruction(Op op, int queue, ActorClass issuer) =>
        NoticeAll(new Place(TriggerKind.AfterInstruction, queue) { Op = op, Actor = issuer });

    /// <summary>The driver made a call.</summary>
    internal void AfterCall(Op op, int queue) => NoticeAll(new Place(TriggerKind.AfterCall, queue) { Op = op, Actor = ActorClass.Driver });

    /// <summary>Something happened; it may be a change of a queue.</summary>
    internal void OnEvent(EventKind change, int queue) => NoticeAll(new Place(TriggerKind.QueueChange, queue) { Change = change });

    /// <summary>A driver operation begins or has returned.</summary>
    internal void OnOperation(TriggerKind kind, DriverOperation operation, int queue, int mdev) =>
        NoticeAll(new Place(kind, queue) { Operation = operation, Mdev = mdev });

    /// <summary>The plan's end: all faults are lifted.</summary>
    internal void LiftAll()
    {
        for (var i = 0; i < _faults.Length; i++)
        {
            for (var timer = 0; timer < TimersPerFault; timer++)
            {
                _machine.Timers.Disarm(Slot(i, timer));
            }

            LiftOne(i);
        }

        Watch(FaultHooks.None, instructionTriggers: false);
    }

    /// <summary>Puts a fault at another instruction; before a run.</summary>
    internal void Anchor(int index, FaultTrigger trigger)
    {
        if (trigger.Kind != TriggerKind.BeforeInstruction || _faults[index].Trigger.Kind != TriggerKind.BeforeInstruction)
        {
            throw new ArgumentException("only a trigger before an instruction can be moved, and only to another one", nameof(trigger));
        }

        _faults[index] = _faults[index] with { Trigger = trigger };
        AwaitAll();
    }

    /// <summary>Undoes <see cref="LiftAll"/>'s switching off, for the next run.</summary>
    internal void WatchAgain() => Watch(_hooks, _instructionTriggers);

    private void Watch(FaultHooks hooks, bool instructionTriggers)
    {
        WatchesInstructions = instructionTriggers || (hooks & FaultHooks.Instruction) != 0;
        WatchesResets = (hooks & FaultHooks.ResetStart) != 0;
        WatchesAqic = (hooks & (FaultHooks.AqicAnswer | FaultHooks.AqicStart)) != 0;
        WatchesStores = (hooks & FaultHooks.Store) != 0;
        WatchesRequests = (hooks & FaultHooks.RequestStart) != 0;
        BendsCalls = (hooks & FaultHooks.Call) != 0;
    }

    private int Slot(int fault, int timer) => _machine.FaultTimers + (fault * TimersPerFault) + timer;

    private void ArmTime(int fault, int timer, FaultTrigger? trigger)
    {
        if (trigger?.Kind == TriggerKind.Time)
        {
            _machine.Timers.Arm(Slot(fault, timer), trigger.AtNs);
        }
    }

    private void NoticeAll(in Place place)
    {
        var waiting = WaitingFor(in place);
        for (var i = 0; waiting != 0 && i < _faults.Length; i++)
        {
            if ((waiting & BitOf(i)) != 0)
            {
                Notice(i, in place);
            }
        }
    }

    /// <summary>Shows one place to one fault: its conditions see it first.</summary>
    private void Notice(int index, in Place place)
    {
        var trigger = _faults[index].Trigger;
        ref var state = ref _states[index];
        Count(trigger.After, in place, ref state.AfterMatches);
        Count(trigger.Unless, in place, ref state.UnlessMatches);
        if (Count(trigger.Until, in place, ref state.UntilMatches) && state.UntilMatches >= trigger.Until!.Nth)
        {
            LiftOne(index);
        }

        if (Matches(trigger, in place))
        {
            Match(index, trigger.Queue >= 0 ? trigger.Queue : place.Queue, place.Mdev);
        }
    }

    private bool Count(FaultTrigger? condition, in Place place, ref int matches)
    {
        if (condition is null || !Matches(condition, in place))
        {
            return false;
        }

        matches++;
        return true;
    }

    private bool Matches(FaultTrigger trigger, in Place place)
    {
        if (trigger.Kind != place.Kind)
        {
            return false;
        }

        return trigger.Kind switch
        {
            TriggerKind.OperationEntry or TriggerKind.OperationExit =>
                trigger.Operation == place.Operation && Concerns(trigger.Queue, place.Queue, place.Mdev),
            TriggerKind.QueueChange => trigger.Change == place.Change && (trigger.Queue < 0 || trigger.Queue == place.Queue),
            _ => trigger.Op == place.Op && (trigger.Queue < 0 || trigger.Queue == place.Queue) && (trigger.Actor is null || trigger.Actor == place.Actor),
        };
    }

    private void Match(int index, int queue, int mdev)
    {
        var trigger = _faults[index].Trigger;
        ref var state = ref _states[index];
        if (state.Spent || !Allows(trigger, in state) || !_machine.Choices.Chance(ChoiceLabel.TriggerChance, trigger.ChancePermille))
        {
            return;
        }

        state.Matches++;
        if ((trigger.Nth > 0 && state.Matches != trigger.Nth) || (trigger.Every > 0 && state.Matches % trigger.Every != 0))
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

    private static bool Allows(FaultTrigger trigger, in FaultState state) =>
        (trigger.After is null || state.AfterMatches >= Math.Max(1, trigger.After.Nth))
        && (trigger.Until is null || state.UntilMatches < Math.Max(1, trigger.Until.Nth))
        && (trigger.Unless is null || state.UnlessMatches < Math.Max(1, trigger.Unless.Nth));

    private void LiftOne(int index)
    {
        ref var state = ref _states[index];
        if (!state.Active)
        {
            return;
        }

        state.Active = false;
        _machine.Timers.Disarm(Slot(index, EndTimer));
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

    /// <summary>A place in a run at which a trigger may match.</summary>
    private readonly struct Place(TriggerKind kind, int queue)
    {
        internal TriggerKind Kind { get; } = kind;

        internal int Queue { get; } = queue;

        internal int Mdev { get; init; } = -1;

        internal Op Op { get; init; }

        internal ActorClass Actor { get; init; }

        internal DriverOperation Operation { get; init; }

        internal EventKind Change { get; init; }
    }
}
