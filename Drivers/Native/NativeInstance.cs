using System.Runtime.InteropServices;
using System.Text;
using ApChaos.Abstractions;

namespace ApChaos.Native;

/// <summary>
/// One copy of a compiled driver with its own data; it belongs to one thread. How it is reached (in this process, over a pipe) is its
/// transport's business: all share the mailbox.
/// </summary>
internal abstract unsafe class NativeInstance(NativeProgram program, BootShape shape)
{
    /// <summary>What both sides have to agree on.</summary>
    protected const int Protocol = 2;

    private const int CallersMax = 12;

    [ThreadStatic]
    private static List<NativeInstance>? _ofThread;

    private readonly SortedDictionary<long, (byte[] Bytes, string Text)> _texts = [];
    private bool _ready;

    /// <summary>The compiled driver.</summary>
    protected NativeProgram Program => program;

    /// <summary>Queues of the machine.</summary>
    protected int Queues => shape.Apqns.Length;

    /// <summary>Where requests stand and replies go; valid after <see cref="Init"/>.</summary>
    protected NativeMessage* Mailbox { get; set; }

    /// <summary>The address where its code was loaded.</summary>
    protected long Base { get; set; }

    /// <summary>The instance of this thread for a machine; module init cannot be done twice, so each machine has a copy of its own.</summary>
    internal static NativeInstance Of(NativeProgram program, BootShape shape)
    {
        var all = _ofThread ??= [];
        foreach (var instance in all)
        {
            if (instance.IsOf(program, shape))
            {
                return instance;
            }
        }

        NativeInstance made = program.Options.OverPipe ? new PipeInstance(program, shape) : new InProcessInstance(program, shape);
        all.Add(made);
        return made;
    }

    /// <summary>Puts everything as it is when a run begins: queues bound, mdevs assigned, no guest.</summary>
    internal void BeginRun()
    {
        if (_ready && Restore())
        {
            return;
        }

        _ready = false;
        var native = new Shape { Queues = shape.Apqns.Length, Domains = shape.Domains, Guests = shape.Guests, Mdevs = shape.Mdevs.Length, Facilities = shape.Facilities };
        for (var i = 0; i < shape.Apqns.Length; i++)
        {
            native.Apqns[i] = shape.Apqns[i];
        }

        Init(&native);
        NativeBoot.Run(this, shape);
        Snapshot();
        _ready = true;
    }

    /// <summary>A new kernel thread at the beginning of an entry point.</summary>
    internal int Begin(NativeEntry entry, long a = 0, long b = 0, long c = 0, long d = 0)
    {
        var thread = BeginThread((int)entry, a, b, c, d);
        return thread >= 0 ? thread : throw new InvalidOperationException("Too many kernel threads of one driver at a time.");
    }

    /// <summary>Lets a thread run to its next request.</summary>
    internal NativeRequest Resume(int thread)
    {
        ResumeThread(thread);
        var box = Mailbox;
        return new NativeRequest((NativeOp)box->Op, box->A, box->B, box->C, box->D, box->E);
    }

    /// <summary>The innermost function of the driver's own sources that a thread stands in, or null.</summary>
    internal string? Caller(int thread)
    {
        Span<long> callers = stackalloc long[CallersMax];
        foreach (var caller in callers[..ReadCallers(thread, callers)])
        {
            if (program.FunctionOf(caller) is { } function)
            {
                return function;
            }
        }

        return null;
    }

    /// <summary>Copies what the driver's own structures say into the machine's records; false when they are not known.</summary>
    internal bool Show(DriverData data)
    {
        var view = ReadView();
        if (view is null)
        {
            return false;
        }

        for (var i = 0; i < data.QueueCount; i++)
        {
            ref var queue = ref data.Queue(i);
            queue.SavedIova = view->Queues[2 * i];
            queue.SavedIsc = (byte)view->Queues[(2 * i) + 1];
            queue.Mdev = (byte)(view->Queues[(2 * i) + 1] >> 32);
        }

        for (var i = 0; i < data.MdevCount; i++)
        {
            ref var mdev = ref data.Mdev(i);
            mdev.ShadowAdapters = view->Shadows[2 * i];
            mdev.ShadowDomains = view->Shadows[(2 * i) + 1];
        }

        return true;
    }

    /// <summary>Answers the last request.</summary>
    internal void Reply(long r0, long r1 = 0, long r2 = 0)
    {
        Mailbox->R0 = r0;
        Mailbox->R1 = r1;
        Mailbox->R2 = r2;
    }

    /// <summary>Answers QCI.</summary>
    internal void ReplyQci(in QciResult result)
    {
        Reply(result.Flags, (long)result.Adapters, (long)result.Domains);
        Mailbox->D = ((long)result.AdapterMax << 8) | (uint)result.DomainMax;
    }

    /// <summary>The text of the last request; the same text is the same string.</summary>
    internal string Text()
    {
        var text = (byte*)Mailbox->Text;
        if (text is null)
        {
            return "";
        }

        var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
        long key = bytes.Length;
        foreach (var b in bytes)
        {
            key = (key * 1_099_511_628_211) ^ b;
        }

        if (!_texts.TryGetValue(key, out var known) || !bytes.SequenceEqual(known.Bytes))
        {
            _texts[key] = known = (bytes.ToArray(), Encoding.UTF8.GetString(bytes).Replace('\n', ' '));
        }

        return known.Text;
    }

    /// <summary>What the engine throws for a fault: function and line, and what is known of the address.</summary>
    internal Exception Oops(in NativeRequest fault)
    {
        var text = Text();
        var place = fault.D == 0 ? "" : $" in {program.PlaceOf(fault.D - Base)}";
        var known = text.Length == 0 ? "" : $": {text}";
        return (NativeFault)fault.A switch
        {
            NativeFault.Null => new KernelOopsException(useAfterFree: false, $"null pointer{place}, offset {fault.E}"),
            NativeFault.Freed when fault.D == 0 => new KernelOopsException(useAfterFree: true, text),
            NativeFault.Freed => new KernelOopsException(useAfterFree: true, $"use after free{place}{known}"),
            NativeFault.Overrun when fault.D == 0 => new NativeCrashException(text),
            NativeFault.Overrun => new NativeCrashException($"out of bounds{place}{known}"),
            NativeFault.Stack => new NativeCrashException($"the kernel stack overflowed{place}"),
            NativeFault.Loop => new NativeCrashException($"the code turns in a circle and asks the kernel for nothing{place}"),
            NativeFault.Bug or NativeFault.Sanitizer => new NativeCrashException(text),
            NativeFault.Race => new KernelRaceException(Race(in fault, text)),
            _ when fault.D == 0 => new NativeCrashException(text),
            _ => new NativeCrashException($"wild access{place}{SignalText(fault.B)}{known}"),
        };
    }

    /// <summary>Makes the copy ready for the driver's module init.</summary>
    protected abstract void Init(Shape* shape);

    /// <summary>See <c>apx_begin</c>.</summary>
    protected abstract int BeginThread(int entry, long a, long b, long c, long d);

    /// <summary>See <c>apx_resume</c>.</summary>
    protected abstract void ResumeThread(int thread);

    /// <summary>See <c>apx_snapshot</c>.</summary>
    protected abstract void Snapshot();

    /// <summary>See <c>apx_restore</c>; false when the copy is lost and has to be made anew.</summary>
    protected abstract bool Restore();

    /// <summary>See <c>apx_view</c>.</summary>
    protected abstract View* ReadView();

    /// <summary>See <c>apx_callers</c>; none where stacks cannot be read.</summary>
    protected virtual int ReadCallers(int thread, Span<long> callers) => 0;

    private bool IsOf(NativeProgram other, BootShape otherShape) => program.Binary == other.Binary && shape.Equals(otherShape);

    /// <summary>Of a race the text has two parts: what this access does, and what the other did.</summary>
    private string Race(in NativeRequest fault, string text)
    {
        var parts = text.Split('|');
        return $"{program.PlaceOf(fault.D - Base - 1)} {parts[0]} which {program.PlaceOf(fault.E - Base - 1)} {parts[^1]}; nothing orders the two";
    }

    private static string SignalText(int signal) => signal switch
    {
        4 => " (illegal instruction)",
        8 => " (arithmetic)",
        _ => "",
    };

    /// <summary><c>struct apx_view</c>: of each queue the saved address, then subclass and mdev in one word; of each mdev two masks.</summary>
    internal struct View
    {
        internal fixed long Queues[2 * 256];
        internal fixed ulong Shadows[2 * 32];
    }

    /// <summary><c>struct apx_shape</c>.</summary>
    internal struct Shape
    {
        internal int Queues;
        internal int Domains;
        internal int Guests;
        internal int Mdevs;
        internal fixed ushort Apqns[256];
        internal int Facilities;
    }
}

/// <summary>The driver's code crashed; a message of one line.</summary>
public sealed class NativeCrashException : Exception
{
    /// <summary>Makes the exception.</summary>
    public NativeCrashException()
        : this("the driver crashed")
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened and where.</param>
    public NativeCrashException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened and where.</param>
    /// <param name="innerException">The cause.</param>
    public NativeCrashException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
