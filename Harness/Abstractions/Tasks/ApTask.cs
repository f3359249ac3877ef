using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace ApChaos.Abstractions;

/// <summary>
/// A call of sequential driver or guest code that may wait for the machine; the engine's own task type.
/// </summary>
/// <remarks>
/// Write <c>async ApTask</c> methods like ordinary sequential code and await only the operations of <see cref="Kernel"/> and other
/// <see cref="ApTask"/>s. Await each call at once, exactly once. Awaiting anything else (a <c>Task</c>, a timer) ends the run
/// with <c>driver-crash</c>, because nothing outside the machine may decide what happens next.
/// </remarks>
[AsyncMethodBuilder(typeof(ApTaskMethodBuilder))]
public readonly struct ApTask
{
    private readonly Handle<Frame> _frame;

    internal ApTask(Handle<Frame> frame) => _frame = frame;

    /// <summary>A call that has already returned.</summary>
    public static ApTask CompletedTask => default;

    /// <summary>Makes a call that has already returned a value.</summary>
    /// <typeparam name="TResult">Type of the value.</typeparam>
    /// <param name="result">The value.</param>
    /// <returns>The call.</returns>
    public static ApTask<TResult> FromResult<TResult>(TResult result) => new(result);

    internal Frame? Frame => _frame.TargetOrNull;

    /// <summary>Gets the awaiter; used by the compiler.</summary>
    /// <returns>The awaiter.</returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Awaiter GetAwaiter() => new(_frame);

    /// <summary>Awaiter of <see cref="ApTask"/>; used by the compiler.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public readonly struct Awaiter : ICriticalNotifyCompletion, IKernelAwaiter
    {
        private readonly Handle<Frame> _frame;

        internal Awaiter(Handle<Frame> frame) => _frame = frame;

        /// <summary>Whether the call has returned.</summary>
        public bool IsCompleted => _frame.IsNull || _frame.Target.Completed;

        Kernel IKernelAwaiter.Kernel => _frame.Target.Kernel;

        /// <summary>Ends the await; throws what the call threw.</summary>
        public void GetResult()
        {
            if (!_frame.IsNull)
            {
                FrameResult.Take(_frame.Of<Unit>());
            }
        }

        void IKernelAwaiter.Suspend(Handle<Frame> frame) => _frame.Target.CallerHandle = frame;

        /// <summary>Not used: the builder never falls back to delegates.</summary>
        /// <param name="continuation">Ignored.</param>
        public void OnCompleted(Action continuation) => throw FrameResult.NoDelegates();

        /// <summary>Not used: the builder never falls back to delegates.</summary>
        /// <param name="continuation">Ignored.</param>
        public void UnsafeOnCompleted(Action continuation) => throw FrameResult.NoDelegates();
    }
}

/// <summary>An <see cref="ApTask"/> that returns a value.</summary>
/// <typeparam name="TResult">Type of the value.</typeparam>
[AsyncMethodBuilder(typeof(ApTaskMethodBuilder<>))]
public readonly struct ApTask<TResult>
{
    private readonly Handle<Frame> _frame;
    private readonly TResult _result;

    internal ApTask(Handle<Frame> frame)
    {
        _frame = frame;
        _result = default!;
    }

    internal ApTask(TResult result)
    {
        _frame = default;
        _result = result;
    }

    internal Frame? Frame => _frame.TargetOrNull;

    /// <summary>Gets the awaiter; used by the compiler.</summary>
    /// <returns>The awaiter.</returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Awaiter GetAwaiter() => new(_frame, _result);

    /// <summary>Awaiter of <see cref="ApTask{TResult}"/>; used by the compiler.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public readonly struct Awaiter : ICriticalNotifyCompletion, IKernelAwaiter
    {
        private readonly Handle<Frame> _frame;
        private readonly TResult _result;

        internal Awaiter(Handle<Frame> frame, TResult result)
        {
            _frame = frame;
            _result = result;
        }

        /// <summary>Whether the call has returned.</summary>
        public bool IsCompleted => _frame.IsNull || _frame.Target.Completed;

        Kernel IKernelAwaiter.Kernel => _frame.Target.Kernel;

        /// <summary>Ends the await.</summary>
        /// <returns>What the call returned; throws what the call threw.</returns>
        public TResult GetResult() => _frame.IsNull ? _result : FrameResult.Take(_frame.Of<TResult>());

        void IKernelAwaiter.Suspend(Handle<Frame> frame) => _frame.Target.CallerHandle = frame;

        /// <summary>Not used: the builder never falls back to delegates.</summary>
        /// <param name="continuation">Ignored.</param>
        public void OnCompleted(Action continuation) => throw FrameResult.NoDelegates();

        /// <summary>Not used: the builder never falls back to delegates.</summary>
        /// <param name="continuation">Ignored.</param>
        public void UnsafeOnCompleted(Action continuation) => throw FrameResult.NoDelegates();
    }
}

/// <summary>No value: the result of a call that returns nothing.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Unit;

/// <summary>What an awaited operation of the machine and an awaited call have in common.</summary>
internal interface IKernelAwaiter
{
    /// <summary>The kernel that the operation belongs to.</summary>
    Kernel Kernel { get; }

    /// <summary>Notes which frame goes on when the operation is done.</summary>
    void Suspend(Handle<Frame> frame);
}

/// <summary>How awaiters take the result out of a frame.</summary>
internal static class FrameResult
{
    /// <summary>The frame of a call that returns a value of that type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Frame<TResult> Of<TResult>(this Handle<Frame> frame) => Unsafe.As<Frame<TResult>>(frame.Target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TResult Take<TResult>(Frame<TResult> frame)
    {
        if (!frame.Completed || frame.Error is not null)
        {
            Throw(frame);
        }

        var result = frame.Result;
        frame.Return();
        return result;
    }

    private static void Throw(Frame frame)
    {
        if (!frame.Completed)
        {
            throw new InvalidOperationException("An ApTask was asked for its result before it returned: await each call exactly once.");
        }

        var error = frame.Error!;
        frame.Return();
        ExceptionDispatchInfo.Throw(error);
    }

    internal static InvalidOperationException NoDelegates() =>
        new("ApTask has no delegate continuations: await it in an async ApTask method.");
}
