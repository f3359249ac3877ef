using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Suites.Engine.Machine;

/// <summary>
/// A machine on the test bench: two adapters (05, 06) with two domains (04, 47); guests G1, then G3, on adapter 05, guest G2 on adapter
/// 06. G1 and G2 exist and own their queues 0, 1 and 2, 3. Time passes when a test lets it; simultaneous events come in slot order.
/// </summary>
/// <remarks>
/// The hardware is <c>documented</c> with every duration fixed (a reset takes 10 ms, a request 1 ms, an AQIC nothing), so that nothing is
/// left to choose but what a test opens itself. A choice that the test did not answer is an error.
/// </remarks>
internal sealed class Bench : ChoiceSource
{
    public const long Ms = VirtualTime.Millisecond;
    public const long Us = VirtualTime.Microsecond;
    public const int G1 = 0;
    public const int G2 = 1;
    public const int G3 = 2;
    public const int Host = -1;

    /// <summary>Host address of byte 0x240 of G1's first page.</summary>
    public const long Nib = (ApMachine.FirstPage << 12) | 0x240;

    private const string Fixed = """
        "reset-duration": ["10ms"], "service-time": ["1ms"], "aqic-latency": ["0ms"], "drain-time": ["5ms"]
        """;

    private readonly List<MachineEvent> events = [];
    private readonly Queue<int> answers = [];

    /// <param name="knobs">Knobs that differ, for instance <c>"irq-off-point": "at-async-end"</c>; they win over the fixed ones.</param>
    public Bench(string knobs = "", Topology? topology = null)
    {
        Topology shape = topology ?? Shape;
        Machine = new ApMachine(shape, Firmware(knobs), actors: 2, extraTimers: 1, new DriverData()) { Choices = new Choices(this) };
        Machine.Reset();
        for (int guest = 0; guest < shape.Guests.Count; guest++)
        {
            if (shape.Guests[guest].Predecessor >= 0)
                continue;
            Machine.CreateGuest(guest);
            Machine.Driver.Mdev(shape.Guests[guest].Mdev).Kvm = (byte)(guest + 1);
            MdevShape mdev = shape.Mdevs[shape.Guests[guest].Mdev];
            Machine.SetMasks(guest, mdev.Adapters, mdev.Domains);
        }

        Machine.ClearEvents();
    }

    public static Topology Shape { get; } = new()
    {
        Adapters = [5, 6],
        Domains = [4, 71],
        Mdevs = [new MdevShape(0b01, 0b11), new MdevShape(0b10, 0b11)],
        Guests = [new GuestShape(0, -1), new GuestShape(1, -1), new GuestShape(0, 0)],
    };

    public ApMachine Machine { get; }

    /// <summary>What was asked of the choices, with the size of the domain.</summary>
    public List<(ChoiceLabel Label, int Count)> Asked { get; } = [];

    /// <summary>GR2 after the last instruction.</summary>
    public long Gr2 => Machine.Gr2;

    public long Now => Machine.NowNs;

    public IReadOnlyList<MachineEvent> Events
    {
        get
        {
            Collect();
            return events;
        }
    }

    /// <summary>A profile: documented, the fixed durations, and the given knobs.</summary>
    public static FirmwareProfile Firmware(string knobs)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["documented"] = Shipped("documented"),
            ["fixed"] = $$"""{ "basedOn": "documented", "knobs": { {{Fixed}} } }""",
        };
        return FirmwareFile.Parse("bench", $$"""{ "basedOn": "fixed", "knobs": { {{knobs}} } }""", texts);
    }

    /// <summary>Text of a shipped profile.</summary>
    public static string Shipped(string id)
    {
        using Stream stream = typeof(FirmwareFile).Assembly.GetManifestResourceStream($"Firmware/{id}.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Answers of the next choices, in order.</summary>
    public Bench Answer(params int[] next)
    {
        Array.ForEach(next, answers.Enqueue);
        return this;
    }

    public override int Next(ChoiceLabel label, int count)
    {
        Asked.Add((label, count));
        return answers.TryDequeue(out int answer) ? answer : throw new InvalidOperationException($"nobody answers {label} of {count}");
    }

    public ApqSw Tapq(int queue = 0, int guest = Host) => Do(Op.Tapq, queue, guest);

    public ApqSw Zapq(int queue = 0, int guest = Host) => Do(Op.Zapq, queue, guest);

    public ApqSw Rapq(int queue = 0, int guest = Host) => Do(Op.Rapq, queue, guest);

    public ApqSw Enable(int queue = 0, long nib = Nib, int gisc = 3, int gisa = G1) => Do(Op.Aqic, queue, Host, 1 | (gisc << 4), nib, gisa);

    public ApqSw Disable(int queue = 0) => Do(Op.Aqic, queue, Host);

    public ApqSw Nqap(int queue = 0, long psmid = 1, int guest = Host, int length = 256) => Do(Op.Nqap, queue, guest, length, psmid);

    public ApqSw Dqap(int queue = 0, int guest = Host) => Do(Op.Dqap, queue, guest);

    public ApqSw Do(Op op, int queue, int guest = Host, int b = 0, long c = 0, long d = -1)
    {
        ActorClass issuer = guest >= 0 ? ActorClass.Guest : ActorClass.Driver;
        ApqSw status = Machine.Instruction(op, Machine.Topology.ApqnOf(queue), issuer, guest, b, c, d);
        Collect();
        return status;
    }

    public ref QueueState Queue(int queue = 0) => ref Machine.Queues[queue];

    public ref GuestState Guest(int guest = G1) => ref Machine.Guests[guest];

    /// <summary>Lets hardware events that are due happen, then time pass, to its end included.</summary>
    public Bench Pass(long ns)
    {
        Collect();
        int alarm = Machine.FaultTimers;
        long end = Now + ns;
        Machine.Timers.Arm(alarm, ns);
        while (true)
        {
            Settle(alarm);
            if (Now == end)
                return this;
            Machine.Timers.Advance();
        }
    }

    public IEnumerable<MachineEvent> Of(EventKind kind) => Events.Where(e => e.Kind == kind);

    public IEnumerable<MachineEvent> Of(EventKind kind, int queue) => Of(kind).Where(e => e.Queue == queue);

    private void Settle(int alarm)
    {
        Timers timers = Machine.Timers;
        while (timers.CountReady() > (timers.IsReady(alarm) ? 1 : 0))
        {
            Machine.Hardware(timers.SlotAt(0));
            Collect();
        }

        if (timers.IsReady(alarm))
            timers.Disarm(alarm);
    }

    private void Collect()
    {
        foreach (MachineEvent e in Machine.Events)
        {
            MachineEvent stamped = e;
            stamped.TimeNs = Now;
            events.Add(stamped);
        }

        Machine.ClearEvents();
    }
}
