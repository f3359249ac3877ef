using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace ApChaos.Abstractions;

/// <summary>How the reply of one kind of operation is read.</summary>
/// <typeparam name="TResult">What the operation returns.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IReply<TResult>
{
    /// <summary>Reads the reply that the engine left in the kernel.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <returns>The result.</returns>
    static abstract TResult Read(Kernel kernel);
}

/// <summary>An operation that was asked of the machine; await it at once.</summary>
/// <remarks>
/// It holds nothing but the kernel, so that a suspended frame is plain data plus references that are the same for the whole run.
/// </remarks>
/// <typeparam name="TResult">What the operation returns.</typeparam>
/// <typeparam name="TReply">How the reply is read.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct KernelOperation<TResult, TReply> : ICriticalNotifyCompletion, IKernelAwaiter
    where TReply : struct, IReply<TResult>
{
    private readonly Handle<Kernel> _kernel;

    internal KernelOperation(Kernel kernel) => _kernel = kernel.Handle;

    /// <summary>Always false: each operation is a scheduling point.</summary>
    public bool IsCompleted => false;

    Kernel IKernelAwaiter.Kernel => _kernel.Target;

    /// <summary>Used by the compiler.</summary>
    /// <returns>Itself.</returns>
    public KernelOperation<TResult, TReply> GetAwaiter() => this;

    /// <summary>Ends the await.</summary>
    /// <returns>What the machine answered.</returns>
    public TResult GetResult() => TReply.Read(_kernel.Target);

    void IKernelAwaiter.Suspend(Handle<Frame> frame) => _kernel.Target.WaitingFrame = frame;

    /// <summary>Not used: the builder never falls back to delegates.</summary>
    /// <param name="continuation">Ignored.</param>
    public void OnCompleted(Action continuation) => throw FrameResult.NoDelegates();

    /// <summary>Not used: the builder never falls back to delegates.</summary>
    /// <param name="continuation">Ignored.</param>
    public void UnsafeOnCompleted(Action continuation) => throw FrameResult.NoDelegates();
}

/// <summary>Reads a status word.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct StatusReply : IReply<ApqSw>
{
    /// <inheritdoc/>
    public static ApqSw Read(Kernel kernel) => new((uint)kernel.Reply);
}

/// <summary>Reads a number: a value, or a negative errno.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct ValueReply : IReply<long>
{
    /// <inheritdoc/>
    public static long Read(Kernel kernel) => kernel.Reply;
}

/// <summary>Reads nothing.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct VoidReply : IReply<Unit>
{
    /// <inheritdoc/>
    public static Unit Read(Kernel kernel) => default;
}

/// <summary>Reads TAPQ's status word and GR2.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct TapqReply : IReply<TapqResult>
{
    /// <inheritdoc/>
    public static TapqResult Read(Kernel kernel) => new(new ApqSw((uint)kernel.Reply), (ulong)kernel.Reply2);
}

/// <summary>Reads DQAP's status word and correlator.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct DqapReply : IReply<DqapResult>
{
    /// <inheritdoc/>
    public static DqapResult Read(Kernel kernel) => new(new ApqSw((uint)kernel.Reply), kernel.Reply2);
}

/// <summary>Reads QCI's configuration block.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct QciReply : IReply<QciResult>
{
    /// <inheritdoc/>
    public static QciResult Read(Kernel kernel) => kernel.QciBlock;
}
