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
    internal int ActorCount => _actors.Length;

    internal ActorDeed DeedOf(int index)
    {
        ref readonly var actor = ref _actors[index];
        if (actor.State == ActorState.Idle)
        {
            return ActorDeed.Nothing;
        }

        return _machine.Timers.IsReady(index) ? ActorDeed.Runs : actor.Pending.Op switch
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
    internal int WantedLockOf(int index) => DeedOf(index) == ActorDeed.WaitsForLock ? _actors[index].Pending.A : -1;
}
