using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Running;

/// <summary>
/// What the surroundings of the driver do: VMMs, vCPUs, kernel workers and the AP bus, written like drivers as sequential code.
/// </summary>
public sealed partial class RunEngine
{
    private const int PollsMax = 24;
    private const long PollNs = 5 * VirtualTime.Millisecond;

    /// <summary>Runs the code of an actor up to its first operation.</summary>
    internal ApTask Begin(ActorProgram program, int a, int b) => program switch
    {
        ActorProgram.Vmm => Vmm(a),
        ActorProgram.Vcpu => Vcpu(a, b),
        ActorProgram.Worker => Worker(a),
        ActorProgram.Bus => Bus(),
        ActorProgram.Race => Race(a, b / RaceInstructions, (RaceInstruction)(b % RaceInstructions)),
        _ => Scan(),
    };

    /// <summary>A VMM: runs the guests of one mdev, one after the other.</summary>
    private async ApTask Vmm(int index)
    {
        var guests = _setup.Scenario.Topology.Guests;
        for (var guest = 0; guest < guests.Count; guest++)
        {
            if (guests[guest].Mdev == index && IsThere(index))
            {
                await RunGuest(index, guest);
            }
        }

        var unbind = _setup.Scenario.UnbindQueue;
        if (unbind >= 0 && index == 0 && IsBoundSeen(unbind) && !IsLeaving(unbind) && !IsComing(unbind))
        {
            Do(new Touch(TouchKind.Leaves, unbind));
            await Enter(DriverOperation.RemoveQueue, unbind, unbind);
            await RemoveQueue(unbind);
            await Exit(DriverOperation.RemoveQueue, unbind, 0, unbind);
        }
    }

    private async ApTask RunGuest(int mdev, int guest)
    {
        var workload = _setup.Scenario.Guests[guest];
        Do(new Touch(TouchKind.GuestOfVmm, mdev, guest));
        await _kernel.Void(Op.CreateGuest, guest, 0, 0, 0);
        await Enter(DriverOperation.OpenDevice, mdev, -1);
        var rc = await OpenDevice(mdev, guest);
        await Exit(DriverOperation.OpenDevice, mdev, rc, -1);
        if (rc == 0)
        {
            Do(new Touch(TouchKind.DeviceOpen, guest, 1));
            Do(new Touch(TouchKind.StartVcpus, guest));
            Do(new Touch(TouchKind.LifeBegins, guest, Ns: Pause(ChoiceLabel.GuestLife, workload.LifeNs)));
            if (!HasOrders(guest))
            {
                await SleepToEndOfLife(guest);
            }

            var ended = HasOrders(guest) && await CarryOutOrders(mdev, guest, livesOn: true);
            if (workload.ResetsDevice && !ended && IsThere(mdev))
            {
                await ResetOpenDevice(mdev);
            }

            while (workload.StaysOpen && !ended && IsThere(mdev))
            {
                await _kernel.Void(Op.AwaitRest, 0, 0, 0, 0);
                ended = await CarryOutOrders(mdev, guest, livesOn: false);
            }

            if (HasOrders(guest) && !ended)
            {
                ended = await CarryOutOrders(mdev, guest, livesOn: false);
            }

            Do(new Touch(TouchKind.NoMoreOrders, guest));
            if (!ended)
            {
                await _kernel.Void(Op.StopVcpus, guest, 0, 0, 0);
                await _kernel.Void(Op.JoinVcpus, guest, 0, 0, 0);
            }

            if ((GuestSeen(guest).Orders & VmmOrders.Killed) != 0)
            {
                await CloseFilesOfKilled(mdev, guest);
                await RemoveMdevIfOrdered(mdev, guest);
                Do(new Touch(TouchKind.GuestOfVmm, mdev, -1));
                return;
            }

            if (IsThere(mdev))
            {
                await GiveDeviceBack(mdev, guest);
            }
        }

        await _kernel.Void(Op.CloseKvm, guest, 0, 0, 0);
        await _kernel.Void(Op.ReleaseMemory, guest, 0, 0, 0);
        Do(new Touch(TouchKind.GuestOfVmm, mdev, -1));
    }

    /// <summary>A vCPU of a guest.</summary>
    private async ApTask Vcpu(int guest, int vcpu)
    {
        var actions = _setup.Scenario.Guests[guest].Vcpus[vcpu];
        for (var i = 0; i < actions.Count; i++)
        {
            var pause = Pause(ChoiceLabel.GuestPause, actions[i].PauseNs);
            if (pause > 0)
            {
                await _kernel.Sleep(pause);
            }

            if (IsStopping(guest))
            {
                return;
            }

            switch (actions[i].Kind)
            {
                case GuestActionKind.EnableIrq:
                case GuestActionKind.DisableIrq:
                    await ControlInterruption(guest, i, vcpu);
                    break;
                case GuestActionKind.Request:
                    if ((await _kernel.Nqap(ApqnOf(actions[i].Queue), Correlator(guest, vcpu, i), actions[i].Length)).ResponseCode == ResponseCode.Normal)
                    {
                        await AwaitReply(guest, actions[i].Queue);
                    }

                    break;
                case GuestActionKind.Post:
                    await _kernel.Nqap(ApqnOf(actions[i].Queue), Correlator(guest, vcpu, i), actions[i].Length);
                    break;
                case GuestActionKind.Poll:
                    await _kernel.Dqap(ApqnOf(actions[i].Queue));
                    break;
                default:
                    await _kernel.Tapq(ApqnOf(actions[i].Queue));
                    break;
            }

            if (IsStopping(guest))
            {
                return;
            }
        }
    }

    private async ApTask AwaitReply(int guest, int queue)
    {
        for (var poll = 0; poll < PollsMax && !IsStopping(guest); poll++)
        {
            await _kernel.Sleep(PollNs);
            if (IsStopping(guest))
            {
                return;
            }

            var reply = await _kernel.Dqap(ApqnOf(queue));
            if (reply.Status.ResponseCode is not (ResponseCode.NoPendingReply or ResponseCode.Busy))
            {
                return;
            }
        }
    }

    /// <summary>PQAP(AQIC) of a guest: KVM intercepts it and calls the hook (ap-facts §8).</summary>
    private async ApTask ControlInterruption(int guest, int action, int vcpu)
    {
        var todo = vcpu >= 0 ? _setup.Scenario.Guests[guest].Vcpus[vcpu][action] : RaceActions[action];
        if (!_setup.Driver.OffersInterrupts || !_kernel.HasFacility(65))
        {
            return;
        }

        if (_setup.Driver.HookUnderRwsem)
        {
            await _kernel.LockShared(KernelLock.PqapHook);
        }

        var hook = GuestSeen(guest).Hook;
        if (hook != 0)
        {
            var mdev = hook - 1;
            await Enter(DriverOperation.AqicIntercept, mdev, todo.Queue);
            var rc = await InterceptAqic(mdev, todo);
            await Exit(DriverOperation.AqicIntercept, mdev, rc, todo.Queue);
        }

        if (_setup.Driver.HookUnderRwsem)
        {
            await _kernel.UnlockShared(KernelLock.PqapHook);
        }
    }

    /// <summary>A kernel worker runs the reset work item of a queue.</summary>
    private async ApTask Worker(int queue)
    {
        await Enter(DriverOperation.ResetWork, queue, queue);
        await ResetWork(queue);
        await Exit(DriverOperation.ResetWork, queue, 0, queue);
    }

    /// <summary>The AP bus scans: the configuration may have changed.</summary>
    private async ApTask Scan()
    {
        await Enter(DriverOperation.ConfigChanged, 0, -1);
        await ConfigChanged();
        await Exit(DriverOperation.ConfigChanged, 0, 0, -1);
        await Enter(DriverOperation.ScanComplete, 0, -1);
        await ScanComplete();
        await Exit(DriverOperation.ScanComplete, 0, 0, -1);
    }

    // The driver's entry points, one wrapper each: whatever a driver throws is a violation, never an error of the harness.
    private async ApTask<int> OpenDevice(int mdev, int guest)
    {
        try
        {
            var rc = await _setup.Driver.OpenDevice(new MatrixMdev(_kernel, mdev), new Kvm(_kernel, guest));
            _kernel.RequireNothingPending();
            return rc;
        }
        catch (Exception e) when (Crashed(e))
        {
            return 0;
        }
    }

    private async ApTask CloseDevice(int mdev)
    {
        try
        {
            await _setup.Driver.CloseDevice(new MatrixMdev(_kernel, mdev));
            _kernel.RequireNothingPending();
        }
        catch (Exception e) when (Crashed(e))
        {
        }
    }

    private async ApTask RemoveMdev(int mdev)
    {
        try
        {
            await _setup.Driver.RemoveMdev(new MatrixMdev(_kernel, mdev));
            _kernel.RequireNothingPending();
        }
        catch (Exception e) when (Crashed(e))
        {
        }

        _kernel.Data.Mdev(mdev) = default;
    }

    private async ApTask<int> ResetDevice(int mdev)
    {
        try
        {
            var rc = await _setup.Driver.ResetDevice(new MatrixMdev(_kernel, mdev));
            _kernel.RequireNothingPending();
            return rc;
        }
        catch (Exception e) when (Crashed(e))
        {
            return 0;
        }
    }

    private async ApTask<int> InterceptAqic(int mdev, GuestAction action)
    {
        try
        {
            var control = new AqicControl(action.Kind == GuestActionKind.EnableIrq, 0, action.Isc, -1);
            var status = await _setup.Driver.InterceptAqic(new MatrixMdev(_kernel, mdev), ApqnOf(action.Queue), control, action.Nib);
            _kernel.RequireNothingPending();
            return (int)status.ResponseCode;
        }
        catch (Exception e) when (Crashed(e))
        {
            return 0;
        }
    }

    private async ApTask RemoveQueue(int queue)
    {
        try
        {
            await _setup.Driver.RemoveQueue(new ApQueue(_kernel, queue));
            _kernel.RequireNothingPending();
        }
        catch (Exception e) when (Crashed(e))
        {
        }
    }

    private async ApTask DmaUnmap(int mdev, long iova, long length)
    {
        try
        {
            await _setup.Driver.DmaUnmap(new MatrixMdev(_kernel, mdev), iova, length);
            _kernel.RequireNothingPending();
        }
        catch (Exception e) when (Crashed(e))
        {
        }
    }

    private async ApTask KvmDetached(int mdev)
    {
        try
        {
            await _setup.Driver.KvmDetached(new MatrixMdev(_kernel, mdev));
            _kernel.RequireNothingPending();
        }
        catch (Exception e) when (Crashed(e))
        {
        }
    }

    private async ApTask<int> ProbeQueue(int queue)
    {
        try
        {
            var rc = await _setup.Driver.ProbeQueue(new ApQueue(_kernel, queue));
            _kernel.RequireNothingPending();
            return rc;
        }
        catch (Exception e) when (Crashed(e))
        {
            return 0;
        }
    }

    private async ApTask ResetWork(int queue)
    {
        try
        {
            await _setup.Driver.ResetWork(new ApQueue(_kernel, queue));
            _kernel.RequireNothingPending();
        }
        catch (Exception e) when (Crashed(e))
        {
        }
    }

    private async ApTask ConfigChanged()
    {
        try
        {
            await _setup.Driver.ConfigChanged();
            _kernel.RequireNothingPending();
        }
        catch (Exception e) when (Crashed(e))
        {
        }
    }

    private async ApTask ScanComplete()
    {
        try
        {
            await _setup.Driver.ScanComplete();
            _kernel.RequireNothingPending();
        }
        catch (Exception e) when (Crashed(e))
        {
        }
    }

    internal bool Crashed(Exception exception)
    {
        var kind = exception switch
        {
            KernelRaceException => EventKind.DataRace,
            KernelOopsException { UseAfterFree: true } => EventKind.UseAfterFree,
            KernelOopsException => EventKind.NullDereference,
            _ => EventKind.DriverCrash,
        };
        var words = exception is KernelOopsException or KernelRaceException ? exception.Message : $"{exception.GetType().Name}: {FirstLine(exception.Message)}";
        Do(new Touch(TouchKind.Crash, (int)kind, Words: words));
        return true;
    }

    /// <summary>Findings are one line without a full stop; messages of exceptions may be anything.</summary>
    private static string FirstLine(string message)
    {
        var end = message.AsSpan().IndexOfAny('\r', '\n');
        return (end < 0 ? message : message[..end]).TrimEnd('.', ' ');
    }

    private KernelOperation<Unit, VoidReply> Enter(DriverOperation operation, int target, int queue) =>
        _kernel.Void(Op.EnterOperation, (int)operation, target, 0, queue);

    private KernelOperation<Unit, VoidReply> Exit(DriverOperation operation, int target, int rc, int queue) =>
        _kernel.Void(Op.ExitOperation, (int)operation, target, rc, queue);

    private bool IsThere(int mdev) => _kernel.Data.IsMdevAlive(mdev);

    private bool IsStopping(int guest) => GuestSeen(guest).Stopping != 0;

    private Apqn ApqnOf(int queue) => new(_kernel.Data.Apqns[queue]);

    private long Pause(ChoiceLabel label, IReadOnlyList<long> values) =>
        values.Count == 1 ? values[0] : values[_choices.Next(label, values.Count)];

    private static long Correlator(int guest, int vcpu, int action) => ((guest + 1) * 10_000) + (vcpu * 1_000) + action;
}
