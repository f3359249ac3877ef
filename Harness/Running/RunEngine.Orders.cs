using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Running;

/// <summary>
/// What faults ask of the surroundings: of VMMs and of the scheduler. The one rule to know: a VMM does what it is asked to in its own
/// time, one thing after the other, and before it goes on to close its device; so none of its operations overlaps another.
/// </summary>
public sealed partial class RunEngine
{
    private const VmmOrders Errands = VmmOrders.Unmap | VmmOrders.ResetSubsystem | VmmOrders.Crashed | VmmOrders.Killed | VmmOrders.RemoveMdev;

    /// <summary>Guest whose VMM has a queue's mdev and takes orders, or -1.</summary>
    internal int GuestAt(int queue)
    {
        for (var mdev = 0; mdev < _vmmCount; mdev++)
        {
            var guest = _actors[mdev].Guest;
            if (guest >= 0 && _machine.Guests[guest].TakesOrders != 0 && _kernel.Data.IsAssigned(mdev, queue))
            {
                return guest;
            }
        }

        return -1;
    }

    /// <summary>Asks the VMM of a guest for something, unless it has that to do already.</summary>
    internal PassReason Order(int guest, VmmOrders orders)
    {
        if (guest < 0 || (_machine.Guests[guest].Orders & orders & (Errands | VmmOrders.DetachKvm)) != 0)
        {
            return PassReason.Nobody;
        }

        ref var g = ref _machine.Guests[guest];
        if ((orders & (VmmOrders.Crashed | VmmOrders.Killed)) != 0)
        {
            if (g.Stopping != 0 && (orders & VmmOrders.Crashed) != 0)
            {
                return PassReason.Nobody;
            }

            g.Stopping = 1;
            WakeVcpus(guest);
        }

        g.Orders |= orders;
        WakeVmm(_setup.Scenario.Topology.Guests[guest].Mdev);
        return PassReason.None;
    }

    /// <summary>Asks the VMM of a guest to unmap a range.</summary>
    internal PassReason OrderUnmap(int guest, long iova, long length)
    {
        var reason = length == 0 ? PassReason.Nobody : Order(guest, VmmOrders.Unmap);
        if (reason == PassReason.None)
        {
            _machine.Guests[guest].UnmapIova = iova;
            _machine.Guests[guest].UnmapLength = length;
        }

        return reason;
    }

    /// <summary>Pauses the running actor before its next operation.</summary>
    internal PassReason Preempt(long ns)
    {
        if (_running < 0 || _tellsChanges || ns == 0)
        {
            return PassReason.Nobody;
        }

        _preemptNs = ns;
        return PassReason.None;
    }

    private bool HasOrders(int guest) => (GuestSeen(guest).Orders & Errands) != 0;

    private bool LifeIsOver(int guest)
    {
        HasSeenMachine = true;
        return _lifeEndNs[guest] <= _machine.NowNs;
    }

    /// <summary>Sleeps as long as is left of a guest's life when it begins to.</summary>
    private KernelOperation<long, ValueReply> SleepToEndOfLife(int guest) => _kernel.Value(Op.Msleep, 0, 0, 0, guest + 1);

    private void WakeVmm(int index)
    {
        ref readonly var actor = ref _actors[index];
        if (actor.State != ActorState.Active || actor.Depth > 0)
        {
            return;
        }

        if (actor.Pending.Op == Op.Msleep)
        {
            _machine.Timers.Arm(index, 0);
        }
        else if (actor.Pending.Op == Op.AwaitRest && !_machine.Timers.IsReady(index))
        {
            _busyCount++;
            _machine.Timers.MakeReady(index);
        }
    }

    private void Pause(int index, Op op)
    {
        ref var actor = ref _actors[index];
        actor.Preempted = op;
        actor.Pending.Op = Op.Preempted;
        _machine.Timers.Arm(index, _preemptNs);
        _preemptNs = 0;
    }

    private void Resume(int index)
    {
        ref var actor = ref _actors[index];
        _hash.AddStep(index, Op.Preempted, 0, _machine.NowNs);
        if (_trace is not null)
        {
            _machine.Emit(EventKind.Step, -1, actor.Guest, 0, 0, 0, Op.Preempted);
        }

        actor.Pending.Op = actor.Preempted;
        Await(index, actor.Preempted);
    }

    /// <summary>The faults are lifted: who was preempted goes on.</summary>
    private void EndPauses()
    {
        for (var index = 0; index < _actors.Length; index++)
        {
            if (_actors[index].State == ActorState.Active && _actors[index].Pending.Op == Op.Preempted)
            {
                _machine.Timers.Arm(index, 0);
            }
        }
    }

    /// <summary>The VMM does what it was asked to, and then lets its guest run to the end of its life.</summary>
    /// <param name="livesOn">Whether the guest's life has not ended yet.</param>
    /// <returns>Whether the guest's life is over: its vCPUs are gone.</returns>
    private async ApTask<bool> CarryOutOrders(int mdev, int guest, bool livesOn)
    {
        while (HasOrders(guest))
        {
            var orders = GuestSeen(guest).Orders;
            if ((orders & Errands) == VmmOrders.RemoveMdev)
            {
                // Nothing else is left to do with the device; the guest lives on without it.
                Do(new Touch(TouchKind.NoMoreOrders, guest));
                await GiveDeviceBack(mdev, guest);
                if (livesOn && !LifeIsOver(guest))
                {
                    await SleepToEndOfLife(guest);
                }

                return false;
            }

            Do(new Touch(TouchKind.Orders, guest, (int)(orders & (~(Errands | VmmOrders.ResetDevice | VmmOrders.Reboot) | VmmOrders.RemoveMdev))));
            if ((orders & VmmOrders.Killed) != 0)
            {
                Do(new Touch(TouchKind.Orders, guest, (int)(GuestSeen(guest).Orders | VmmOrders.Killed)));
                await _kernel.Void(Op.JoinVcpus, guest, 0, 0, 0);
                return true;
            }

            if ((orders & VmmOrders.Unmap) != 0)
            {
                await Unmap(mdev, guest);
            }

            if ((orders & VmmOrders.Crashed) != 0)
            {
                await _kernel.Void(Op.JoinVcpus, guest, 0, 0, 0);
                if ((orders & VmmOrders.Reboot) == 0 && (GuestSeen(guest).Orders & Errands & ~VmmOrders.RemoveMdev) == 0)
                {
                    return true;
                }
            }

            if ((orders & (VmmOrders.ResetSubsystem | VmmOrders.Reboot)) != 0)
            {
                await _kernel.Void(Op.SubsystemReset, guest, 0, 0, 0);
            }

            if ((orders & (VmmOrders.ResetDevice | VmmOrders.Reboot)) != 0)
            {
                await ResetOpenDevice(mdev);
            }

            if ((orders & VmmOrders.Reboot) != 0 && (GuestSeen(guest).Orders & VmmOrders.Killed) == 0)
            {
                Do(new Touch(TouchKind.RunAgain, guest));
                Do(new Touch(TouchKind.StartVcpus, guest));
            }

            if (!HasOrders(guest) && livesOn && !LifeIsOver(guest))
            {
                await SleepToEndOfLife(guest);
            }
        }

        return false;
    }

    /// <summary>Memory hot-unplug: the driver hears of it, then the memory is the host's.</summary>
    private async ApTask Unmap(int mdev, int guest)
    {
        var (iova, length) = (GuestSeen(guest).UnmapIova, GuestSeen(guest).UnmapLength);
        await Enter(DriverOperation.DmaUnmap, mdev, -1);
        await DmaUnmap(mdev, iova, length);
        await Exit(DriverOperation.DmaUnmap, mdev, 0, -1);
        await _kernel.Void(Op.UnmapMemory, guest, 0, iova, length);
    }

    private async ApTask ResetOpenDevice(int mdev)
    {
        await Enter(DriverOperation.ResetDevice, mdev, -1);
        var rc = await ResetDevice(mdev);
        await Exit(DriverOperation.ResetDevice, mdev, rc, -1);
    }

    private async ApTask CloseOpenDevice(int mdev, int guest)
    {
        Do(new Touch(TouchKind.DeviceOpen, guest, 0));
        await Enter(DriverOperation.CloseDevice, mdev, -1);
        await CloseDevice(mdev);
        await Exit(DriverOperation.CloseDevice, mdev, 0, -1);
    }

    private async ApTask GiveDeviceBack(int mdev, int guest)
    {
        if ((GuestSeen(guest).Orders & VmmOrders.DetachKvm) != 0)
        {
            await DetachKvm(mdev);
        }

        await CloseOpenDevice(mdev, guest);
        await RemoveMdevIfOrdered(mdev, guest);
    }

    /// <summary>VFIO lets the removal of an mdev go on when its VMM has closed the device.</summary>
    private async ApTask RemoveMdevIfOrdered(int mdev, int guest)
    {
        var orders = GuestSeen(guest).Orders;
        if ((orders & VmmOrders.RemoveMdev) != 0)
        {
            Do(new Touch(TouchKind.Orders, guest, (int)(orders & ~VmmOrders.RemoveMdev)));
            await Enter(DriverOperation.RemoveMdev, mdev, -1);
            await RemoveMdev(mdev);
            await Exit(DriverOperation.RemoveMdev, mdev, 0, -1);
        }
    }

    private async ApTask DetachKvm(int mdev)
    {
        await Enter(DriverOperation.SetKvm, mdev, -1);
        await KvmDetached(mdev);
        await Exit(DriverOperation.SetKvm, mdev, 0, -1);
    }

    /// <summary>A killed VMM: its memory is gone first, then its files are closed in any order (ap-facts §9.3, 27).</summary>
    private async ApTask CloseFilesOfKilled(int mdev, int guest)
    {
        await _kernel.Void(Op.ReleaseMemory, guest, 0, 0, 0);
        if (_choices.Next(ChoiceLabel.FileOrder, 2) == 0)
        {
            await CloseOpenDevice(mdev, guest);
            await _kernel.Void(Op.CloseKvm, guest, 0, 0, 0);
            return;
        }

        await _kernel.Void(Op.CloseKvm, guest, 0, 0, 0);
        if (_setup.Driver.HasKvmNotifier)
        {
            await DetachKvm(mdev);
        }

        await CloseOpenDevice(mdev, guest);
    }
}
