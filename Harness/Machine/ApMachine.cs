using System.Runtime.CompilerServices;
using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>
/// The emulated machine: AP bus, guest memory, KVM, locks, work items, under virtual time. It answers one operation of one actor at a
/// time and has hardware events of its own; both leave events.
/// </summary>
/// <remarks>
/// The machine never decides anything: whatever published sources leave open is a knob of the firmware profile, and whatever a run
/// leaves open is asked of <see cref="Choices"/>. One file for each part: Ap/ (instructions, resets, interruption, messages), Memory/,
/// Kvm/, Host/ (locks, work items, adapters).
/// </remarks>
public sealed partial class ApMachine : IMachineView
{
    /// <summary>Most messages in a queue's fifo.</summary>
    public const int DepthMax = 8;

    /// <summary>Errno: no such device.</summary>
    internal const int ENODEV = 19;

    /// <summary>Errno: bad address.</summary>
    internal const int EFAULT = 14;

    /// <summary>Errno: invalid argument.</summary>
    internal const int EINVAL = 22;

    /// <summary>Errno: out of range.</summary>
    internal const int ERANGE = 34;

    /// <summary>Errno: interrupted.</summary>
    internal const int EINTR = 4;

    internal readonly Topology Topology;
    internal readonly FirmwareProfile Firmware;
    internal readonly DriverData Driver;
    internal readonly Timers Timers;

    internal readonly QueueState[] Queues;
    internal readonly AdapterState[] Adapters;
    internal readonly PageState[] Pages;
    internal readonly GuestState[] Guests;
    internal readonly LockState[] Locks;
    internal readonly WorkState[] Works;
    internal readonly byte[] Objects;
    internal int ObjectCount;
    internal bool ScanPending;

    /// <summary>How many queues the AP bus is asked to bind or unbind.</summary>
    internal int BusOrders;

    private readonly int _domainCount;
    private readonly byte[] _adapterOf;
    private readonly QueueTable _queueTable;
    private readonly int _queueTimers;
    private readonly int _adapterTimers;
    private readonly int _guestTimers;
    private MachineEvent[] _events = new MachineEvent[64];
    private int _eventCount;

    /// <summary>Makes a machine.</summary>
    /// <param name="topology">Its shape.</param>
    /// <param name="firmware">Its hardware.</param>
    /// <param name="actors">How many actors ask it.</param>
    /// <param name="extraTimers">How many timer slots the faults need.</param>
    /// <param name="driver">The driver's records.</param>
    internal ApMachine(Topology topology, FirmwareProfile firmware, int actors, int extraTimers, DriverData driver)
    {
        Topology = topology;
        Firmware = firmware;
        Driver = driver;
        ActorCount = actors;
        _domainCount = topology.Domains.Count;
        _queueTimers = actors;
        _adapterTimers = _queueTimers + (topology.QueueCount * TimersPerQueue);
        _guestTimers = _adapterTimers + topology.Adapters.Count;
        FaultTimers = _guestTimers + topology.Guests.Count;
        Timers = new Timers(FaultTimers + extraTimers);
        Queues = new QueueState[topology.QueueCount];
        Adapters = new AdapterState[topology.Adapters.Count];
        Pages = new PageState[topology.Guests.Count * topology.PagesPerGuest];
        Guests = new GuestState[topology.Guests.Count];
        Locks = new LockState[KernelLock.FixedCount + topology.Guests.Count];
        Works = new WorkState[topology.QueueCount];
        Objects = new byte[64];
        driver.Resize(topology.QueueCount, topology.Mdevs.Count);
        driver.AdapterCount = topology.Adapters.Count;
        driver.DomainCount = topology.Domains.Count;
        _adapterOf = [.. Enumerable.Range(0, topology.QueueCount).Select(q => (byte)(q / _domainCount))];
        _queueTable = new QueueTable(topology);
        driver.Apqns = [.. Enumerable.Range(0, topology.QueueCount).Select(q => topology.ApqnOf(q).Value)];
    }

    internal const int TimersPerQueue = 7;
    internal const int ResetEndTimer = 0;
    internal const int IrqOffTimer = 1;
    internal const int ServiceTimer = 2;
    internal const int NibStoreTimer = 3;
    internal const int IpmStoreTimer = 4;
    internal const int AqicTimer = 5;
    internal const int StateChangeTimer = 6;

    /// <summary>Faults that are asked at the machine's hooks; set by the run.</summary>
    internal FaultHost? Faults { get; set; }

    /// <summary>Where situations are noted, or null.</summary>
    internal SituationLog? Situations { get; set; }

    /// <summary>Where open questions are answered; set by the run.</summary>
    internal Choices Choices { get; set; } = null!;

    internal int ActorCount { get; }

    /// <summary>First timer slot of the faults.</summary>
    internal int FaultTimers { get; }

    /// <inheritdoc/>
    public long NowNs => Timers.NowNs;

    /// <summary>Events since the last <see cref="ClearEvents"/>.</summary>
    internal Span<MachineEvent> Events => _events.AsSpan(0, _eventCount);

    /// <summary>Puts the machine into its state at the start of a run: queues bound, mdevs assigned, no guest.</summary>
    internal void Reset()
    {
        Timers.Reset();
        Array.Clear(Adapters);
        Array.Clear(Guests);
        Array.Clear(Locks);
        Array.Clear(Works);
        Array.Clear(Objects);
        ObjectCount = 0;
        ScanPending = false;
        BusOrders = 0;
        _eventCount = 0;
        for (var i = 0; i < Queues.Length; i++)
        {
            Queues[i] = new QueueState { Owner = -1, Taint = -1, IrqGuest = -1, NextGuest = -1, FlightGuest = -1, Bound = 1 };
            Driver.AllQueues[i] = new QueueRecord { Alive = QueueRecord.Known, SavedIsc = ApQueue.IscInvalid };
        }

        for (var i = 0; i < Pages.Length; i++)
        {
            Pages[i] = new PageState { Owner = NotInUse };
        }

        for (var i = 0; i < Driver.MdevCount; i++)
        {
            // It was assigned when all its queues were bound and clean: nothing of it was filtered.
            var (adapters, domains) = (Topology.Mdevs[i].Adapters, Topology.Mdevs[i].Domains);
            Driver.AllMdevs[i] = new MdevRecord { Alive = 1, Adapters = adapters, Domains = domains, ShadowAdapters = adapters, ShadowDomains = domains };
        }
    }

    internal void ClearEvents() => _eventCount = 0;

    /// <summary>Lets the hardware event of a due timer slot happen.</summary>
    /// <param name="slot">The slot, not an actor's and not a fault's.</param>
    internal void Hardware(int slot)
    {
        Timers.Disarm(slot);
        if (slot >= _guestTimers)
        {
            AlertProcessed(slot - _guestTimers);
            return;
        }

        if (slot >= _adapterTimers)
        {
            DrainEnded(slot - _adapterTimers);
            return;
        }

        var queue = (slot - _queueTimers) / TimersPerQueue;
        switch ((slot - _queueTimers) % TimersPerQueue)
        {
            case ResetEndTimer:
                CompleteReset(queue);
                break;
            case IrqOffTimer:
                SwitchIrqOff(queue);
                break;
            case ServiceTimer:
                CompleteRequest(queue);
                break;
            case NibStoreTimer:
                StoreNib(queue);
                break;
            case IpmStoreTimer:
                StoreIpm(queue);
                break;
            case AqicTimer:
                CompleteAqic(queue);
                break;
            default:
                EndStateChange(queue);
                break;
        }
    }

    /// <summary>What the hardware event of a timer slot is, for traces.</summary>
    /// <param name="slot">The slot.</param>
    /// <returns>The text.</returns>
    internal string DescribeSlot(int slot)
    {
        if (slot >= _guestTimers)
        {
            return $"GIB alert of G{slot - _guestTimers + 1} processed";
        }

        if (slot >= _adapterTimers)
        {
            return $"adapter {Topology.Adapters[slot - _adapterTimers]:x2} drained";
        }

        var queue = (slot - _queueTimers) / TimersPerQueue;
        var what = ((slot - _queueTimers) % TimersPerQueue) switch
        {
            ResetEndTimer => "reset of {0} ends",
            IrqOffTimer => "interruption of {0} goes off",
            ServiceTimer => "request on {0} completes",
            NibStoreTimer => "NIB store of {0}",
            IpmStoreTimer => "IPM store of {0}",
            AqicTimer => "AQIC of {0} becomes real",
            _ => "state change of {0} ends",
        };
        return string.Format(System.Globalization.CultureInfo.InvariantCulture, what, Topology.ApqnOf(queue));
    }

    /// <summary>Queue whose hardware event a timer slot is, or -1 for other slots.</summary>
    internal int QueueOfSlot(int slot) => slot >= _queueTimers && slot < _adapterTimers ? (slot - _queueTimers) / TimersPerQueue : -1;

    /// <summary>Position of a queue, or -1.</summary>
    internal int QueueOf(Apqn apqn) => _queueTable.IndexOf(apqn);

    internal int QueueTimer(int queue, int timer) => _queueTimers + (queue * TimersPerQueue) + timer;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref MachineEvent Emit(EventKind kind, int queue = -1, int guest = -1, long a = 0, long b = 0, long c = 0, Op op = Op.None)
    {
        if (_eventCount == _events.Length)
        {
            Array.Resize(ref _events, _eventCount * 2);
        }

        ref var e = ref _events[_eventCount++];
        e.Kind = kind;
        e.Queue = (short)queue;
        e.Guest = (short)guest;
        e.A = a;
        e.B = b;
        e.C = c;
        e.Op = op;
        return ref e;
    }

    private long Choose(ChoiceLabel label, long[] values) => values.Length == 1 ? values[0] : values[Choices.Next(label, values.Length)];

    private int AdapterOf(int queue) => _adapterOf[queue];
}

/// <summary>The faults of a run, as the machine asks them.</summary>
internal abstract class FaultHost
{
    /// <summary>Whether any armed fault uses the instruction hooks or triggers.</summary>
    internal bool WatchesInstructions;

    /// <summary>Whether any armed fault uses the reset hook.</summary>
    internal bool WatchesResets;

    /// <summary>Whether any armed fault uses the hooks of AQIC.</summary>
    internal bool WatchesAqic;

    /// <summary>Whether any armed fault uses the hook of the hardware's stores.</summary>
    internal bool WatchesStores;

    /// <summary>Whether any armed fault uses the hook of requests.</summary>
    internal bool WatchesRequests;

    /// <summary>An instruction is about to be answered.</summary>
    internal abstract void BeforeInstruction(ref InstructionSite site);

    /// <summary>An instruction was answered.</summary>
    internal abstract void AfterInstruction(Op op, int queue, ActorClass issuer);

    /// <summary>A reset begins.</summary>
    internal abstract void OnResetStart(ref ResetSite site);

    /// <summary>An AQIC is about to be answered.</summary>
    internal virtual void OnAqicAnswer(ref AqicSite site)
    {
    }

    /// <summary>An AQIC was accepted.</summary>
    internal virtual void OnAqicStart(ref AqicSite site)
    {
    }

    /// <summary>The stores that announce a reply begin.</summary>
    internal virtual void OnStore(ref StoreSite site)
    {
    }

    /// <summary>The adapter begins to work on a request.</summary>
    internal virtual void OnRequestStart(ref RequestSite site)
    {
    }
}
