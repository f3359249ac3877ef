using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Running;

/// <summary>What an actor does between two of its operations.</summary>
internal enum ActorDeed
{
    /// <summary>It has nothing to do.</summary>
    Nothing,

    /// <summary>It can go on.</summary>
    Runs,

    /// <summary>It sleeps.</summary>
    Sleeps,

    /// <summary>It waits for a lock.</summary>
    WaitsForLock,

    /// <summary>It waits for a work item.</summary>
    WaitsForWork,

    /// <summary>It waits until vCPUs have ended.</summary>
    WaitsForVcpus,

    /// <summary>It keeps its device open to the end of the run.</summary>
    StaysOpen,
}

/// <summary>What a <see cref="StateLog"/> reads of a run.</summary>
public sealed partial class RunEngine
{
    /// <summary>How many actors there are: those of the scenario, then the vCPUs of faults. Between their slots are those of the hardware.</summary>
    internal int ActorCount => _coreActors + Math.Max(0, _actors.Length - _firstRacer);

    /// <summary>Whether a slot is an actor's: all others are of hardware and of timers of faults.</summary>
    private bool IsActor(int slot) => slot < _coreActors || slot >= _firstRacer;

    /// <summary>The slot of an actor.</summary>
    internal int SlotOfActor(int actor) => actor < _coreActors ? actor : actor - _coreActors + _firstRacer;

    /// <summary>The actor that has a slot, counted without gaps: those of the scenario, then the vCPUs of faults.</summary>
    /// <param name="slot">A slot of an actor, or -1.</param>
    /// <returns>The actor's number, or -1.</returns>
    public int ActorOfSlot(int slot) => slot < _firstRacer ? slot : slot - _firstRacer + _coreActors;

    /// <summary>How an actor is called in a picture of the whole run: the vCPU of a fault belongs to many guests.</summary>
    internal string LaneName(int actor) => actor < _coreActors ? ActorName(actor) : $"vCPU of {Names.Fault(actor - _coreActors)}";

    internal ActorDeed DeedOf(int actor)
    {
        var index = SlotOfActor(actor);
        ref readonly var record = ref _actors[index];
        if (record.State == ActorState.Idle)
        {
            return ActorDeed.Nothing;
        }

        return _machine.Timers.IsReady(index) ? ActorDeed.Runs : record.Pending.Op switch
        {
            Op.Msleep => ActorDeed.Sleeps,
            Op.Lock or Op.LockShared => ActorDeed.WaitsForLock,
            Op.FlushWork => ActorDeed.WaitsForWork,
            Op.JoinVcpus => ActorDeed.WaitsForVcpus,
            Op.AwaitRest => ActorDeed.StaysOpen,
            _ => ActorDeed.Runs,
        };
    }

    /// <summary>The lock that an actor waits for, or -1.</summary>
    internal int WantedLockOf(int actor) => DeedOf(actor) == ActorDeed.WaitsForLock ? _actors[SlotOfActor(actor)].Pending.A : -1;
}
