using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>What of the machine is state, component by component. Fields that nobody will read again are cleared before they are saved.</summary>
public sealed partial class ApMachine
{
    /// <summary>Saves or restores the machine: a component for each queue with its timers, and one each for what changes together.</summary>
    internal void Keep(StateImage image)
    {
        for (var queue = 0; queue < Queues.Length; queue++)
        {
            if (!image.Passes())
            {
                KeepQueue(image, queue);
                image.End();
            }

            image.Cut();
        }

        if (!image.Passes())
        {
            KeepGuests(image);
            image.End();
        }

        image.Cut();
        if (!image.Passes())
        {
            image.Values<PageState>(Pages);
            image.End();
        }

        image.Cut();
        if (!image.Passes())
        {
            KeepHost(image);
            image.End();
        }

        image.Cut();
    }

    private void KeepQueue(StateImage image, int queue)
    {
        if (image.Forgets)
        {
            ClearDead(ref Queues[queue]);
        }

        image.Value(ref Queues[queue]);
        image.Value(ref Works[queue]);
        for (var timer = 0; timer < TimersPerQueue; timer++)
        {
            Timers.Keep(image, QueueTimer(queue, timer));
        }
    }

    private void KeepGuests(StateImage image)
    {
        for (var guest = 0; guest < Guests.Length; guest++)
        {
            ref var g = ref Guests[guest];
            if (image.Forgets && (g.Orders & VmmOrders.Unmap) == 0)
            {
                g.UnmapIova = 0;
                g.UnmapLength = 0;
            }

            image.Value(ref g);
            Timers.Keep(image, _guestTimers + guest);
        }
    }

    private void KeepHost(StateImage image)
    {
        for (var adapter = 0; adapter < Adapters.Length; adapter++)
        {
            image.Value(ref Adapters[adapter]);
            Timers.Keep(image, _adapterTimers + adapter);
        }

        foreach (ref var l in Locks.AsSpan())
        {
            // Since when it is held is what oracles remember for themselves.
            image.Value(ref l.Holder);
            image.Value(ref l.Readers);
            image.Value(ref l.Waiters);
            if (!image.IsSaving)
            {
                l.TakenNs = NowNs;
            }
        }

        image.Values<byte>(Objects);
        image.Value(ref ObjectCount);
        image.Value(ref ScanPending);
        image.Value(ref BusOrders);
    }

    /// <summary>First timer slot of a queue.</summary>
    internal int FirstTimerOf(int queue) => QueueTimer(queue, 0);

    /// <summary>Timer slot of an adapter.</summary>
    internal int TimerOfAdapter(int adapter) => _adapterTimers + adapter;

    /// <summary>Timer slot of a guest.</summary>
    internal int TimerOfGuest(int guest) => _guestTimers + guest;

    private static void ClearDead(ref QueueState q)
    {
        for (var i = (int)q.RequestCount; i < DepthMax; i++)
        {
            q.Requests[i] = default;
        }

        for (var i = (int)q.ReplyCount; i < DepthMax; i++)
        {
            q.Replies[i] = default;
        }

        if (q.Flight == 0)
        {
            q.FlightNib = 0;
            q.FlightGisc = 0;
            q.FlightGuest = -1;
        }

        if (q.Irq != IrqState.Enabling)
        {
            q.NextNib = 0;
            q.NextGisc = 0;
            q.NextGuest = -1;
        }
    }
}
