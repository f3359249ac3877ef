using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ApChaos.Abstractions;

/// <summary>
/// A <see cref="Kernel"/> as suspended calls keep it. The collector has to be told of each reference that is stored into a frame, which
/// takes as long as all the rest of an operation; of a handle it is not told.
/// </summary>
/// <remarks>
/// A handle keeps no kernel alive: the engine does, and each frame. When a kernel is gone its handle names none, and may name another one later; a
/// driver that keeps a handle for longer than a run, which it must not, never reads anything but a kernel.
/// </remarks>
internal readonly struct KernelHandle
{
    private static readonly ConcurrentStack<WeakGCHandle<Kernel>> Spare = new();

    private readonly WeakGCHandle<Kernel> _handle;

    private KernelHandle(WeakGCHandle<Kernel> handle) => _handle = handle;

    /// <summary>Whether it names no kernel.</summary>
    internal bool IsNull => !_handle.IsAllocated;

    /// <summary>The kernel; there must be one.</summary>
    internal Kernel Kernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            _handle.TryGetTarget(out var kernel);
            return kernel!;
        }
    }

    /// <summary>Makes the handle of a new kernel.</summary>
    internal static KernelHandle Of(Kernel kernel)
    {
        if (!Spare.TryPop(out var handle))
        {
            return new(new(kernel));
        }

        handle.SetTarget(kernel);
        return new(handle);
    }

    /// <summary>The kernel is gone: another may have the handle.</summary>
    internal void GiveBack() => Spare.Push(_handle);
}
