using System.Collections.Concurrent;
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
    private static int _kinds;

    internal readonly Kernel Kernel;

    /// <summary>Position in <see cref="Kernel.Frames"/>, from 1.</summary>
    internal readonly int Number;

    /// <summary>Which state machine it is of. It never influences a result.</summary>
    internal readonly int Kind;

    /// <summary>While the frame is free: the next free one of its kind, or 0.</summary>
    internal int NextFree;
    internal Handle<Frame> CallerHandle;
    internal Exception? Error;
    internal bool Completed;

    private protected Frame(Kernel kernel, int number, int kind) => (Kernel, Number, Kind) = (kernel, number, kind);

    /// <summary>What other frames keep instead of a reference.</summary>
    internal Handle<Frame> Handle { get; private protected init; }

    /// <summary>The frame that waits for this one, or null.</summary>
    internal Frame? Caller => CallerHandle.TargetOrNull;

    /// <summary>Continues the call after the operation that it waited for.</summary>
    internal abstract void Move();

    /// <summary>Gives the frame back to its kernel.</summary>
    internal void Return()
    {
        Clear();
        Kernel.GiveFrame(this);
    }

    /// <summary>The compiler's state machine as a copy, for exploration; null when it is a class: code that was not optimised.</summary>
    internal abstract object? CopyLocals();

    /// <summary>Takes the frame from those that are free and makes it what it was when its locals were copied.</summary>
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

    /// <summary>The kernel is gone, and the frame with it: another of its kind may have the handle.</summary>
    internal abstract void GiveHandleBack();

    /// <summary>Forgets how the call went, and its locals.</summary>
    internal virtual void Forget() => Clear();

    /// <summary>Ends the call and continues its caller, if there is one.</summary>
    internal void Complete(Exception? error)
    {
        Error = error;
        Completed = true;
        var caller = CallerHandle;
        if (!caller.IsNull)
        {
            CallerHandle = default;
            caller.Target.Move();
        }
    }

    private protected static int NextKind() => Interlocked.Increment(ref _kinds) - 1;

    private void Clear()
    {
        Completed = false;
        Error = null;
        CallerHandle = default;
    }
}

/// <summary>A frame that returns a value.</summary>
/// <typeparam name="TResult">Type of the value.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Frame<TResult> : Frame
{
    internal TResult Result = default!;

    private protected Frame(Kernel kernel, int number, int kind)
        : base(kernel, number, kind)
    {
    }
}

/// <summary>The frame of one compiler-made state machine.</summary>
internal sealed class Frame<TStateMachine, TResult> : Frame<TResult>
    where TStateMachine : IAsyncStateMachine
{
    /// <summary>Number of this kind of frame in this process.</summary>
    internal static readonly int KindOfAll = NextKind();

    private static readonly int LeadingReferences = FrameLayout.LeadingReferences<TStateMachine>();

    private static readonly ConcurrentStack<Handle<Frame>> SpareHandles = new();

    internal TStateMachine StateMachine = default!;

    internal Frame(Kernel kernel, int number)
        : base(kernel, number, KindOfAll) => Handle = Handle<Frame>.Of(this, SpareHandles);

    internal override void Move() => StateMachine.MoveNext();

    /// <summary>Takes the locals over from the stack.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Keep(ref TStateMachine locals)
    {
        if (LeadingReferences < 0)
        {
            StateMachine = locals;
            return;
        }

        // The compiler of the runtime copies records with references by an instruction that is slow to start.
        ref var from = ref Unsafe.As<TStateMachine, byte>(ref locals);
        ref var to = ref Unsafe.As<TStateMachine, byte>(ref StateMachine);
        for (var i = 0; i < LeadingReferences; i++)
        {
            Unsafe.As<byte, object>(ref Unsafe.Add(ref to, i * Unsafe.SizeOf<object>())) = Unsafe.As<byte, object>(ref Unsafe.Add(ref from, i * Unsafe.SizeOf<object>()));
        }

        var rest = LeadingReferences * Unsafe.SizeOf<object>();
        Unsafe.CopyBlockUnaligned(ref Unsafe.Add(ref to, rest), ref Unsafe.Add(ref from, rest), (uint)(Unsafe.SizeOf<TStateMachine>() - rest));
    }

    internal override object? CopyLocals() => typeof(TStateMachine).IsValueType ? StateMachine : null;

    internal override void Claim(object locals, Frame? caller)
    {
        Kernel.ClaimFrame(this);
        StateMachine = (TStateMachine)locals;
        CallerHandle = caller?.Handle ?? default;
    }

    internal override void GiveHandleBack() => SpareHandles.Push(Handle);

    internal override void Forget()
    {
        base.Forget();
        StateMachine = default!;
    }
}
