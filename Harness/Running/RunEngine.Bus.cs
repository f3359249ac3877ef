using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Running;

/// <summary>
/// What faults ask of the AP bus, and vCPUs of their own. The one rule to know: the bus does one thing after the other, unbinding before
/// binding, and scans last.
/// </summary>
public sealed partial class RunEngine
{
    private const int RaceIsc = 6;
    private const int RaceInstructions = 3;

    /// <summary>Asks the AP bus to take a queue from its driver.</summary>
    internal PassReason OrderUnbind(int queue)
    {
        ref var work = ref _machine.Works[queue];
        if (_machine.Queues[queue].Bound == 0 || work.Leaving != 0)
        {
            return PassReason.Nobody;
        }

        work.Leaving = 1;
        work.Unbind = 1;
        _machine.BusOrders++;
        return PassReason.None;
    }

    /// <summary>Asks the AP bus to give a queue to its driver again.</summary>
    internal void OrderBind(int queue)
    {
        ref var work = ref _machine.Works[queue];
        if (work.Bind == 0)
        {
            work.Bind = 1;
            _machine.BusOrders++;
        }
    }

    /// <summary>Gives a guest another vCPU that issues one instruction.</summary>
    /// <param name="fault">Position of the fault in the plan: each has one such vCPU at a time.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="instruction">What it issues.</param>
    internal PassReason OrderRace(int fault, int queue, RaceInstruction instruction)
    {
        var guest = GuestAt(queue);
        ref var actor = ref _actors[_firstRacer + fault];
        if (guest < 0 || _machine.Guests[guest].DeviceOpen == 0 || _machine.Guests[guest].Stopping != 0 || actor.State != ActorState.Idle)
        {
            return PassReason.Nobody;
        }

        if (instruction != RaceInstruction.Zapq && !_setup.Driver.OffersInterrupts)
        {
            return PassReason.Generation;
        }

        actor.Guest = (short)guest;
        actor.Vcpu = (short)_setup.Scenario.Guests[guest].Vcpus.Count;
        actor.Pending.A = queue;
        actor.Pending.B = (int)instruction;
        actor.State = ActorState.Ordered;
        _machine.Guests[guest].Vcpus++;
        _racesPending = true;
        return PassReason.None;
    }

    /// <summary>Whether the bus gives, or is about to give, a queue to its driver: removal cannot overlap that (the device's own lock).</summary>
    private bool IsComing(int queue) => WorkSeen(queue).Bind != 0;

    private bool IsLeaving(int queue) => WorkSeen(queue).Leaving != 0;

    private void StartBus()
    {
        if (_machine.BusOrders != 0)
        {
            Start(_scanner, ActorProgram.Bus);
            return;
        }

        _machine.ScanPending = false;
        Start(_scanner, ActorProgram.Scan);
    }

    private void StartRaces()
    {
        _racesPending = false;
        for (var index = _firstRacer; index < _actors.Length; index++)
        {
            ref readonly var actor = ref _actors[index];
            if (actor.State == ActorState.Ordered)
            {
                Start(index, ActorProgram.Race, actor.Guest, (actor.Pending.A * RaceInstructions) + actor.Pending.B);
            }
        }
    }

    /// <summary>The AP bus takes queues from the driver, and gives them to it again.</summary>
    private async ApTask Bus()
    {
        for (var queue = NextBusOrder(); queue >= 0; queue = NextBusOrder())
        {
            if (WorkSeen(queue).Unbind != 0)
            {
                await Unbind(queue);
                Do(new Touch(TouchKind.Unbound, queue));
            }
            else
            {
                await Bind(queue);
                Do(new Touch(TouchKind.BindDone, queue));
            }
        }
    }

    private async ApTask Unbind(int queue)
    {
        // It may have been ordered while the driver refused to take the queue.
        if (!IsBoundSeen(queue))
        {
            return;
        }

        await Enter(DriverOperation.RemoveQueue, queue, queue);
        await RemoveQueue(queue);
        await Exit(DriverOperation.RemoveQueue, queue, 0, queue);
    }

    private async ApTask Bind(int queue)
    {
        if (IsBoundSeen(queue))
        {
            return;
        }

        Do(new Touch(TouchKind.Bind, queue));
        await Enter(DriverOperation.ProbeQueue, queue, queue);
        var rc = await ProbeQueue(queue);
        await Exit(DriverOperation.ProbeQueue, queue, rc, queue);
        if (rc != 0)
        {
            Do(new Touch(TouchKind.ProbeFailed, queue));
        }
    }

    private int NextBusOrder()
    {
        for (var queue = 0; queue < _machine.Works.Length; queue++)
        {
            if ((WorkSeen(queue).Unbind | WorkSeen(queue).Bind) != 0)
            {
                return queue;
            }
        }

        return -1;
    }

    /// <summary>A vCPU that a fault brought.</summary>
    private async ApTask Race(int guest, int queue, RaceInstruction instruction)
    {
        if (instruction == RaceInstruction.Zapq)
        {
            await _kernel.Zapq(ApqnOf(queue));
        }
        else
        {
            await ControlInterruption(guest, (queue * 2) + (int)instruction, -1);
        }
    }

    /// <summary>What racing vCPUs ask for: a NIB in the last page of guest memory. Two for each queue, the same for the whole run.</summary>
    internal IReadOnlyList<GuestAction> RaceActions => _raceActions ??= [.. Enumerable.Range(0, _machine.Queues.Length * 2).Select(MakeRaceAction)];

    private GuestAction MakeRaceAction(int number)
    {
        var kind = number % 2 == (int)RaceInstruction.Enable ? GuestActionKind.EnableIrq : GuestActionKind.DisableIrq;
        var nib = ((long)(_setup.Scenario.Topology.PagesPerGuest - 1) << 12) + ApMachine.NibLineOffset + 8;
        return new GuestAction(kind, number / 2, [0], Nib: nib, Isc: RaceIsc);
    }
}
