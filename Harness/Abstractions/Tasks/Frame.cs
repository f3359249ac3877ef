using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace ApChaos.Abstractions;

/// <summary>
/// One suspended call of an <see cref="ApTask"/> method: what a kernel stack frame is to a kernel thread.
/// </summary>
/// <remarks>
/// Frames are pooled per <see cref="Kernel"/>, so that a run allocates nothing in steady state. A frame knows who called it and
/// resumes the caller directly when it returns: there is no thread pool, no context and no delegate on the way.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Frame
{
    internal Kernel? Kernel;

    /// <summary>Position in <see cref="Kernel.Frames"/>: what waits is noted as a number, not as a reference.</summary>
    internal int Number;
    internal Frame? Caller;
    internal Exception? Error;
    internal bool Completed;
    internal FramePool? Pool;

    /// <summary>Position among the frames of its pool.</summary>
    internal int Position;

    /// <summary>Continues the call after the operation that it waited for.</summary>
    internal abstract void Move();

    /// <summary>Gives the frame back to the pool of its kernel.</summary>
    internal void Return()
    {
        Clear();
        Pool!.Give(Position);
    }

    /// <summary>The compiler's state machine as a copy, for exploration; null when it is a class: code that was not optimised.</summary>
    internal abstract object? CopyLocals();

    /// <summary>Takes the frame out of its pool and makes it what it was when its locals were copied.</summary>
    /// <param name="locals">What <see cref="CopyLocals"/> of this frame returned.</param>
    /// <param name="caller">The frame that called it, or null.</param>
    internal abstract void Claim(object locals, Frame? caller);

    /// <summary>Claims frames that call one another, after all were taken back.</summary>
    /// <param name="chain">The innermost first.</param>
    /// <param name="locals">The locals of each.</param>
    internal static void Claim(Frame[] chain, object[] locals)
    {
        for (var i = chain.Length - 1; i >= 0; i--)
        {
            chain[i].Claim(locals[i], i + 1 < chain.Length ? chain[i + 1] : null);
        }
    }

    /// <summary>Forgets how the call went.</summary>
    internal void Clear()
    {
        Completed = false;
        Error = null;
        Caller = null;
    }

    /// <summary>Ends the call and continues its caller, if there is one.</summary>
    internal void Complete(Exception? error)
    {
        Error = error;
        Completed = true;
        var caller = Caller;
        if (caller is not null)
        {
            Caller = null;
            caller.Move();
        }
    }
}

/// <summary>A frame that returns a value.</summary>
/// <typeparam name="TResult">Type of the value.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Frame<TResult> : Frame
{
    internal TResult Result = default!;
}

/// <summary>The frame of one compiler-made state machine.</summary>
internal sealed class Frame<TStateMachine, TResult> : Frame<TResult>
    where TStateMachine : IAsyncStateMachine
{
    internal TStateMachine StateMachine = default!;

    internal override void Move() => StateMachine.MoveNext();

    internal override object? CopyLocals() => typeof(TStateMachine).IsValueType ? StateMachine : null;

    internal override void Claim(object locals, Frame? caller)
    {
        Pool!.Claim(Position);
        StateMachine = (TStateMachine)locals;
        Caller = caller;
    }
}

/// <summary>All frames of one kernel, by state machine type; a run that is abandoned half-way gives all of them back at once.</summary>
internal abstract class FramePool
{
    private static int _poolTypes;

    // Positions, not references: what is no reference is stored without the collector being told.
    private int[] _free = new int[4];
    private int _freeCount;

    /// <summary>Takes the next free index for a new state machine type.</summary>
    internal static int NextIndex() => Interlocked.Increment(ref _poolTypes) - 1;

    /// <summary>Puts a frame on top of those that are free.</summary>
    internal void Give(int position) => _free[_freeCount++] = position;

    /// <summary>Takes a certain free frame out; the others keep their order.</summary>
    internal void Claim(int position)
    {
        var index = Array.IndexOf(_free, position, 0, _freeCount);
        Array.Copy(_free, index + 1, _free, index, --_freeCount - index);
    }

    /// <summary>Takes all frames back, also those of calls that never returned.</summary>
    internal abstract void TakeAllBack();

    /// <summary>Takes the frame out that was given last.</summary>
    /// <returns>Its position, or -1 when none is free.</returns>
    private protected int Take() => _freeCount > 0 ? _free[--_freeCount] : -1;

    /// <summary>There is one frame more: none is free.</summary>
    private protected void Grow(int count)
    {
        if (count > _free.Length)
        {
            Array.Resize(ref _free, count * 2);
        }
    }

    /// <summary>All are free. The one that was made first is rented first: which one a call gets does not depend on how many there are.</summary>
    private protected void GiveAll(int count)
    {
        for (_freeCount = 0; _freeCount < count; _freeCount++)
        {
            _free[_freeCount] = count - 1 - _freeCount;
        }
    }
}

/// <summary>The frames of one state machine type in one kernel.</summary>
internal sealed class FramePool<TStateMachine, TResult> : FramePool
    where TStateMachine : IAsyncStateMachine
{
    /// <summary>Index of this state machine type in every kernel's list of pools. It never influences a result.</summary>
    internal static readonly int Index = NextIndex();

    private Frame<TStateMachine, TResult>[] _all = new Frame<TStateMachine, TResult>[4];
    private int _allCount;

    internal Frame<TStateMachine, TResult> Rent(Kernel kernel) => Take() is >= 0 and var position ? _all[position] : Make(kernel);

    internal override void TakeAllBack()
    {
        GiveAll(_allCount);
        foreach (var frame in _all.AsSpan(0, _allCount))
        {
            frame.Clear();
            frame.StateMachine = default!;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Frame<TStateMachine, TResult> Make(Kernel kernel)
    {
        var frame = new Frame<TStateMachine, TResult> { Kernel = kernel, Pool = this, Position = _allCount };
        kernel.Register(frame);
        if (_allCount == _all.Length)
        {
            Array.Resize(ref _all, _allCount * 2);
        }

        _all[_allCount++] = frame;
        Grow(_allCount);
        return frame;
    }
}
