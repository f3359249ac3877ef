using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace ApChaos.Abstractions;

/// <summary>Builds <see cref="ApTask"/> methods; used by the compiler.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct ApTaskMethodBuilder
{
    private ApTaskMethodBuilder<Unit> _builder;

    /// <summary>The call as its caller sees it.</summary>
    public readonly ApTask Task => new(_builder.Frame);

    /// <summary>Makes a builder.</summary>
    /// <returns>The builder.</returns>
    public static ApTaskMethodBuilder Create() => default;

    /// <summary>Runs the method up to its first wait.</summary>
    /// <typeparam name="TStateMachine">The compiler's state machine.</typeparam>
    /// <param name="stateMachine">The method's state.</param>
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    /// <summary>Not used by struct state machines.</summary>
    /// <param name="stateMachine">Ignored.</param>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
    }

    /// <summary>Ends the method.</summary>
    public void SetResult() => _builder.SetResult(default);

    /// <summary>Ends the method with an exception.</summary>
    /// <param name="exception">What was thrown.</param>
    public void SetException(Exception exception) => _builder.SetException(exception);

    /// <summary>Suspends the method.</summary>
    /// <typeparam name="TAwaiter">What is awaited.</typeparam>
    /// <typeparam name="TStateMachine">The compiler's state machine.</typeparam>
    /// <param name="awaiter">What is awaited.</param>
    /// <param name="stateMachine">The method's state.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref stateMachine);

    /// <summary>Suspends the method.</summary>
    /// <typeparam name="TAwaiter">What is awaited.</typeparam>
    /// <typeparam name="TStateMachine">The compiler's state machine.</typeparam>
    /// <param name="awaiter">What is awaited.</param>
    /// <param name="stateMachine">The method's state.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref stateMachine);
}

/// <summary>Builds <see cref="ApTask{TResult}"/> methods; used by the compiler.</summary>
/// <typeparam name="TResult">Type of the returned value.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct ApTaskMethodBuilder<TResult>
{
    private Handle<Frame> _frame;
    private TResult _result;

    internal readonly Handle<Frame> Frame => _frame;

    /// <summary>The call as its caller sees it.</summary>
    public readonly ApTask<TResult> Task => _frame.IsNull ? new ApTask<TResult>(_result) : new ApTask<TResult>(_frame);

    /// <summary>Makes a builder.</summary>
    /// <returns>The builder.</returns>
    public static ApTaskMethodBuilder<TResult> Create() => default;

    /// <summary>Runs the method up to its first wait.</summary>
    /// <typeparam name="TStateMachine">The compiler's state machine.</typeparam>
    /// <param name="stateMachine">The method's state.</param>
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    /// <summary>Not used by struct state machines.</summary>
    /// <param name="stateMachine">Ignored.</param>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
    }

    /// <summary>Ends the method with a value.</summary>
    /// <param name="result">The value.</param>
    public void SetResult(TResult result)
    {
        if (_frame.IsNull)
        {
            _result = result;
            return;
        }

        var frame = _frame.Of<TResult>();
        frame.Result = result;
        frame.Complete(null);
    }

    /// <summary>Ends the method with an exception.</summary>
    /// <param name="exception">What was thrown.</param>
    public readonly void SetException(Exception exception)
    {
        if (_frame.IsNull)
        {
            // Not suspended yet: the caller is on the same stack, so it can simply be thrown.
            ExceptionDispatchInfo.Throw(exception);
        }

        _frame.Target.Complete(exception);
    }

    /// <summary>Suspends the method.</summary>
    /// <typeparam name="TAwaiter">What is awaited.</typeparam>
    /// <typeparam name="TStateMachine">The compiler's state machine.</typeparam>
    /// <param name="awaiter">What is awaited.</param>
    /// <param name="stateMachine">The method's state.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        // The casts vanish in optimised code because TAwaiter is a struct: no boxing.
        if (awaiter is not IKernelAwaiter)
        {
            ThrowNotOfTheMachine(typeof(TAwaiter));
        }

        if (_frame.IsNull)
        {
            SuspendFirst(ref stateMachine, ((IKernelAwaiter)awaiter).Kernel);
        }

        ((IKernelAwaiter)awaiter).Suspend(_frame);
    }

    /// <summary>The method waits for the first time: from now on its state lives in a frame.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SuspendFirst<TStateMachine>(ref TStateMachine stateMachine, Kernel kernel)
        where TStateMachine : IAsyncStateMachine
    {
        var frame = kernel.RentFrame<TStateMachine, TResult>();

        // The builder is a field of the state machine: it must know the frame before the state machine is copied into it.
        _frame = frame.Handle;
        frame.Keep(ref stateMachine);
    }

    private static void ThrowNotOfTheMachine(Type awaiter) => throw new InvalidOperationException(
        $"The driver awaited {awaiter.DeclaringType?.Name ?? awaiter.Name}, which is not an operation of the machine; await only Kernel operations and ApTasks.");

    /// <summary>Suspends the method.</summary>
    /// <typeparam name="TAwaiter">What is awaited.</typeparam>
    /// <typeparam name="TStateMachine">The compiler's state machine.</typeparam>
    /// <param name="awaiter">What is awaited.</param>
    /// <param name="stateMachine">The method's state.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => AwaitOnCompleted(ref awaiter, ref stateMachine);
}
