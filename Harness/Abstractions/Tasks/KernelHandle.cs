using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ApChaos.Abstractions;

/// <summary>
/// A <see cref="Kernel"/> as suspended calls keep it. The collector has to be told of each reference that is stored into a frame, which
/// takes as long as all the rest of an operation; of a handle it is not told.
/// </summary>
/// <remarks>A handle keeps no kernel alive: the engine does, and each frame.</remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly struct KernelHandle
{
    private readonly WeakGCHandle<Kernel> _handle;

    internal KernelHandle(WeakGCHandle<Kernel> handle) => _handle = handle;

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
}
