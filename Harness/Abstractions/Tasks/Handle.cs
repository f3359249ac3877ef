using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ApChaos.Abstractions;

/// <summary>
/// A <see cref="Kernel"/> or a <see cref="Frame"/> as suspended calls keep it. The collector has to be told of each reference that is stored into a
/// frame, which takes as long as all the rest of an operation; of a handle it is not told.
/// </summary>
/// <remarks>
/// A handle keeps nothing alive: the engine keeps the kernel, and the kernel its frames, which it never lets go of. What is gone gives its handle to
/// the next of its kind: a driver that keeps a handle for longer than a run, which it must not, never reads anything of another kind.
/// </remarks>
/// <typeparam name="T">What it names.</typeparam>
internal readonly struct Handle<T>
    where T : class
{
    private readonly WeakGCHandle<T> _handle;

    private Handle(WeakGCHandle<T> handle) => _handle = handle;

    /// <summary>Whether it names nothing.</summary>
    internal bool IsNull => !_handle.IsAllocated;

    /// <summary>What it names; there must be something.</summary>
    internal T Target
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            _handle.TryGetTarget(out var target);
            return target!;
        }
    }

    /// <summary>What it names, or null.</summary>
    internal T? TargetOrNull => IsNull ? null : Target;

    /// <summary>Makes the handle of something new.</summary>
    /// <param name="target">What it is to name.</param>
    /// <param name="spare">Handles that others of its kind had.</param>
    internal static Handle<T> Of(T target, ConcurrentStack<Handle<T>> spare)
    {
        if (!spare.TryPop(out var handle))
        {
            return new(new(target));
        }

        handle._handle.SetTarget(target);
        return handle;
    }
}
