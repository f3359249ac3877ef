using ApChaos.Abstractions;

namespace ApChaos.Running;

/// <summary>Who is ready, as sources of choices may see it.</summary>
public sealed partial class RunEngine
{
    /// <summary>Slots of the runs of this engine: actors, hardware events, timers of faults.</summary>
    public int SlotCount => _machine.Timers.Remaining.Length;

    /// <summary>
    /// A name of a slot that holds across scenarios of which parts were left out: guests and faults are named by where they came from.
    /// </summary>
    /// <param name="slot">The slot.</param>
    /// <param name="guests">For each guest its position in the scenario that it came from.</param>
    /// <param name="faults">For each fault its position in the plan that it came from.</param>
    /// <returns>The name.</returns>
    internal int NameOfSlot(int slot, IReadOnlyList<int> guests, IReadOnlyList<int> faults)
    {
        const int perKind = 1 << 20;
        if (slot < _vmmCount)
        {
            return slot;
        }

        if (slot < _firstWorker)
        {
            return perKind + (guests[_actors[slot].Guest] << 8) + _actors[slot].Vcpu;
        }

        if (slot < _coreActors)
        {
            return (2 * perKind) + slot - _firstWorker;
        }

        if (slot >= _firstRacer)
        {
            return (6 * perKind) + faults[slot - _firstRacer];
        }

        var fault = slot - _machine.FaultTimers;
        var guest = fault + _machine.Guests.Length;
        return fault >= 0 ? (3 * perKind) + (faults[fault / FaultEngine.TimersPerFault] * FaultEngine.TimersPerFault) + (fault % FaultEngine.TimersPerFault)
            : guest >= 0 ? (4 * perKind) + guests[guest]
            : (5 * perKind) + slot - _coreActors;
    }

    /// <summary>The view; asked only by sources that want it.</summary>
    private sealed class ReadySlots(RunEngine engine) : IReadySlots
    {
        // Bits of the objects: queues share the lower half.
        private const int QueueBits = 32;
        private const int LockBits = 16;
        private const int FirstLock = QueueBits;
        private const ulong Memory = 1UL << (FirstLock + LockBits);
        private const ulong Guests = 1UL << (FirstLock + LockBits + 1);
        private const ulong Operations = 1UL << (FirstLock + LockBits + 2);

        public int SlotCount => engine.SlotCount;

        public int Steps => engine.Steps;

        public int SlotAt(int answer)
        {
            var (timers, current) = (engine._machine.Timers, engine._current);
            return !timers.IsReady(current) ? timers.SlotAt(answer) : answer == 0 ? current : timers.OtherSlotAt(answer - 1, current);
        }

        public ulong ObjectsOf(int slot)
        {
            if (engine.IsActor(slot))
            {
                return ObjectsOf(in engine._actors[slot].Pending);
            }

            // A request that completes may store to a NIB and to a GISA: memory and guests are touched by all events of a queue.
            var queue = engine._machine.QueueOfSlot(slot);
            return queue < 0 ? IReadySlots.AllObjects : Queue(queue) | Memory | Guests;
        }

        private ulong ObjectsOf(in Request request) => request.Op switch
        {
            >= Op.Tapq and <= Op.Dqap when request.Op != Op.Qci && engine.QueueIndex(request.A) is >= 0 and var queue => Queue(queue),
            Op.Msleep or Op.Log or Op.Warn => 0,
            Op.Lock or Op.Unlock or Op.LockShared or Op.UnlockShared => 1UL << (FirstLock + (request.A % LockBits)),
            Op.PinPages or Op.UnpinPages => Memory,
            Op.GiscRegister or Op.GiscUnregister or Op.KvmGet or Op.KvmPut => Guests,
            Op.EnterOperation or Op.ExitOperation => Operations,
            _ => IReadySlots.AllObjects,
        };

        private static ulong Queue(int queue) => 1UL << (queue % QueueBits);
    }
}
