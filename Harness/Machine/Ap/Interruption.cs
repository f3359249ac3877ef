using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>AQIC and the stores of the hardware: NIB and IPM (ap-facts §5.4 and §7).</summary>
public sealed partial class ApMachine
{
    private const byte NibFlight = 1;
    private const byte IpmFlight = 2;
    private const long LateIpmNs = 100 * VirtualTime.Microsecond;

    private ResponseCode ControlInterruption(int queue, int control, long nib, int guest, ActorClass issuer)
    {
        ref var q = ref Queues[queue];
        if (q.Reset != ResetKind.None)
        {
            // Only with AqicDuringReset = accepted-then-lost: RC 00, and nothing happens.
            return ResponseCode.Normal;
        }

        var enable = (control & 1) != 0;
        var site = new AqicSite { Queue = queue, Enable = enable, Issuer = issuer };
        if (Faults is { WatchesAqic: true } faults)
        {
            faults.OnAqicAnswer(ref site);
            if (site.Answer != ResponseCode.Normal)
            {
                return site.Answer;
            }
        }

        if (q.Irq is IrqState.Enabling or IrqState.Disabling)
        {
            return Firmware.Aqic07Meaning == Aqic07Meaning.Already ? ResponseCode.Busy : ResponseCode.OtherwiseChanged;
        }

        var alreadySo = enable == (q.Irq == IrqState.On);
        if (alreadySo && (!enable || Firmware.Aqic07Meaning != Aqic07Meaning.InProgress))
        {
            return Firmware.Aqic07Meaning == Aqic07Meaning.InProgress ? ResponseCode.Normal : ResponseCode.OtherwiseChanged;
        }

        if (enable)
        {
            if (nib >> PageShift < FirstPage || nib >> PageShift >= Pages.Length + FirstPage)
            {
                return ResponseCode.InvalidAddress;
            }

            if (guest >= Guests.Length || (guest >= 0 && Guests[guest].References == 0))
            {
                return ResponseCode.InvalidGisa;
            }

            if (alreadySo)
            {
                // RC 00 promises that the hardware is done with the old NIB: the issuer gives it back (ap-facts §8.1).
                CancelStores(ref q, queue);
            }

            q.Irq = IrqState.Enabling;
            q.NextNib = nib;
            q.NextGisc = (byte)((control >> 4) & 7);
            q.NextGuest = (sbyte)guest;
        }
        else
        {
            q.Irq = IrqState.Disabling;
        }

        site.LatencyNs = Choose(ChoiceLabel.AqicLatency, Firmware.AqicLatencyNs);
        if (Faults is { WatchesAqic: true } active)
        {
            active.OnAqicStart(ref site);
        }

        if (site.LatencyNs == 0)
        {
            CompleteAqic(queue);
        }
        else
        {
            Timers.Arm(QueueTimer(queue, AqicTimer), site.LatencyNs);
        }

        return ResponseCode.Normal;
    }

    /// <summary>Bounds an AQIC that is not real yet, when the faults are lifted. In a reset it is the reset that ends it.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="longestNs">How long it may take at most.</param>
    internal void BoundAqic(int queue, long longestNs)
    {
        ref readonly var q = ref Queues[queue];
        var timer = QueueTimer(queue, AqicTimer);
        if (q.Irq is IrqState.Enabling or IrqState.Disabling && q.Reset == ResetKind.None && !Timers.IsReady(timer) && Timers.Remaining[timer] > longestNs)
        {
            Timers.Arm(timer, longestNs);
        }
    }

    private void CompleteAqic(int queue)
    {
        ref var q = ref Queues[queue];
        if (q.Irq == IrqState.Enabling)
        {
            q.Irq = IrqState.On;
            q.Nib = q.NextNib;
            q.Gisc = q.NextGisc;
            q.IrqGuest = q.NextGuest;
            Emit(EventKind.IrqOn, queue, q.IrqGuest, q.Nib, q.Gisc);
        }
        else
        {
            SwitchIrqOff(queue);
        }
    }

    /// <summary>Interruption goes off. A store under way is cancelled, unless the profile lets it land late.</summary>
    private void SwitchIrqOff(int queue)
    {
        ref var q = ref Queues[queue];
        if (q.Irq == IrqState.Off)
        {
            return;
        }

        var wasReal = q.Irq != IrqState.Enabling;
        var busy = q.Flight != 0 || (wasReal && q.RequestCount > 0);
        q.Irq = IrqState.Off;
        q.NextGuest = -1;
        CancelStores(ref q, queue);
        Emit(EventKind.IrqOff, queue, q.IrqGuest);
        if (busy)
        {
            var late = Choose(ChoiceLabel.PokeWindow, Firmware.PokeWindowNs);
            if (late > 0)
            {
                StartStores(queue, late);
            }
        }

        q.IrqGuest = -1;
    }

    private void CancelStores(ref QueueState q, int queue)
    {
        Timers.Disarm(QueueTimer(queue, NibStoreTimer));
        Timers.Disarm(QueueTimer(queue, IpmStoreTimer));
        q.Flight = 0;
    }

    /// <summary>A reply is ready and interruption is on: NIB and IPM are stored, unless a store is under way that serves this one too.</summary>
    private void AnnounceReply(int queue)
    {
        var site = new StoreSite { Queue = queue };
        if (Queues[queue].Flight == 0 && Faults is { WatchesStores: true } faults)
        {
            faults.OnStore(ref site);
        }

        StartStores(queue, site.DelayNs);
    }

    private void StartStores(int queue, long delayNs)
    {
        ref var q = ref Queues[queue];
        if (q.Flight != 0)
        {
            return;
        }

        q.Flight = NibFlight | IpmFlight;
        q.FlightNib = q.Nib;
        q.FlightGisc = q.Gisc;
        q.FlightGuest = q.IrqGuest;
        Timers.Arm(QueueTimer(queue, Firmware.NibIpmOrder == NibIpmOrder.IpmFirst ? IpmStoreTimer : NibStoreTimer), delayNs);
    }

    private void StoreNib(int queue)
    {
        ref var q = ref Queues[queue];
        q.Flight &= unchecked((byte)~NibFlight);
        StoreByte(queue, q.FlightGuest, q.FlightNib);
        if ((q.Flight & IpmFlight) != 0)
        {
            Timers.Arm(QueueTimer(queue, IpmStoreTimer), Firmware.NibIpmOrder == NibIpmOrder.LateIpm ? LateIpmNs : 0);
        }
    }

    private void StoreIpm(int queue)
    {
        ref var q = ref Queues[queue];
        q.Flight &= unchecked((byte)~IpmFlight);
        if (q.FlightGuest >= 0)
        {
            StoreGisa(queue, q.FlightGuest, q.FlightGisc);
        }

        if ((q.Flight & NibFlight) != 0)
        {
            Timers.Arm(QueueTimer(queue, NibStoreTimer), 0);
        }
    }
}
