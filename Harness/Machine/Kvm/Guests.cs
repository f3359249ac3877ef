using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>Guests: struct kvm with its references, APCB masks, GISA, GISCs and the GIB alert (ap-facts §3 and §7).</summary>
public sealed partial class ApMachine
{
    /// <summary>Host ISC that registration returns (GIB's nisc).</summary>
    internal const int Nisc = 5;

    /// <summary>KVM's kicker: how long an alert takes to be processed.</summary>
    private const long AlertNs = 50 * VirtualTime.Microsecond;

    internal void CreateGuest(int guest)
    {
        ref var g = ref Guests[guest];
        g = default;
        g.Created = 1;
        g.References = 1;
        g.TakesOrders = 1;
        FillMemory(guest);
        Emit(EventKind.GuestCreated, -1, guest);
    }

    internal void GetKvm(int guest)
    {
        Guests[guest].References++;
        Emit(EventKind.KvmReference, -1, guest, Guests[guest].References, 1);
    }

    internal void PutKvm(int guest)
    {
        ref var g = ref Guests[guest];
        if (g.References == 0)
        {
            Emit(EventKind.UseAfterFree, -1, guest);
            return;
        }

        g.References--;
        Emit(EventKind.KvmReference, -1, guest, g.References, -1);
        if (g.References == 0)
        {
            Timers.Disarm(_guestTimers + guest);
            g.OnAlertList = 0;
            Emit(EventKind.GuestDestroyed, -1, guest, g.AlertMask);
        }
    }

    internal void CloseKvm(int guest)
    {
        Guests[guest].Closed = 1;
        PutKvm(guest);
    }

    internal void SetMasks(int guest, ulong adapters, ulong domains)
    {
        ref var g = ref Guests[guest];
        g.Adapters = adapters;
        g.Domains = domains;
        for (var queue = 0; queue < Queues.Length; queue++)
        {
            ref var q = ref Queues[queue];
            var granted = ((adapters >> AdapterOf(queue)) & 1) != 0 && ((domains >> (queue % _domainCount)) & 1) != 0;
            if (granted && q.Owner != guest)
            {
                var former = q.Owner;
                q.Owner = (sbyte)guest;
                Emit(EventKind.QueueGranted, queue, guest, former);
            }
            else if (!granted && q.Owner == guest)
            {
                q.Owner = -1;
                Emit(EventKind.QueueRevoked, queue, guest);
            }
        }
    }

    internal long RegisterGisc(int guest, int isc)
    {
        ref var g = ref Guests[guest];
        var error = g.References == 0 ? ENODEV : isc is < 0 or > 7 ? ERANGE : 0;
        if (error != 0)
        {
            Emit(EventKind.GiscFailed, -1, guest, isc, error, 0, Op.GiscRegister);
            return -error;
        }

        g.Giscs[isc]++;
        g.AlertMask |= (byte)(0x80 >> isc);
        RestoreIam(ref g);
        Emit(EventKind.GiscRegistered, -1, guest, isc, g.Giscs[isc]);
        return Nisc;
    }

    /// <summary>A fault lets a registration fail.</summary>
    /// <returns>The errno, negative.</returns>
    internal long FailGisc(int guest, int isc, int error)
    {
        Emit(EventKind.GiscFailed, -1, guest, isc, error, 0, Op.GiscRegister);
        return -error;
    }

    internal long UnregisterGisc(int guest, int isc)
    {
        ref var g = ref Guests[guest];
        var error = g.References == 0 ? ENODEV : isc is < 0 or > 7 ? ERANGE : g.Giscs[isc] == 0 ? EINVAL : 0;
        if (error != 0)
        {
            Emit(EventKind.GiscFailed, -1, guest, isc, error, 0, Op.GiscUnregister);
            return -error;
        }

        g.Giscs[isc]--;
        if (g.Giscs[isc] == 0)
        {
            g.AlertMask &= unchecked((byte)~(0x80 >> isc));
            RestoreIam(ref g);
        }

        Emit(EventKind.GiscUnregistered, -1, guest, isc, g.Giscs[isc]);
        return 0;
    }

    /// <summary>A vCPU takes what is pending.</summary>
    internal int TakeInterrupts(int guest)
    {
        ref var g = ref Guests[guest];
        var pending = g.Ipm;
        if (pending != 0)
        {
            g.Ipm = 0;
            Emit(EventKind.InterruptDelivered, -1, guest, pending);
        }

        return pending;
    }

    private static void RestoreIam(ref GuestState g)
    {
        // The IAM cannot be changed while the GISA is on the alert list (ap-facts §7.5).
        if (g.OnAlertList == 0)
        {
            g.Iam = g.AlertMask;
        }
    }

    private void StoreGisa(int queue, int guest, int gisc)
    {
        ref var g = ref Guests[guest];
        var alive = g.References > 0;
        Emit(EventKind.IpmStore, queue, guest, gisc, alive ? 1 : 0);
        if (!alive)
        {
            return;
        }

        g.Ipm |= (byte)(0x80 >> gisc);
        if ((g.Iam & g.Ipm) != 0 && g.OnAlertList == 0)
        {
            g.OnAlertList = 1;
            if (Firmware.AlertListIam == AlertListIam.Cleared)
            {
                g.Iam = 0;
            }

            Timers.Arm(_guestTimers + guest, AlertNs);
            Emit(EventKind.GibAlert, -1, guest);
        }
    }

    private void AlertProcessed(int guest)
    {
        ref var g = ref Guests[guest];
        g.OnAlertList = 0;
        RestoreIam(ref g);
        WakeVcpus(guest);
    }
}
