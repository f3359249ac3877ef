using System.ComponentModel;

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

    /// <summary>Continues the call after the operation that it waited for.</summary>
    internal abstract void Move();

    /// <summary>Gives the frame back to the pool of its kernel.</summary>
    internal abstract void Return();

    /// <summary>The compiler's state machine as a copy, for exploration; null when it is a class: code that was not optimised.</summary>
    internal abstract object? CopyLocals();

    /// <summary>Takes the frame out of its pool and makes it what it was when its locals were copied.</summary>
    /// <param name="locals">What <see cref="CopyLocals"/> of this frame returned.</param>
    /// <param name="caller">The frame that called it, or null.</param>
    internal abstract void Claim(object locals, Frame? caller);

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
    where TStateMachine : System.Runtime.CompilerServices.IAsyncStateMachine
{
    internal TStateMachine StateMachine = default!;
    internal FramePool<TStateMachine, TResult>? Pool;

    internal override void Move() => StateMachine.MoveNext();

    internal override object? CopyLocals() => typeof(TStateMachine).IsValueType ? StateMachine : null;

    internal override void Claim(object locals, Frame? caller)
    {
        Pool!.Claim(this);
        StateMachine = (TStateMachine)locals;
        Caller = caller;
    }

    internal override void Return()
    {
        Completed = false;
        Error = null;
        Caller = null;
        Pool!.Give(this);
    }
}

/// <summary>All frames of one kernel, by state machine type; a run that is abandoned half-way gives all of them back at once.</summary>
internal abstract class FramePool
{
    private static int _poolTypes;

    /// <summary>Takes the next free index for a new state machine type.</summary>
    internal static int NextIndex() => Interlocked.Increment(ref _poolTypes) - 1;

    /// <summary>Takes all frames back, also those of calls that never returned.</summary>
    internal abstract void TakeAllBack();
}

/// <summary>The frames of one state machine type in one kernel.</summary>
internal sealed class FramePool<TStateMachine, TResult> : FramePool
    where TStateMachine : System.Runtime.CompilerServices.IAsyncStateMachine
{
    /// <summary>Index of this state machine type in every kernel's list of pools. It never influences a result.</summary>
    internal static readonly int Index = NextIndex();

    private Frame<TStateMachine, TResult>[] _all = new Frame<TStateMachine, TResult>[4];
    private Frame<TStateMachine, TResult>[] _free = new Frame<TStateMachine, TResult>[4];
    private int _allCount;
    private int _freeCount;

    internal Frame<TStateMachine, TResult> Rent(Kernel kernel)
    {
        if (_freeCount > 0)
        {
            return _free[--_freeCount];
        }

        var frame = new Frame<TStateMachine, TResult> { Kernel = kernel, Pool = this };
        kernel.Register(frame);
        if (_allCount == _all.Length)
        {
            Array.Resize(ref _all, _allCount * 2);
            Array.Resize(ref _free, _allCount * 2);
        }

        _all[_allCount++] = frame;
        return frame;
    }

    internal void Give(Frame<TStateMachine, TResult> frame) => _free[_freeCount++] = frame;

    /// <summary>Takes a certain free frame out; the others keep their order.</summary>
    internal void Claim(Frame<TStateMachine, TResult> frame)
    {
        var index = Array.IndexOf(_free, frame, 0, _freeCount);
        Array.Copy(_free, index + 1, _free, index, --_freeCount - index);
    }

    internal override void TakeAllBack()
    {
        // The frame that was made first is rented first: which one a call gets does not depend on how many there are.
        _freeCount = _allCount;
        for (var i = 0; i < _allCount; i++)
        {
            var frame = _all[i];
            _free[_allCount - 1 - i] = frame;
            frame.Completed = false;
            frame.Error = null;
            frame.Caller = null;
            frame.StateMachine = default!;
        }
    }
}
