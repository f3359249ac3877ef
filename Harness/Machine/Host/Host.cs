using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>The host around the driver: locks, work items, tracked objects, adapters that come and go.</summary>
public sealed partial class ApMachine
{
    /// <summary>Set by the run: wakes the sleeping vCPUs of a guest.</summary>
    internal Action<int> WakeVcpus { get; set; } = static _ => { };

    internal bool CanLock(int index, bool shared) => Locks[index].Holder == 0 && (shared || Locks[index].Readers == 0);

    internal void TakeLock(int index, int actor, bool shared)
    {
        ref var l = ref Locks[index];
        if (l.Holder == 0 && l.Readers == 0)
        {
            l.TakenNs = NowNs;
        }

        if (shared)
        {
            l.Readers++;
        }
        else
        {
            l.Holder = (short)(actor + 1);
        }

        Emit(EventKind.LockTaken, -1, -1, index, shared ? 1 : 0);
    }

    /// <summary>Gives a lock back.</summary>
    /// <returns>Whether somebody may take it now.</returns>
    internal bool GiveLock(int index, int actor, bool shared)
    {
        ref var l = ref Locks[index];
        if (shared ? l.Readers == 0 : l.Holder != actor + 1)
        {
            Emit(EventKind.LockMisused, -1, -1, index);
            return false;
        }

        if (shared)
        {
            l.Readers--;
        }
        else
        {
            l.Holder = 0;
        }

        Emit(EventKind.LockReleased, -1, -1, index, NowNs - l.TakenNs);
        return l.Waiters > 0;
    }

    internal long Allocate()
    {
        // A handle is used again only when there is no other: a use after free must not hit somebody else's object.
        var handle = ObjectCount < Objects.Length ? ++ObjectCount : Array.IndexOf(Objects, (byte)0) + 1;
        if (handle > 0)
        {
            Objects[handle - 1] = 1;
            Emit(EventKind.Allocated, -1, -1, handle);
        }

        return handle;
    }

    internal void Release(long handle)
    {
        var valid = handle >= 1 && handle <= ObjectCount && Objects[handle - 1] != 0;
        if (valid)
        {
            Objects[handle - 1] = 0;
        }

        Emit(EventKind.Freed, -1, -1, handle, valid ? 0 : 1);
    }

    /// <summary>The queue leaves vfio_ap; the host's own driver has it now.</summary>
    internal void FreeQueue(int queue)
    {
        if (Driver.Queue(queue).Alive == 0)
        {
            Emit(EventKind.UseAfterFree, queue);
            return;
        }

        Leave(queue);
    }

    /// <summary>The queue is bound to vfio_ap, whose probe function gets it.</summary>
    internal void BindQueue(int queue)
    {
        Driver.Queue(queue) = new QueueRecord { Alive = QueueRecord.InProbe, SavedIsc = ApQueue.IscInvalid };
        Queues[queue].Bound = 1;
        Emit(EventKind.QueueBound, queue);
    }

    /// <summary>The probe function is done; a driver that allocates nothing has the queue now.</summary>
    internal void ProbeDone(int queue)
    {
        ref var record = ref Driver.Queue(queue);
        record.Alive = record.Alive == QueueRecord.InProbe ? QueueRecord.Known : record.Alive;
    }

    /// <summary>vfio_ap did not take the queue.</summary>
    internal void ProbeFailed(int queue) => Leave(queue);

    private void Leave(int queue)
    {
        if (Driver.Queue(queue).Structure != 0)
        {
            Release(Driver.Queue(queue).Structure);
        }

        Driver.Queue(queue).Alive = 0;
        Queues[queue].Bound = 0;
        Emit(EventKind.QueueUnbound, queue);
    }

    /// <summary>Takes an adapter out of service by SCLP: instructions are answered RC 03.</summary>
    /// <param name="adapter">Position of the adapter.</param>
    internal void Deconfigure(int adapter)
    {
        ref var state = ref Adapters[adapter];
        if (state.Deconfigured != 0)
        {
            return;
        }

        state.Deconfigured = 1;
        Emit(EventKind.AdapterDeconfigured, -1, -1, adapter);
        if (Firmware.DeconfigReset == DeconfigReset.Immediate)
        {
            Quiesce(adapter);
            return;
        }

        state.Draining = 1;
        var drain = Choose(ChoiceLabel.DrainTime, Firmware.DrainTimeNs);
        Timers.Arm(_adapterTimers + adapter, drain);
        for (var queue = adapter * _domainCount; queue < (adapter + 1) * _domainCount; queue++)
        {
            if (Firmware.StateAfterReconfig == StateAfterReconfig.Clean)
            {
                // The drain ends in a reset that zeroizes: it is under way from now on.
                Queues[queue].ZeroizedSinceUse = 1;
            }

            if (Queues[queue].RequestCount > 0 && Queues[queue].Reset == ResetKind.None)
            {
                Timers.Disarm(QueueTimer(queue, ServiceTimer));
                LetRequestComplete(queue, drain);
            }
        }
    }

    /// <summary>Puts an adapter into service again.</summary>
    /// <param name="adapter">Position of the adapter.</param>
    internal void Configure(int adapter)
    {
        ref var state = ref Adapters[adapter];
        if (state.Deconfigured == 0)
        {
            return;
        }

        state.Deconfigured = 0;
        if (state.Draining != 0)
        {
            DrainEnded(adapter);
        }
        else if (Firmware.StateAfterReconfig == StateAfterReconfig.Clean)
        {
            ResetAdapter(adapter);
        }

        ResumeAdapter(adapter);
        Emit(EventKind.AdapterConfigured, -1, -1, adapter);
        ScanPending = true;
    }

    private void DrainEnded(int adapter)
    {
        ref var state = ref Adapters[adapter];
        if (state.Draining == 0)
        {
            return;
        }

        state.Draining = 0;
        Timers.Disarm(_adapterTimers + adapter);
        Quiesce(adapter);
    }
}
