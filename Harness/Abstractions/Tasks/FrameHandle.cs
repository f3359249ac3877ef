using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ApChaos.Abstractions;

/// <summary>A <see cref="Abstractions.Frame"/> as other frames keep it: stored without the collector being told, like <see cref="KernelHandle"/>.</summary>
/// <remarks>A handle keeps no frame alive: the kernel does, which never lets go of one.</remarks>
internal readonly struct FrameHandle
{
    private readonly WeakGCHandle<Frame> _handle;

    internal FrameHandle(WeakGCHandle<Frame> handle) => _handle = handle;

    /// <summary>The kernel is gone, and the frame with it.</summary>
    internal void Free()
    {
        var handle = _handle;
        handle.Dispose();
    }

    /// <summary>Whether it names no frame.</summary>
    internal bool IsNull => !_handle.IsAllocated;

    /// <summary>The frame; there must be one.</summary>
    internal Frame Frame
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            _handle.TryGetTarget(out var frame);
            return frame!;
        }
    }

    /// <summary>The frame of a call that returns a value of that type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Frame<TResult> Of<TResult>() => Unsafe.As<Frame<TResult>>(Frame);
}
