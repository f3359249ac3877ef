using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ApChaos.Abstractions;

/// <summary>A <see cref="Abstractions.Frame"/> as other frames keep it: stored without the collector being told, like <see cref="KernelHandle"/>.</summary>
/// <remarks>A handle keeps no frame alive: the kernel does, which never lets go of one. It never names a frame of another kind.</remarks>
internal readonly struct FrameHandle
{
    private readonly WeakGCHandle<Frame> _handle;

    private FrameHandle(WeakGCHandle<Frame> handle) => _handle = handle;

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

    /// <summary>Makes the handle of a new frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="spare">Handles that frames of its kind had.</param>
    internal static FrameHandle Of(Frame frame, ConcurrentStack<FrameHandle> spare)
    {
        if (!spare.TryPop(out var handle))
        {
            return new(new(frame));
        }

        handle._handle.SetTarget(frame);
        return handle;
    }

    /// <summary>The frame of a call that returns a value of that type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Frame<TResult> Of<TResult>() => Unsafe.As<Frame<TResult>>(Frame);
}
