using System.Runtime.InteropServices;
using System.Text;
using ApChaos.Abstractions;

namespace ApChaos.Native;

/// <summary>
/// One copy of a compiled driver in this process, with its own data; it belongs to one thread. Native code runs only on stacks of its
/// own, on which no managed frame ever stands, so that a fault in it can be cut off there.
/// </summary>
internal sealed unsafe class NativeInstance
{
    private const int Protocol = 1;

    [ThreadStatic]
    private static List<NativeInstance>? _ofThread;

    private readonly NativeProgram _program;
    private readonly BootShape _shape;
    private readonly delegate* unmanaged[Cdecl]<int, long, long, long, long, int> _begin;
    private readonly delegate* unmanaged[Cdecl]<int, void> _resume;
    private readonly delegate* unmanaged[Cdecl]<void> _restore;
    private readonly delegate* unmanaged[Cdecl]<void> _snapshot;
    private readonly delegate* unmanaged[Cdecl]<Shape*, NativeMessage*> _init;
    private readonly delegate* unmanaged[Cdecl]<View*> _view;
    private readonly long _base;
    private readonly SortedDictionary<long, (byte[] Bytes, string Text)> _texts = [];
    private NativeMessage* _mailbox;

    private NativeInstance(NativeProgram program, BootShape shape)
    {
        _program = program;
        _shape = shape;

        // The loader knows a file by its inode: a copy is loaded once more, with data of its own.
        var copy = Path.Combine(Path.GetTempPath(), $"apchaos-{Path.GetRandomFileName()}.so");
        File.Copy(program.Library, copy);
        try
        {
            var handle = NativeLibrary.Load(copy);
            if (((delegate* unmanaged[Cdecl]<int>)NativeLibrary.GetExport(handle, "apx_protocol"))() != Protocol)
            {
                throw new KernelTreeException($"{program.Library} was made by another version; expected protocol {Protocol}");
            }

            _begin = (delegate* unmanaged[Cdecl]<int, long, long, long, long, int>)NativeLibrary.GetExport(handle, "apx_begin");
            _resume = (delegate* unmanaged[Cdecl]<int, void>)NativeLibrary.GetExport(handle, "apx_resume");
            _restore = (delegate* unmanaged[Cdecl]<void>)NativeLibrary.GetExport(handle, "apx_restore");
            _snapshot = (delegate* unmanaged[Cdecl]<void>)NativeLibrary.GetExport(handle, "apx_snapshot");
            _init = (delegate* unmanaged[Cdecl]<Shape*, NativeMessage*>)NativeLibrary.GetExport(handle, "apx_init");
            _view = (delegate* unmanaged[Cdecl]<View*>)NativeLibrary.GetExport(handle, "apx_view");
            _base = ((delegate* unmanaged[Cdecl]<long>)NativeLibrary.GetExport(handle, "apx_base"))();
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>The instance of this thread for a machine; module init cannot be done twice, so each machine has a copy of its own.</summary>
    internal static NativeInstance Of(NativeProgram program, BootShape shape)
    {
        var all = _ofThread ??= [];
        foreach (var instance in all)
        {
            if (instance._program.Library == program.Library && instance._shape.Equals(shape))
            {
                return instance;
            }
        }

        var made = new NativeInstance(program, shape);
        all.Add(made);
        return made;
    }

    /// <summary>Puts everything as it is when a run begins: queues bound, mdevs assigned, no guest.</summary>
    internal void BeginRun()
    {
        if (_mailbox is not null)
        {
            _restore();
            return;
        }

        var native = new Shape { Queues = _shape.Apqns.Length, Domains = _shape.Domains, Guests = _shape.Guests, Mdevs = _shape.Mdevs.Length, Facilities = _shape.Facilities };
        for (var i = 0; i < _shape.Apqns.Length; i++)
        {
            native.Apqns[i] = _shape.Apqns[i];
        }

        _mailbox = _init(&native);
        NativeBoot.Run(this, _shape);
        _snapshot();
    }

    /// <summary>A new kernel thread at the beginning of an entry point.</summary>
    internal int Begin(NativeEntry entry, long a = 0, long b = 0, long c = 0, long d = 0)
    {
        var thread = _begin((int)entry, a, b, c, d);
        return thread >= 0 ? thread : throw new InvalidOperationException("Too many kernel threads of one driver at a time.");
    }

    /// <summary>Lets a thread run to its next request.</summary>
    internal NativeRequest Resume(int thread)
    {
        _resume(thread);
        return new NativeRequest((NativeOp)_mailbox->Op, _mailbox->A, _mailbox->B, _mailbox->C, _mailbox->D, _mailbox->E);
    }

    /// <summary>Copies what the driver's own structures say into the machine's records; false when they are not known.</summary>
    internal bool Show(DriverData data)
    {
        var view = _view();
        if (view is null)
        {
            return false;
        }

        for (var i = 0; i < data.Queues.Length; i++)
        {
            ref var queue = ref data.Queues[i];
            queue.SavedIova = view->Queues[2 * i];
            queue.SavedIsc = (byte)view->Queues[(2 * i) + 1];
            queue.Mdev = (byte)(view->Queues[(2 * i) + 1] >> 32);
        }

        for (var i = 0; i < data.Mdevs.Length; i++)
        {
            data.Mdevs[i].ShadowAdapters = view->Shadows[2 * i];
            data.Mdevs[i].ShadowDomains = view->Shadows[(2 * i) + 1];
        }

        return true;
    }

    /// <summary>Answers the last request.</summary>
    internal void Reply(long r0, long r1 = 0, long r2 = 0)
    {
        _mailbox->R0 = r0;
        _mailbox->R1 = r1;
        _mailbox->R2 = r2;
    }

    /// <summary>Answers QCI.</summary>
    internal void ReplyQci(in QciResult result)
    {
        Reply(result.Flags, (long)result.Adapters, (long)result.Domains);
        _mailbox->D = ((long)result.AdapterMax << 8) | (uint)result.DomainMax;
    }

    /// <summary>The text of the last request; the same text is the same string.</summary>
    internal string Text()
    {
        var text = (byte*)_mailbox->Text;
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
        var place = fault.D == 0 ? "" : $" in {_program.PlaceOf(fault.D - _base)}";
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
            NativeFault.Bug => new NativeCrashException(text),
            _ when fault.D == 0 => new NativeCrashException(text),
            _ => new NativeCrashException($"wild access{place}{SignalText(fault.B)}{known}"),
        };
    }

    private static string SignalText(int signal) => signal switch
    {
        4 => " (illegal instruction)",
        8 => " (arithmetic)",
        _ => "",
    };

    /// <summary><c>struct apx_view</c>: of each queue the saved address, then subclass and mdev in one word; of each mdev two masks.</summary>
    private struct View
    {
        internal fixed long Queues[2 * 256];
        internal fixed ulong Shadows[2 * 32];
    }

    /// <summary><c>struct apx_shape</c>.</summary>
    private struct Shape
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
