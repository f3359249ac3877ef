using System.Runtime.InteropServices;
using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Running;

/// <summary>
/// The engine as exploration uses it: state can be saved and restored between two steps, and one step is made at a time.
/// </summary>
public sealed partial class RunEngine
{
    /// <summary>Virtual instant of every restored state: absolute time is no state, distances from now are.</summary>
    internal const long ExploringNowNs = 1L << 50;

    // Guests, pages, host, faults, oracles.
    private const int ComponentsBehindQueues = 5;

    private readonly bool[] _wantedPieces;

    // For each oracle the kinds of events that it sees: a bit each.
    private readonly ulong[] _kindsOf;

    /// <summary>Runs the actors' code in place of the engine, or null.</summary>
    internal ActorCode? Code { get; set; }

    /// <summary>Where touches are noted, or null.</summary>
    internal List<Touch>? Touches { get; set; }

    /// <summary>The kernel of the run.</summary>
    internal Kernel Kernel => _kernel;

    /// <summary>Whether the run is over: there is no further step.</summary>
    internal bool IsOver => _stopped;

    /// <summary>The slot that made the last step of <see cref="StepOnce"/>.</summary>
    internal int LastSlot { get; private set; }

    /// <summary>How many steps <see cref="StepOnce"/> made; read by a watchdog.</summary>
    internal long Moves { get; private set; }

    /// <summary>Component of an image that holds the driver's records.</summary>
    internal int DriverDataComponent => 1 + _actors.Length;

    // A piece is a component, or the memory of one oracle.
    private int FirstOraclePiece => ActorCount + _machine.Queues.Length + ComponentsBehindQueues + 1;

    /// <summary>Id of the oracle of which a piece of an image is the memory; null for another piece.</summary>
    internal string? OracleOf(int piece) => piece >= FirstOraclePiece ? _oracles[piece - FirstOraclePiece].Id : null;

    /// <summary>First of the components of an image that hold a queue each: behind the run's own, the actors' and the driver's records.</summary>
    /// <param name="components">Components of an image.</param>
    /// <param name="queues">Queues of the topology.</param>
    internal static int FirstQueueComponent(int components, int queues) => components - queues - ComponentsBehindQueues;

    /// <summary>Starts a run and goes to its first scheduling point.</summary>
    /// <param name="source">Where the choices of the start come from.</param>
    internal void BeginOnce(ChoiceSource source)
    {
        Begin(source, trace: null);
        Settle();
    }

    /// <summary>
    /// Makes one step, chosen among all that is ready in slot order, and lets time pass until something is ready again or the run is over.
    /// </summary>
    /// <param name="source">Where its choices come from; the record of choices starts anew.</param>
    internal void StepOnce(ChoiceSource source)
    {
        Moves++;
        _choices.Restart(source);
        LastSlot = _machine.Timers.SlotAt(_choices.Next(ChoiceLabel.Schedule, _machine.Timers.CountReady()));
        Step(LastSlot);
        Settle();
    }

    /// <summary>Where a slot stands among all that is ready, in slot order; -1 when it is not.</summary>
    internal int PositionOfReady(int slot)
    {
        var timers = _machine.Timers;
        if (slot < 0 || !timers.IsReady(slot))
        {
            return -1;
        }

        var position = 0;
        for (var other = 0; other < slot; other++)
        {
            position += timers.IsReady(other) ? 1 : 0;
        }

        return position;
    }

    /// <summary>Slot of a vCPU of the scenario.</summary>
    internal int VcpuSlot(int guest, int vcpu)
    {
        var slot = _vmmCount + vcpu;
        for (var other = 0; other < guest; other++)
        {
            slot += _setup.Scenario.Guests[other].Vcpus.Count;
        }

        return slot;
    }

    /// <summary>Slot of the hardware of a guest.</summary>
    internal int GuestSlot(int guest) => _machine.TimerOfGuest(guest);

    /// <summary>Slot of the hardware of an adapter.</summary>
    internal int AdapterSlot(int adapter) => _machine.TimerOfAdapter(adapter);

    /// <summary>Says that the worker and the hardware of one queue take the place of those of another.</summary>
    internal void MapQueueSlots(int from, int to, int[] slots)
    {
        slots[_firstWorker + from] = _firstWorker + to;
        for (var timer = 0; timer < ApMachine.TimersPerQueue; timer++)
        {
            slots[_machine.FirstTimerOf(from) + timer] = _machine.FirstTimerOf(to) + timer;
        }
    }

    /// <summary>How <see cref="Run"/> would number a ready slot in its next schedule choice.</summary>
    internal int ScheduleAnswerFor(int slot)
    {
        var timers = _machine.Timers;
        if (slot == _current)
        {
            return 0;
        }

        var answer = timers.IsReady(_current) && slot < _current ? 1 : 0;
        for (var other = 0; other < slot; other++)
        {
            answer += timers.IsReady(other) ? 1 : 0;
        }

        return answer;
    }

    /// <summary>Whether no time has passed since the state was restored, so that instants are what they were.</summary>
    internal bool IsSameInstant => _machine.NowNs == ExploringNowNs;

    /// <summary>Saves the state into an image.</summary>
    internal void Save(StateImage image)
    {
        image.BeginSave(_machine.NowNs);
        Keep(image);
    }

    /// <summary>Saves the state one step after another one. An oracle that saw no event remembers what it did.</summary>
    /// <param name="image">It goes into this.</param>
    /// <param name="former">The state that was restored before the step.</param>
    internal void Save(StateImage image, StateImage former)
    {
        if (!IsSameInstant)
        {
            Save(image);
            return;
        }

        Array.Fill(_wantedPieces, true);
        for (var oracle = 0; oracle < _oracles.Length; oracle++)
        {
            _wantedPieces[FirstOraclePiece + oracle] = (_kindsOf[oracle] & KindsSeen) != 0;
        }

        image.BeginSave(_machine.NowNs, former, _wantedPieces);
        Keep(image);
    }

    /// <summary>Restores the state from an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="live">What the state is now, when that is known and the instant is the same: then only what differs is restored.</param>
    internal void Restore(StateImage image, StateImage? live = null)
    {
        if (live is null)
        {
            image.BeginRestore(ExploringNowNs);
        }
        else
        {
            image.BeginRestore(ExploringNowNs, live, _wantedPieces);
        }

        _machine.Timers.SetNow(ExploringNowNs);
        _machine.ClearEvents();
        _kernel.Request = default;
        Steps = 1;
        FindingCount = 0;
        KindsSeen = 0;
        Array.Clear(_found);
        _stopped = false;
        _running = -1;
        _instantSteps = 0;
        _startWorker = -1;
        _startGuest = -1;
        _preemptNs = 0;
        _racesPending = false;
        _tellsChanges = false;
        _crash = null;
        End = RunEnd.AtRest;
        Keep(image);
        _deadlineNs = NextDeadline();
        _faults.WatchAs(_healed);
    }

    /// <summary>Makes an engine that makes no steps ready to run one piece of code.</summary>
    /// <param name="source">Where its choices come from.</param>
    internal void BeginCode(ChoiceSource source)
    {
        _choices.Restart(source);
        _machine.ClearEvents();
        _kernel.Request = default;
        _stopped = false;
        _crash = null;
        Touches?.Clear();
    }

    /// <summary>Whether code read any of what <see cref="ReadByCode"/> saves, since somebody last forgot it.</summary>
    internal bool HasSeenMachine { get; set; }

    /// <summary>A guest, as code may read it.</summary>
    private ref readonly GuestState GuestSeen(int guest)
    {
        HasSeenMachine = true;
        return ref _machine.Guests[guest];
    }

    /// <summary>What the bus is to do with a queue, as code may read it.</summary>
    private ref readonly WorkState WorkSeen(int queue)
    {
        HasSeenMachine = true;
        return ref _machine.Works[queue];
    }

    /// <summary>Whether a queue is bound to the driver, as code may read it.</summary>
    private bool IsBoundSeen(int queue)
    {
        HasSeenMachine = true;
        return _machine.Queues[queue].Bound != 0;
    }

    /// <summary>
    /// Saves or restores what code may read of the machine between two operations without asking for it, besides the driver's records.
    /// </summary>
    internal void ReadByCode(StateImage image)
    {
        foreach (ref var guest in _machine.Guests.AsSpan())
        {
            image.Value(ref guest.Stopping);
            image.Value(ref guest.Hook);
            image.Value(ref guest.Orders);
            image.Value(ref guest.UnmapIova);
            image.Value(ref guest.UnmapLength);
        }

        for (var queue = 0; queue < _machine.Works.Length; queue++)
        {
            ref var work = ref _machine.Works[queue];
            image.Value(ref work.Unbind);
            image.Value(ref work.Bind);
            image.Value(ref work.Leaving);
            image.Value(ref _machine.Queues[queue].Bound);
        }

        for (var guest = 0; guest < _lifeEndNs.Length; guest++)
        {
            var isOver = LifeIsOver(guest);
            image.Value(ref isOver);
            if (!image.IsSaving)
            {
                _lifeEndNs[guest] = isOver ? _machine.NowNs : VirtualTime.Never;
            }
        }
    }

    /// <summary>Saves or restores the driver's records.</summary>
    internal void KeepDriverData(StateImage image)
    {
        image.Values<QueueRecord>(_kernel.Data.AllQueues);
        image.Values<MdevRecord>(_kernel.Data.AllMdevs);
    }

    /// <summary>Touches the run as code did.</summary>
    internal void Do(in Touch touch)
    {
        Touches?.Add(touch);
        switch (touch.Kind)
        {
            case TouchKind.GuestOfVmm:
                _actors[touch.A].Guest = (short)touch.B;
                _actors[touch.A].Vcpu = -1;
                break;
            case TouchKind.DeviceOpen:
                _machine.Guests[touch.A].DeviceOpen = (byte)touch.B;
                break;
            case TouchKind.StartVcpus:
                _machine.Guests[touch.A].Vcpus = (byte)_setup.Scenario.Guests[touch.A].Vcpus.Count;
                _startGuest = touch.A;
                break;
            case TouchKind.LifeBegins:
                _lifeEndNs[touch.A] = touch.Ns == VirtualTime.Never ? touch.Ns : _machine.NowNs + touch.Ns;
                break;
            case TouchKind.Orders:
                _machine.Guests[touch.A].Orders = (VmmOrders)touch.B;
                break;
            case TouchKind.NoMoreOrders:
                _machine.Guests[touch.A].TakesOrders = 0;
                break;
            case TouchKind.RunAgain:
                _machine.Guests[touch.A].Stopping = 0;
                break;
            case TouchKind.Leaves:
                _machine.Works[touch.A].Leaving = 1;
                break;
            case TouchKind.Unbound:
                _machine.Works[touch.A].Unbind = 0;
                _machine.Works[touch.A].Leaving = 0;
                _machine.BusOrders--;
                break;
            case TouchKind.Bind:
                _machine.BindQueue(touch.A);
                break;
            case TouchKind.ProbeFailed:
                _machine.ProbeFailed(touch.A);
                break;
            case TouchKind.BindDone:
                _machine.ProbeDone(touch.A);
                _machine.Works[touch.A].Bind = 0;
                _machine.BusOrders--;
                break;
            default:
                _crash = touch.Words;
                _machine.Emit((EventKind)touch.A);
                End = RunEnd.Crash;
                _stopped = true;
                break;
        }
    }

    private void Settle()
    {
        while (!_stopped && _machine.Timers.CountReady() == 0)
        {
            PassTime();
        }
    }

    private void Keep(StateImage image)
    {
        if (!image.Passes())
        {
            KeepRun(image);
            image.End();
        }

        image.Cut();
        for (var index = 0; index < _actors.Length; index++)
        {
            // The machine keeps the others.
            if (IsActor(index) && !image.Passes())
            {
                Keep(image, index);
                image.End();
            }

            image.Cut();
        }

        if (!image.Passes())
        {
            KeepDriverData(image);
            image.End();
        }

        image.Cut();
        _machine.Keep(image);
        if (!image.Passes())
        {
            _faults.Keep(image);
            image.End();
        }

        image.Cut();
        foreach (var oracle in _oracles)
        {
            if (!image.Passes())
            {
                oracle.Keep(image);
                image.End();
            }
        }

        image.Cut();
    }

    private void KeepRun(StateImage image)
    {
        _restLimitNs = _healed || !image.IsSaving ? _restLimitNs : VirtualTime.Never;
        image.Value(ref _busyCount);
        image.Value(ref _healed);
        image.Value(ref _judged);
        image.Instant(ref _restLimitNs);
        for (var guest = 0; guest < _lifeEndNs.Length; guest++)
        {
            KeepLife(image, guest);
        }
    }

    /// <summary>When a life ends matters while it lasts, to a VMM that may sleep once more.</summary>
    private void KeepLife(StateImage image, int guest)
    {
        ref var endNs = ref _lifeEndNs[guest];
        endNs = image.IsSaving && (LifeIsOver(guest) || _machine.Guests[guest].TakesOrders == 0) ? _machine.NowNs : endNs;
        image.Instant(ref endNs);
    }

    private void Keep(StateImage image, int index)
    {
        ref var actor = ref _actors[index];
        if (image.Forgets)
        {
            actor.EnteredNs = actor.Depth > 0 ? actor.EnteredNs : VirtualTime.Never;
            actor.Queue = actor.Depth > 0 ? actor.Queue : (short)-1;
            actor.Operation = actor.Depth > 0 ? actor.Operation : DriverOperation.None;
            actor.Preempted = actor.Pending.Op == Op.Preempted ? actor.Preempted : Op.None;
            if (actor.State == ActorState.Idle)
            {
                actor.Pending = default;
                actor.Waiting = 0;
            }
        }

        ref var kept = ref image.Place<KeptActor>();
        if (image.IsSaving)
        {
            kept.C = actor.Pending.C;
            kept.D = actor.Pending.D;
            kept.Entered = image.DistanceOf(actor.EnteredNs);
            kept.A = actor.Pending.A;
            kept.B = actor.Pending.B;
            kept.Waiting = actor.Waiting;
            kept.Guest = actor.Guest;
            kept.Vcpu = actor.Vcpu;
            kept.Queue = actor.Queue;
            kept.Depth = actor.Depth;
            kept.Op = actor.Pending.Op;
            kept.Preempted = actor.Preempted;
            kept.Operation = actor.Operation;
            kept.State = actor.State;
        }
        else
        {
            actor.Pending = new Request { Op = kept.Op, A = kept.A, B = kept.B, C = kept.C, D = kept.D };
            actor.EnteredNs = image.InstantAt(kept.Entered);
            actor.Waiting = kept.Waiting;
            actor.Guest = kept.Guest;
            actor.Vcpu = kept.Vcpu;
            actor.Queue = kept.Queue;
            actor.Depth = kept.Depth;
            actor.Preempted = kept.Preempted;
            actor.Operation = kept.Operation;
            actor.State = kept.State;
        }

        _machine.Timers.Keep(image, index);
    }

    /// <summary>What of an actor is state. Packed: the padding of a record is nobody's.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct KeptActor
    {
        internal long C;
        internal long D;
        internal long Entered;
        internal int A;
        internal int B;
        internal int Waiting;
        internal short Guest;
        internal short Vcpu;
        internal short Queue;
        internal short Depth;
        internal Op Op;
        internal Op Preempted;
        internal DriverOperation Operation;
        internal ActorState State;
    }
}
