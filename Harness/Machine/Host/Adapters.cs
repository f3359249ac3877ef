using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>
/// What happens to adapters besides deconfiguration: checkstop, leaving the configuration, the subsystem reset of a guest. What becomes of
/// the queues is a knob each (ap-facts §6 points 9 to 11, §12): they are reset, or held as they are.
/// </summary>
public sealed partial class ApMachine
{
    /// <summary>An adapter goes into checkstop, or comes out of it: instructions are answered RC 04 meanwhile.</summary>
    /// <param name="adapter">Position of the adapter.</param>
    /// <param name="on">Whether it goes into checkstop.</param>
    internal void Checkstop(int adapter, bool on)
    {
        ref var state = ref Adapters[adapter];
        if (state.Checkstopped != 0 == on)
        {
            return;
        }

        state.Checkstopped = on ? (byte)1 : (byte)0;
        Emit(EventKind.AdapterCheckstopped, -1, -1, adapter, on ? 1 : 0);
        if (!on)
        {
            ResumeAdapter(adapter);
            ScanPending = true;
        }
        else if (Firmware.CheckstopReset == CheckstopReset.Resets)
        {
            ResetAdapter(adapter);
        }
        else
        {
            HoldAdapter(adapter);
        }
    }

    /// <summary>
    /// Takes an adapter out of the configuration of this partition: QCI does not show it and instructions are answered RC 01. Where the
    /// machine resets only on reassignment the queues go on working: their requests complete and notify.
    /// </summary>
    /// <param name="adapter">Position of the adapter.</param>
    internal void RemoveFromConfiguration(int adapter)
    {
        ref var state = ref Adapters[adapter];
        if (state.Removed != 0)
        {
            return;
        }

        state.Removed = 1;
        Emit(EventKind.AdapterRemoved, -1, -1, adapter);
        if (Firmware.RemovalReset == RemovalReset.MachineResets)
        {
            ResetAdapter(adapter);
        }

        ScanPending = true;
    }

    /// <summary>Gives an adapter back to the configuration of this partition: a reassignment.</summary>
    /// <param name="adapter">Position of the adapter.</param>
    internal void AddToConfiguration(int adapter)
    {
        ref var state = ref Adapters[adapter];
        if (state.Removed == 0)
        {
            return;
        }

        if (Firmware.RemovalReset == RemovalReset.OnReassignment)
        {
            ResetAdapter(adapter);
        }

        state.Removed = 0;
        Emit(EventKind.AdapterAdded, -1, -1, adapter);
        ScanPending = true;
    }

    /// <summary>A guest's subsystem reset: KVM clears the GISA's pending interruptions; whether the machine resets queues is a knob.</summary>
    /// <param name="guest">The guest.</param>
    internal void SubsystemReset(int guest)
    {
        var reached = 0;
        for (var queue = 0; queue < Queues.Length; queue++)
        {
            reached += IsInReach(queue, guest) ? 1 : 0;
        }

        Guests[guest].Ipm = 0;
        Emit(EventKind.SubsystemReset, -1, guest, reached);
        for (var queue = 0; queue < Queues.Length; queue++)
        {
            if (!IsInReach(queue, guest))
            {
                continue;
            }

            if (Queues[queue].Reset == ResetKind.None)
            {
                StartReset(queue, ResetKind.Zapq, ActorClass.Hardware, -1);
            }
            else
            {
                ResetWhileResetting(queue, ResetKind.Zapq, ActorClass.Hardware);
            }
        }
    }

    private bool IsInReach(int queue, int guest) =>
        Firmware.SubsystemResetReach == SubsystemResetReach.AllApqns && Queues[queue].Owner == guest && AdapterUsable(queue);

    private void ResetAdapter(int adapter)
    {
        for (var queue = adapter * _domainCount; queue < (adapter + 1) * _domainCount; queue++)
        {
            Queues[queue].Reset = ResetKind.Zapq;
            Queues[queue].NextReset = ResetKind.None;
            Queues[queue].ZeroizedSinceUse = 1;
            CompleteReset(queue);
        }
    }

    /// <summary>A deconfigured adapter does nothing from now on: reset, or held where the profile lets it come back as it was.</summary>
    private void Quiesce(int adapter)
    {
        if (Firmware.StateAfterReconfig == StateAfterReconfig.Clean)
        {
            ResetAdapter(adapter);
        }
        else
        {
            HoldAdapter(adapter);
        }
    }

    /// <summary>Nothing completes or notifies any more; messages, keys and interruption stay. A reset or AQIC under way still ends.</summary>
    private void HoldAdapter(int adapter)
    {
        for (var queue = adapter * _domainCount; queue < (adapter + 1) * _domainCount; queue++)
        {
            Timers.Disarm(QueueTimer(queue, ServiceTimer));
            CancelStores(ref Queues[queue], queue);
        }
    }

    private void ResumeAdapter(int adapter)
    {
        for (var queue = adapter * _domainCount; queue < (adapter + 1) * _domainCount; queue++)
        {
            ServeNext(queue);
        }
    }

    /// <summary>Whether an adapter works on requests.</summary>
    private bool Serves(int adapter)
    {
        ref readonly var state = ref Adapters[adapter];
        return state.Checkstopped == 0 && (state.Deconfigured == 0 || state.Draining != 0);
    }
}
