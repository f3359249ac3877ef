using System.Runtime.InteropServices;

namespace ApChaos.Native;

/// <summary>
/// A copy of the driver in this process. Its code runs only on stacks of its own, on which no managed frame ever stands, so that a fault
/// in it can be cut off there.
/// </summary>
internal sealed unsafe class InProcessInstance : NativeInstance
{
    /// <summary>Room of <c>struct apx_registry</c>: all copies of libraries in this process, for their handler of signals.</summary>
    private const nuint RegistryBytes = 8192;

    private static readonly nint _registry = (nint)NativeMemory.AllocZeroed(RegistryBytes);

    private readonly delegate* unmanaged[Cdecl]<int, long, long, long, long, int> _begin;
    private readonly delegate* unmanaged[Cdecl]<int, void> _resume;
    private readonly delegate* unmanaged[Cdecl]<void> _restore;
    private readonly delegate* unmanaged[Cdecl]<void> _snapshot;
    private readonly delegate* unmanaged[Cdecl]<Shape*, nint, NativeMessage*> _init;
    private readonly delegate* unmanaged[Cdecl]<View*> _view;
    private readonly delegate* unmanaged[Cdecl]<int, long*, int, int> _callers;

    internal InProcessInstance(NativeProgram program, BootShape shape)
        : base(program, shape)
    {
        // The loader knows a file by its inode: a copy is loaded once more, with data of its own.
        var copy = Path.Combine(Path.GetTempPath(), $"apchaos-{Path.GetRandomFileName()}.so");
        File.Copy(program.Binary, copy);
        try
        {
            var handle = NativeLibrary.Load(copy);
            if (((delegate* unmanaged[Cdecl]<int>)NativeLibrary.GetExport(handle, "apx_protocol"))() != Protocol)
            {
                throw new KernelTreeException($"{program.Binary} was made by another version; expected protocol {Protocol}");
            }

            _begin = (delegate* unmanaged[Cdecl]<int, long, long, long, long, int>)NativeLibrary.GetExport(handle, "apx_begin");
            _resume = (delegate* unmanaged[Cdecl]<int, void>)NativeLibrary.GetExport(handle, "apx_resume");
            _restore = (delegate* unmanaged[Cdecl]<void>)NativeLibrary.GetExport(handle, "apx_restore");
            _snapshot = (delegate* unmanaged[Cdecl]<void>)NativeLibrary.GetExport(handle, "apx_snapshot");
            _init = (delegate* unmanaged[Cdecl]<Shape*, nint, NativeMessage*>)NativeLibrary.GetExport(handle, "apx_init");
            _view = (delegate* unmanaged[Cdecl]<View*>)NativeLibrary.GetExport(handle, "apx_view");
            _callers = (delegate* unmanaged[Cdecl]<int, long*, int, int>)NativeLibrary.GetExport(handle, "apx_callers");
            Base = ((delegate* unmanaged[Cdecl]<long>)NativeLibrary.GetExport(handle, "apx_base"))();
        }
        finally
        {
            File.Delete(copy);
        }
    }

    protected override void Init(Shape* shape) => Mailbox = _init(shape, _registry);

    protected override int BeginThread(int entry, long a, long b, long c, long d) => _begin(entry, a, b, c, d);

    protected override void ResumeThread(int thread) => _resume(thread);

    protected override void Snapshot() => _snapshot();

    protected override bool Restore()
    {
        _restore();
        return true;
    }

    protected override View* ReadView() => _view();

    protected override int ReadCallers(int thread, Span<long> callers)
    {
        fixed (long* into = callers)
        {
            return _callers(thread, into, callers.Length);
        }
    }
}
