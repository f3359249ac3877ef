using System.Runtime.CompilerServices;
using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Running;

/// <summary>Whether an actor has something to do.</summary>
internal enum ActorState : byte
{
    /// <summary>Not started, or done.</summary>
    Idle,

    /// <summary>It has a pending operation.</summary>
    Active,

    /// <summary>It will start at the end of the step.</summary>
    Ordered,
}

/// <summary>An actor: plain data; its code is in its frames, which it names by handle and number.</summary>
internal struct Actor
{
    /// <summary>The operation that it asks for.</summary>
    internal Request Pending;

    /// <summary>When its outermost driver operation began.</summary>
    internal long EnteredNs;

    /// <summary>The frame that waits for the pending operation.</summary>
    internal Handle<Frame> WaitingFrame;

    /// <summary>In exploration, in place of the frame: what its code is at.</summary>
    internal int Waiting;

    /// <summary>The outermost frame, or -1.</summary>
    internal int Program;

    /// <summary>Guest of a vCPU, or of the VMM's current life; -1 for none.</summary>
    internal short Guest;

    /// <summary>Number of the vCPU in its guest.</summary>
    internal short Vcpu;

    /// <summary>Queue that its outermost driver operation is about, or -1.</summary>
    internal short Queue;

    /// <summary>Its outermost driver operation.</summary>
    internal DriverOperation Operation;

    /// <summary>Driver operations that it is in.</summary>
    internal short Depth;

    /// <summary>Whether it has something to do.</summary>
    internal ActorState State;

    /// <summary>What it had asked for when it was preempted.</summary>
    internal Op Preempted;
}

/// <summary>Actors: start, resume, do what they ask for.</summary>
public sealed partial class RunEngine
{
    /// <summary>Starts an actor: its code runs up to its first operation.</summary>
    private void Start(int index, ActorProgram program, int a = 0, int b = 0)
    {
        ref var actor = ref _actors[index];
        if (Code is { } code)
        {
            actor.Program = -1;
            code.Start(program, a, b);
        }
        else
        {
            actor.Program = Begin(program, a, b).Frame is { } frame ? frame.Number : -1;
        }

        actor.State = ActorState.Active;
        actor.Depth = 0;
        _busyCount++;
        Announce(index);
    }

    /// <summary>Starts what the step asked for. Not inside the step: an actor's code must not run on top of another's.</summary>
    private void StartPending()
    {
        if (_startWorker >= 0)
        {
            var queue = _startWorker;
            _startWorker = -1;
            Start(_firstWorker + queue, ActorProgram.Worker, queue);
        }

        if (_startGuest >= 0)
        {
            var guest = _startGuest;
            _startGuest = -1;
            for (var index = _vmmCount; index < _firstWorker; index++)
            {
                if (_actors[index].Guest == guest)
                {
                    Start(index, ActorProgram.Vcpu, guest, _actors[index].Vcpu);
                }
            }
        }
    }

    /// <summary>The actor said what it asks for next: note it, and whether it must wait.</summary>
    private void Announce(int index)
    {
        ref var actor = ref _actors[index];
        var op = _kernel.Request.Op;
        if (op == Op.None)
        {
            if (ProgramOf(in actor) is { Completed: false })
            {
                Crashed(new InvalidOperationException("The driver waits, but for nothing: await each operation and each call exactly once."));
            }

            _preemptNs = 0;
            Finish(index);
            return;
        }

        // Field by field, as it was written: a copy of the whole would wait for the single stores.
        ref var request = ref _kernel.Request;
        actor.Pending.Op = op;
        actor.Pending.A = request.A;
        actor.Pending.B = request.B;
        actor.Pending.C = request.C;
        actor.Pending.D = request.D;
        request.Op = Op.None;
        if (_kernel.WantsPlaces)
        {
            _places[index] = _kernel.Place;
            _kernel.Place = null;
        }

        if (op is Op.Warn or Op.Log)
        {
            // Others may log before it is this actor's turn.
            _texts[index] = _kernel.Text;
        }

        actor.WaitingFrame = _kernel.WaitingFrame;
        actor.Waiting = _kernel.WaitingNumber;
        if (op == Op.Msleep && actor.Pending.D > 0)
        {
            var endNs = _lifeEndNs[actor.Pending.D - 1];
            actor.Pending.C = endNs == VirtualTime.Never ? endNs : endNs - _machine.NowNs;
            actor.Pending.D = 0;
        }

        if (_preemptNs > 0)
        {
            Pause(index, op);
            return;
        }

        Await(index, op);
    }

    /// <summary>The actor's pending operation may be done at once, or it must wait for something.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Await(int index, Op op)
    {
        ref var actor = ref _actors[index];
        var timers = _machine.Timers;
        switch (op)
        {
            case Op.Msleep:
                timers.Arm(index, actor.Pending.C);
                break;
            case Op.Lock:
            case Op.LockShared:
                _machine.Locks[actor.Pending.A].Waiters++;
                if (!_machine.CanLock(actor.Pending.A, op == Op.LockShared))
                {
                    // Who waits need not be who takes this step: it may have been started by it.
                    _machine.Emit(EventKind.LockWaited, -1, -1, actor.Pending.A, _machine.Locks[actor.Pending.A].Holder - 1);
                    _machine.Events[^1].Actor = (short)index;
                    break;
                }

                timers.MakeReady(index);
                break;
            case Op.FlushWork:
                if (_machine.Works[actor.Pending.A].Busy == 0)
                {
                    timers.MakeReady(index);
                }

                break;
            case Op.JoinVcpus:
                if (_machine.Guests[actor.Pending.A].Vcpus == 0)
                {
                    timers.MakeReady(index);
                }

                break;
            case Op.AwaitRest:
                _busyCount--;
                break;
            default:
                timers.MakeReady(index);
                break;
        }
    }

    private void Finish(int index)
    {
        _machine.Timers.Disarm(index);
        ref var actor = ref _actors[index];
        actor.State = ActorState.Idle;
        _busyCount--;
        if (ProgramOf(in actor) is { } program)
        {
            if (!_stopped && program.Error is { } error)
            {
                throw new InvalidOperationException($"The program of {ActorName(index)} failed, not the driver.", error);
            }

            program.Return();
            actor.Program = -1;
        }

        if ((index >= _vmmCount && index < _firstWorker) || index >= _firstRacer)
        {
            var guest = actor.Guest;
            if (--_machine.Guests[guest].Vcpus == 0)
            {
                WakeWaiters(Op.JoinVcpus, guest);
            }
        }
        else if (index >= _firstWorker && index < _scanner)
        {
            WorkDone(index - _firstWorker);
        }
    }

    private Frame? ProgramOf(in Actor actor) => actor.Program < 0 ? null : _kernel.Frames[actor.Program];

    private void StepActor(int index)
    {
        _current = index;
        _running = index;
        ref var actor = ref _actors[index];
        ref readonly var request = ref actor.Pending;
        _lastOp = request.Op;
        _place = _places[index];
        _machine.Timers.MakeWaiting(index);
        if (request.Op == Op.Preempted)
        {
            Resume(index);
            return;
        }

        var reply = Do(index, ref actor, in request);
        if (_faults.WatchesCalls && actor.Depth > 0 && !_healed && request.Op is >= Op.Msleep and <= Op.Log)
        {
            _faults.AfterCall(request.Op, QueueOfCall(in request));
        }

        _hash.AddStep(index, request.Op, reply, _machine.NowNs);
        if (_trace is not null)
        {
            _machine.Emit(EventKind.Step, -1, actor.Guest, request.A, request.Op is Op.Aqic or Op.Nqap ? request.B : request.C, reply, request.Op);
        }

        if (_stopped)
        {
            return;
        }

        _kernel.Reply = reply;
        _kernel.Reply2 = _machine.Gr2;
        if (Code is { } code)
        {
            code.Resume(actor.Waiting, request.Op);
        }
        else
        {
            actor.WaitingFrame.Target.Move();
        }

        Announce(index);
        StartPending();
    }

    /// <summary>Does one operation on the machine.</summary>
    private long Do(int index, ref Actor actor, in Request request)
    {
        switch (request.Op)
        {
            case >= Op.Tapq and <= Op.Dqap:
                return DoInstruction(ref actor, in request);
            case Op.Msleep:
                return IsStoppedVcpu(in actor) ? -ApMachine.EINTR : actor.Guest >= 0 && actor.Vcpu >= 0 && actor.Depth == 0 ? _machine.TakeInterrupts(actor.Guest) : 0;
            case Op.Lock:
            case Op.LockShared:
                TakeLock(index, request.A, request.Op == Op.LockShared);
                return 0;
            case Op.Unlock:
            case Op.UnlockShared:
                GiveLock(index, request.A, request.Op == Op.UnlockShared);
                return 0;
            case Op.QueueWork:
                QueueWork(request.A);
                return 0;
            case Op.FlushWork:
            case Op.JoinVcpus:
            case Op.End:
            case Op.AwaitRest:
            case Op.MemoryAccess:
                return 0;
            case Op.PinPages:
                return ErrorOf(in actor, Op.PinPages) is > 0 and var pinError
                    ? _machine.FailPin(request.A, request.C, pinError)
                    : _machine.PinPage(request.A, request.C);
            case Op.UnpinPages:
                _machine.UnpinPage(request.A, request.B - 1, request.C);
                return 0;
            case Op.GiscRegister:
                return ErrorOf(in actor, Op.GiscRegister) is > 0 and var giscError
                    ? _machine.FailGisc(request.A, request.B, giscError)
                    : _machine.RegisterGisc(request.A, request.B);
            case Op.GiscUnregister:
                return _machine.UnregisterGisc(request.A, request.B);
            case Op.SetMasks:
                _machine.SetMasks(request.A, (ulong)request.C, (ulong)request.D);
                return 0;
            case Op.ClearMasks:
                _machine.SetMasks(request.A, 0, 0);
                return 0;
            case Op.KvmGet:
                _machine.GetKvm(request.A);
                return 0;
            case Op.KvmPut:
                _machine.PutKvm(request.A);
                return 0;
            case Op.SetHook:
                _machine.Guests[request.A].Hook = (byte)(request.B + 1);
                return 0;
            case Op.ClearHook:
                _machine.Guests[request.A].Hook = 0;
                return 0;
            case Op.Alloc:
                return ErrorOf(in actor, Op.Alloc) > 0 ? 0 : _machine.Allocate();
            case Op.Free:
                _machine.Release(request.C);
                return 0;
            case Op.FreeQueue:
                _machine.FreeQueue(request.A);
                return 0;
            case Op.Warn:
                _said = _texts[index];
                _machine.Emit(EventKind.Warned, QueueIndex(request.A), -1, 0, 0, 0, (Op)request.B);
                return 0;
            case Op.Log:
                _said = _texts[index];
                _machine.Emit(EventKind.Logged, QueueIndex(request.A), -1, 0, 0, 0, (Op)request.B);
                return 0;
            default:
                DoSurroundings(ref actor, in request);
                return 0;
        }
    }

    private void DoSurroundings(ref Actor actor, in Request request)
    {
        switch (request.Op)
        {
            case Op.EnterOperation:
                if (actor.Depth++ == 0)
                {
                    actor.EnteredNs = _machine.NowNs;
                    actor.Queue = (short)request.D;
                    actor.Operation = (DriverOperation)request.A;
                    _deadlineNs = Math.Min(_deadlineNs, actor.EnteredNs + _setup.Budgets.OperationNs);
                }

                _machine.Emit(EventKind.OperationEntered, (int)request.D, actor.Guest, request.A, request.B);
                TellFaults(TriggerKind.OperationEntry, in request);
                break;
            case Op.ExitOperation:
                actor.Depth--;
                _machine.Emit(EventKind.OperationExited, (int)request.D, actor.Guest, request.A, request.B, request.C);
                TellFaults(TriggerKind.OperationExit, in request);
                break;
            case Op.CreateGuest:
                _machine.CreateGuest(request.A);
                break;
            case Op.StopVcpus:
                _machine.Guests[request.A].Stopping = 1;
                WakeVcpus(request.A);
                break;
            case Op.CloseKvm:
                _machine.CloseKvm(request.A);
                break;
            case Op.ReleaseMemory:
                _machine.ReleaseMemory(request.A);
                break;
            case Op.ReadNib:
                _machine.ReadNib(request.A, request.C);
                break;
            case Op.UnmapMemory:
                _machine.UnmapMemory(request.A, request.C, request.D);
                break;
            case Op.SubsystemReset:
                _machine.SubsystemReset(request.A);
                break;
            default:
                throw new InvalidOperationException($"Operation {request.Op} has no meaning to the machine.");
        }
    }

    private long DoInstruction(ref Actor actor, in Request request)
    {
        var guest = actor.Depth == 0 && actor.Guest >= 0 && actor.Vcpu >= 0 ? actor.Guest : -1;
        if (guest >= 0 && _machine.Guests[guest].Stopping != 0)
        {
            // Nothing is left of an answer that somebody else got.
            _machine.Gr2 = 0;
            return 0;
        }

        if (request.Op == Op.Qci)
        {
            _kernel.QciBlock = _kernel.HasFacility(12) ? _machine.QueryConfiguration() : default;
            return 0;
        }

        if (_machine.Situations is { } situations)
        {
            situations.Operation = actor.Operation;
        }

        var issuer = guest >= 0 ? ActorClass.Guest : actor.Depth > 0 ? ActorClass.Driver : ActorClass.Host;
        if (request.Op == Op.Aqic && !_kernel.HasFacility(65))
        {
            if (guest < 0)
            {
                _machine.Emit(EventKind.SpecificationException, QueueIndex(request.A), -1, request.A, 0, 0, Op.Aqic);
            }

            return new ApqSw(ResponseCode.ReqFacNotInst).Word;
        }

        return _machine.Instruction(request.Op, new Apqn((ushort)request.A), issuer, guest, request.B, request.C, request.D).Word;
    }

    /// <summary>The errno with which a fault lets a call fail, or 0.</summary>
    private int ErrorOf(in Actor actor, Op op) => _faults.BendsCalls && actor.Depth > 0 ? _faults.OnCall(op, actor.Queue) : 0;

    private bool IsStoppedVcpu(in Actor actor) => actor.Vcpu >= 0 && actor.Guest >= 0 && actor.Depth == 0 && _machine.Guests[actor.Guest].Stopping != 0;

    private int QueueIndex(int apqn) => _machine.QueueOf(new Apqn((ushort)apqn));

    private void TellFaults(TriggerKind kind, in Request request)
    {
        if (_faults.WatchesOperations && !_healed)
        {
            var operation = (DriverOperation)request.A;
            _faults.OnOperation(kind, operation, (int)request.D, OpText.IsOnMdev(operation) ? request.B : -1);
        }
    }

    private void TakeLock(int index, int lockIndex, bool shared)
    {
        _machine.TakeLock(lockIndex, index, shared);
        if (--_machine.Locks[lockIndex].Waiters == 0)
        {
            return;
        }

        // Others were ready for it too: those wait again.
        for (var other = 0; other < _actors.Length; other++)
        {
            if (other != index && WaitsForLock(other, lockIndex) && !_machine.CanLock(lockIndex, _actors[other].Pending.Op == Op.LockShared))
            {
                _machine.Timers.MakeWaiting(other);
            }
        }
    }

    private void GiveLock(int index, int lockIndex, bool shared)
    {
        if (!_machine.GiveLock(lockIndex, index, shared))
        {
            return;
        }

        for (var other = 0; other < _actors.Length; other++)
        {
            if (WaitsForLock(other, lockIndex) && _machine.CanLock(lockIndex, _actors[other].Pending.Op == Op.LockShared))
            {
                _machine.Timers.MakeReady(other);
            }
        }
    }

    /// <summary>Queue that a driver's call names, or -1.</summary>
    private int QueueOfCall(in Request request) => request.Op switch
    {
        Op.QueueWork or Op.FlushWork or Op.FreeQueue => request.A,
        Op.Warn or Op.Log => QueueIndex(request.A),
        _ => -1,
    };

    private bool WaitsForLock(int index, int lockIndex)
    {
        ref readonly var actor = ref _actors[index];
        return actor.State == ActorState.Active && actor.Pending.Op is Op.Lock or Op.LockShared && actor.Pending.A == lockIndex;
    }

    private void QueueWork(int queue)
    {
        ref var work = ref _machine.Works[queue];
        _machine.Emit(EventKind.WorkQueued, queue);
        if (work.Busy != 0)
        {
            // Queued and not running yet: once is enough.
            work.Again |= _actors[_firstWorker + queue].Depth > 0 ? (byte)1 : (byte)0;
            return;
        }

        work.Busy = 1;
        _startWorker = queue;
    }

    private void WorkDone(int queue)
    {
        ref var work = ref _machine.Works[queue];
        if (work.Again != 0)
        {
            work.Again = 0;
            _startWorker = queue;
            return;
        }

        work.Busy = 0;
        WakeWaiters(Op.FlushWork, queue);
    }

    private void WakeWaiters(Op op, int argument)
    {
        for (var index = 0; index < _actors.Length; index++)
        {
            ref readonly var actor = ref _actors[index];
            if (actor.State == ActorState.Active && actor.Pending.Op == op && actor.Pending.A == argument)
            {
                _machine.Timers.MakeReady(index);
            }
        }
    }

    /// <summary>Sleeping vCPUs of a guest wake up: an interruption, or they are told to stop.</summary>
    private void WakeVcpus(int guest)
    {
        for (var index = _vmmCount; index < _firstWorker; index++)
        {
            ref readonly var actor = ref _actors[index];
            if (actor.State == ActorState.Active && actor.Guest == guest && actor.Depth == 0 && actor.Pending.Op == Op.Msleep)
            {
                _machine.Timers.Arm(index, 0);
            }
        }
    }
}
