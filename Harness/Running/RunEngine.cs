using System.Runtime.CompilerServices;
using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Running;

/// <summary>How a run ended.</summary>
public enum RunEnd
{
    /// <summary>Everybody is done and the machine came to rest.</summary>
    AtRest,

    /// <summary>Nobody can run and no time can pass.</summary>
    Deadlock,

    /// <summary>The driver crashed.</summary>
    Crash,

    /// <summary>Too many steps.</summary>
    Livelock,

    /// <summary>The machine did not come to rest in its time after the faults were lifted.</summary>
    Unsettled,

    /// <summary>The oracle spoke at which the run was to stop.</summary>
    Stopped,
}

/// <summary>
/// Runs one history: driver × plan × firmware × scenario × choices. An engine is made once for its setup and then runs any number of
/// histories without allocating.
/// </summary>
/// <remarks>
/// The loop: pick one of the ready actors and due hardware events (a choice); an actor's pending operation is done by the machine and
/// the actor is resumed until its next one; the events of the step go into the hash chain and to the oracles that subscribe to them.
/// When nothing is ready, time passes to the next timer. When all is done, or an operation exceeds its budget, the faults are lifted
/// ("heal before liveness"), the machine comes to rest, and the leak and liveness oracles judge.
/// </remarks>
public sealed partial class RunEngine : IFindings
{
    /// <summary>Most steps at one virtual instant: beyond it somebody turns in a circle.</summary>
    public const int StepsPerInstantMax = 100_000;

    /// <summary>Most steps of a run.</summary>
    public const int StepsMax = 2_000_000;

    private readonly RunSetup _setup;
    private readonly ApMachine _machine;
    private readonly Kernel _kernel = new();
    private readonly FaultEngine _faults;
    private readonly Actor[] _actors;
    private readonly string?[] _texts;
    private readonly string?[] _places;
    private string? _place;
    // What the running actor logs; the next line of it may be asked for in the same step.
    private string? _said;
    private readonly int _vmmCount;
    private readonly int _firstWorker;
    private readonly int _scanner;
    private readonly int _coreActors;
    private readonly int _firstRacer;
    private readonly Choices _choices;
    private readonly Oracle[] _oracles;
    private readonly Oracle[][] _subscribers;
    private readonly Finding[] _findings;
    private readonly bool[] _found;
    private readonly bool _driverScans;
    private readonly bool _staysOpen;
    private readonly ReadySlots _readySlots;
    private TraceHash _hash;
    private Trace? _trace;
    private int _current;
    private int _running;
    // Actors with something left to do; a VMM that keeps its device open has not.
    private int _busyCount;
    private long _deadlineNs;
    private Op _lastOp;
    private string? _crash;
    private long _restLimitNs;
    private int _instantSteps;
    private bool _healed;
    private bool _stopped;
    private bool _judged;
    private int _startWorker = -1;
    private int _startGuest = -1;
    // How long the running actor is paused before its next operation; 0 for not.
    private long _preemptNs;
    private bool _tellsChanges;
    private bool _racesPending;
    private GuestAction[]? _raceActions;
    private readonly long[] _lifeEndNs;

    /// <summary>Makes an engine.</summary>
    /// <param name="setup">What its runs share. The driver and the oracles must not be shared with another engine.</param>
    public RunEngine(RunSetup setup)
    {
        _setup = setup;
        var topology = setup.Scenario.Topology;
        _vmmCount = topology.Mdevs.Count;
        var vcpus = setup.Scenario.Guests.Sum(g => g.Vcpus.Count);
        _firstWorker = _vmmCount + vcpus;
        _scanner = _firstWorker + topology.QueueCount;
        _coreActors = _scanner + 1;
        var races = setup.Faults.Any(fault => (fault.Fault.Hooks & FaultHooks.Vcpu) != 0);
        var timers = setup.Faults.Count * FaultEngine.TimersPerFault;
        _machine = new ApMachine(topology, setup.Firmware, _coreActors, timers + (races ? setup.Faults.Count : 0), _kernel.Data);

        // The vCPUs of faults have the last slots: those of all others stay what they are without them.
        _firstRacer = races ? _machine.FaultTimers + timers : int.MaxValue;
        _actors = new Actor[races ? _firstRacer + setup.Faults.Count : _coreActors];
        _texts = new string?[_actors.Length];
        _places = new string?[_actors.Length];
        _lifeEndNs = new long[topology.Guests.Count];
        _faults = new FaultEngine(this, _machine, setup.Faults);
        _machine.Faults = setup.Faults.Count > 0 ? _faults : null;
        _machine.WakeVcpus = WakeVcpus;
        _choices = new Choices(NoChoices.Instance);
        _machine.Choices = _choices;
        _kernel.Facts = new MachineFacts([.. topology.Facilities], _kernel.Data.Apqns);
        setup.Driver.Attach(_kernel);
        _driverScans = Overrides(nameof(Driver.ConfigChanged)) || Overrides(nameof(Driver.ScanComplete));
        _staysOpen = setup.Scenario.Guests.Any(g => g.StaysOpen);
        _oracles = [.. setup.Oracles];
        _findings = new Finding[_oracles.Length];
        _found = new bool[_oracles.Length];
        _subscribers = new Oracle[(int)EventKind.Count][];
        for (var kind = 0; kind < _subscribers.Length; kind++)
        {
            _subscribers[kind] = [.. _oracles.Where(o => o.Subscriptions.Contains((EventKind)kind))];
        }

        _kindsOf = [.. _oracles.Select(oracle => oracle.Subscriptions.Aggregate(0UL, (kinds, kind) => kinds | (1UL << (int)kind)))];
        _wantedPieces = new bool[FirstOraclePiece + _oracles.Length];
        var size = new MachineSize(
            topology.QueueCount,
            topology.Adapters.Count,
            topology.Guests.Count,
            topology.Mdevs.Count,
            _machine.Pages.Length + ApMachine.FirstPage,
            _actors.Length,
            _machine.Locks.Length,
            setup.Budgets.LockHeldNs,
            setup.Budgets.OperationNs);
        foreach (var oracle in _oracles)
        {
            oracle.Prepare(in size);
        }

        Names = new RunNames(this, topology);
        _readySlots = new ReadySlots(this);
        NameActors(topology);
    }

    /// <summary>Position of the oracle at whose finding a run stops, or -1 to run to the end. Histories end at their violation.</summary>
    public int StopAtOracle { get; set; } = -1;

    /// <summary>
    /// Steps after which a run stops without a verdict, for searches that look for shorter histories; a finding of a later step than this
    /// may still be noted.
    /// </summary>
    public int StopAfterSteps { get; set; } = StepsMax;

    /// <summary>Where the situations of its runs are noted, or null. A run does not depend on it.</summary>
    public SituationLog? Situations
    {
        get => _machine.Situations;
        set => _machine.Situations = value;
    }

    /// <summary>Kinds of events that happened in the last run: a bit for each <see cref="EventKind"/>.</summary>
    public ulong KindsSeen { get; private set; }

    /// <summary>What the run depends on.</summary>
    public RunSetup Setup => _setup;

    /// <summary>
    /// Moves a fault from one instruction to another, so that a sweep over places needs one engine and not one for each place. What
    /// <see cref="Setup"/> says of its trigger is the former place.
    /// </summary>
    /// <param name="fault">Position of the fault in the plan.</param>
    /// <param name="trigger">The trigger: before an instruction, as the one that it had.</param>
    /// <exception cref="ArgumentException">One of the two triggers is of another kind.</exception>
    public void Anchor(int fault, FaultTrigger trigger) => _faults.Anchor(fault, trigger);

    /// <summary>The choices of the last run.</summary>
    public Choices Choices => _choices;

    /// <summary>Steps of the last run.</summary>
    public int Steps { get; private set; }

    /// <summary>Virtual nanoseconds that the last run took.</summary>
    public long EndNs => _machine.NowNs;

    /// <summary>Hash of the last run's trace.</summary>
    public ulong Hash => _hash.Value;

    /// <summary>How the last run ended.</summary>
    public RunEnd End { get; private set; }

    /// <summary>How many oracles spoke in the last run.</summary>
    public int FindingCount { get; private set; }

    /// <summary>What the oracles said in the last run, in the order in which they spoke.</summary>
    public ReadOnlySpan<Finding> Findings => _findings.AsSpan(0, FindingCount);

    /// <summary>What each fault did in the last run.</summary>
    public ReadOnlySpan<FaultState> FaultStates => _faults.States;

    /// <summary>Names of queues, guests, locks and actors.</summary>
    public RunNames Names { get; }

    /// <summary>The machine, for tests and reports.</summary>
    internal ApMachine Machine => _machine;

    /// <summary>Last operation that any actor asked for; for the watchdog's message.</summary>
    public string LastOperation => $"{OpText.Name(_lastOp)} in {ActorName(_running)}";

    /// <summary>Runs one history.</summary>
    /// <param name="source">Where its choices come from.</param>
    /// <param name="trace">Where to record it, or null.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run(ChoiceSource source, Trace? trace = null)
    {
        Begin(source, trace);
        while (!_stopped)
        {
            var slot = Pick();
            if (slot < 0)
            {
                PassTime();
                continue;
            }

            Step(slot);
        }

        if (End != RunEnd.AtRest || _staysOpen)
        {
            _kernel.TakeAllFramesBack();
        }
    }

    /// <inheritdoc/>
    public void Report(Oracle oracle, in MachineEvent e) => Report(oracle, in e, 0, 0);

    /// <inheritdoc/>
    public void Report(Oracle oracle, in MachineEvent e, int causeStep, long causeTimeNs)
    {
        var index = Array.IndexOf(_oracles, oracle);
        if (_found[index])
        {
            return;
        }

        _found[index] = true;
        _findings[FindingCount++] = new Finding
        {
            Oracle = index,
            Event = e,
            CauseStep = causeStep,
            CauseTimeNs = causeTimeNs,
            Message = _trace is null ? null : Describe(oracle, in e, causeStep, causeTimeNs),
        };
        if (index == StopAtOracle)
        {
            End = RunEnd.Stopped;
            _stopped = true;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step(int slot)
    {
        Steps++;
        if (IsActor(slot))
        {
            StepActor(slot);
        }
        else
        {
            _running = -1;
            if (slot >= _machine.FaultTimers)
            {
                _faults.TimerDue(slot);
            }
            else
            {
                _machine.Hardware(slot);
            }

            _hash.AddStep(slot, Op.None, 0, _machine.NowNs);
        }

        EndStep();
    }

    private string Describe(Oracle oracle, in MachineEvent e, int causeStep, long causeTimeNs)
    {
        var words = oracle.Describe(in e, causeStep, causeTimeNs, _machine, Names);
        return e.Kind is EventKind.DriverCrash or EventKind.NullDereference or EventKind.UseAfterFree or EventKind.DataRace && _crash is not null ? $"{words}: {_crash}" : words;
    }

    internal string ActorName(int actor)
    {
        if (actor < 0)
        {
            return "hardware";
        }

        if (actor < _vmmCount)
        {
            return $"VMM{actor}";
        }

        if (actor < _firstWorker || actor >= _firstRacer)
        {
            return $"vCPU{_actors[actor].Vcpu} of G{_actors[actor].Guest + 1}";
        }

        return actor == _scanner ? "AP bus" : $"kworker {_setup.Scenario.Topology.ApqnOf(actor - _firstWorker)}";
    }

    private bool Overrides(string method) => _setup.Driver.GetType().GetMethod(method)?.DeclaringType != typeof(Driver);

    private void Begin(ChoiceSource source, Trace? trace)
    {
        _choices.Restart(source);
        source.Attach(_readySlots);
        _trace = trace;
        trace?.Clear();
        _kernel.WantsPlaces = trace is not null;
        _kernel.Place = null;
        Array.Clear(_places);
        _hash.Reset();
        KindsSeen = 0;
        Situations?.BeginRun();
        Steps = 0;
        FindingCount = 0;
        Array.Clear(_found);
        _healed = false;
        _stopped = false;
        _judged = false;
        _current = 0;
        _busyCount = 0;
        _deadlineNs = VirtualTime.Never;
        _instantSteps = 0;
        _startWorker = -1;
        _startGuest = -1;
        _preemptNs = 0;
        _racesPending = false;
        Array.Clear(_lifeEndNs);
        _crash = null;
        End = RunEnd.AtRest;
        _kernel.Request = default;
        _machine.Reset();
        _setup.Driver.BeginRun(_machine.Guests.Length);
        foreach (var oracle in _oracles)
        {
            oracle.Reset();
        }

        for (var i = 0; i < _actors.Length; i++)
        {
            ref var actor = ref _actors[i];
            actor.Pending.Op = Op.None;
            actor.Program = -1;
            actor.Depth = 0;
            actor.State = ActorState.Idle;
        }

        _faults.WatchAgain();
        _running = -1;
        _faults.Reset();
        for (var mdev = 0; mdev < _vmmCount; mdev++)
        {
            Start(mdev, ActorProgram.Vmm, mdev);
        }

        EndStep();
    }

    /// <summary>Which slot is next: a choice among all that is ready; 0 lets the last actor go on.</summary>
    private int Pick()
    {
        var timers = _machine.Timers;
        var count = timers.CountReady();
        if (count == 0)
        {
            return -1;
        }

        if (count == 1)
        {
            return timers.SlotAt(0);
        }

        var choice = _choices.Next(ChoiceLabel.Schedule, count);
        if (!timers.IsReady(_current))
        {
            return timers.SlotAt(choice);
        }

        // The others keep their order; the last actor's place in it is left out.
        return choice == 0 ? _current : timers.OtherSlotAt(choice - 1, _current);
    }

    private void PassTime()
    {
        _instantSteps = 0;
        if (!_healed && AllDone())
        {
            Heal();
            return;
        }

        var limit = _healed ? _restLimitNs : _deadlineNs;
        if (_machine.NowNs >= limit && !_healed)
        {
            // Perhaps it was the deadline of an operation that has returned.
            limit = _deadlineNs = NextDeadline();
        }

        if (_machine.NowNs >= limit)
        {
            if (_healed)
            {
                Judge();
            }
            else
            {
                Heal();
            }

            return;
        }

        if (_machine.Timers.Advance(limit))
        {
            return;
        }

        if (_healed && (_judged || AllDone()))
        {
            Judge();
        }
        else
        {
            _running = -1;
            _machine.Emit(EventKind.Deadlocked, a: _busyCount);
            Stop(RunEnd.Deadlock);
        }
    }

    private void Heal()
    {
        _healed = true;
        _running = -1;
        _restLimitNs = _machine.NowNs + _setup.Budgets.RestNs;
        _machine.Emit(EventKind.Healed);
        _faults.LiftAll();
        for (var queue = 0; queue < _machine.Queues.Length; queue++)
        {
            _machine.BoundReset(queue, _setup.Budgets.RestNs / 2);
            _machine.BoundAqic(queue, _setup.Budgets.RestNs / 2);
        }

        EndPauses();
        if (_driverScans)
        {
            _machine.ScanPending = true;
        }

        EndStep();
    }

    private void Judge()
    {
        _running = -1;
        _judged = true;
        _machine.Emit(EventKind.AtRest);
        Stop(AllDone() ? RunEnd.AtRest : RunEnd.Unsettled);
    }

    private void Stop(RunEnd end)
    {
        _stopped = true;
        EndStep();
        if (End != RunEnd.Stopped)
        {
            End = end;
        }
    }

    /// <summary>The events of the step go into the hash chain and to the oracles.</summary>
    private void EndStep()
    {
        if (_faults.WatchesChanges && !_healed)
        {
            _tellsChanges = true;
            TellFaultsOfChanges();
            _tellsChanges = false;
        }

        var events = _machine.Events;
        var (nowNs, step, actor, hash) = (_machine.NowNs, Steps, (short)_running, _hash);
        var kinds = KindsSeen;
        for (var i = 0; i < events.Length; i++)
        {
            ref var e = ref events[i];
            e.TimeNs = nowNs;
            e.Step = step;
            if (e.Kind != EventKind.LockWaited)
            {
                e.Actor = actor;
            }

            kinds |= 1UL << (int)e.Kind;
            if (e.Kind != EventKind.Step)
            {
                // Step events are there only when the run is traced; the step itself is in the chain already.
                hash.AddEvent(in e);
            }

            _trace?.Add(in e, TextOf(e.Kind));
            foreach (var oracle in _subscribers[(int)e.Kind])
            {
                oracle.On(in e, _machine, this);
            }
        }

        _hash = hash;
        KindsSeen = kinds;
        _machine.ClearEvents();
        for (var i = FindingCount - 1; i >= 0 && _findings[i].Hash == 0; i--)
        {
            _findings[i].Hash = _hash.Value;
        }

        _trace?.EndStep(this);
        if (((_machine.ScanPending && _driverScans) || _machine.BusOrders != 0) && _actors[_scanner].State == ActorState.Idle)
        {
            StartBus();
        }

        if (_racesPending)
        {
            StartRaces();
        }

        if (++_instantSteps > StepsPerInstantMax || Steps > StopAfterSteps)
        {
            _stopped = true;
            if (Steps > StopAfterSteps && StopAfterSteps < StepsMax)
            {
                End = RunEnd.Stopped;
            }
            else if (End != RunEnd.Livelock || !_judged)
            {
                _judged = true;
                _machine.Emit(EventKind.Livelocked, a: _instantSteps);
                _instantSteps = 0;
                End = RunEnd.Livelock;
                EndStep();
            }
        }
    }

    /// <summary>
    /// Faults that are anchored to changes of queues see the events of the step. What they do leaves events of the same step, which they
    /// do not see: a fault must not chase its own tail.
    /// </summary>
    private void TellFaultsOfChanges()
    {
        var count = _machine.Events.Length;
        for (var i = 0; i < count; i++)
        {
            var (kind, queue) = (_machine.Events[i].Kind, (int)_machine.Events[i].Queue);
            if (queue >= 0)
            {
                _faults.OnEvent(kind, queue);
            }
        }
    }

    private string? TextOf(EventKind kind) => kind switch
    {
        EventKind.Warned or EventKind.Logged => _said,
        EventKind.Step => _place,
        EventKind.DriverCrash or EventKind.NullDereference or EventKind.UseAfterFree or EventKind.DataRace => _crash,
        _ => null,
    };

    private bool AllDone() => _busyCount == 0;

    /// <summary>When the first open driver operation exceeds its budget.</summary>
    private long NextDeadline()
    {
        var deadline = VirtualTime.Never;
        foreach (ref readonly var actor in _actors.AsSpan())
        {
            if (actor.Depth > 0)
            {
                deadline = Math.Min(deadline, actor.EnteredNs + _setup.Budgets.OperationNs);
            }
        }

        return deadline;
    }

    private void NameActors(Topology topology)
    {
        var next = _vmmCount;
        for (var guest = 0; guest < topology.Guests.Count; guest++)
        {
            for (var vcpu = 0; vcpu < _setup.Scenario.Guests[guest].Vcpus.Count; vcpu++)
            {
                _actors[next].Guest = (short)guest;
                _actors[next].Vcpu = (short)vcpu;
                next++;
            }
        }

        for (var i = 0; i < _vmmCount; i++)
        {
            _actors[i].Guest = -1;
        }

        for (var i = _firstWorker; i < _actors.Length; i++)
        {
            _actors[i].Guest = -1;
        }
    }

    /// <summary>A run that has not begun has no answers.</summary>
    private sealed class NoChoices : ChoiceSource
    {
        internal static readonly NoChoices Instance = new();

        public override int Next(ChoiceLabel label, int count) => 0;
    }
}
