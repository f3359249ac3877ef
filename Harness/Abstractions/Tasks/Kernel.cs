using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using DqapOperation = ApChaos.Abstractions.KernelOperation<ApChaos.Abstractions.DqapResult, ApChaos.Abstractions.DqapReply>;
using QciOperation = ApChaos.Abstractions.KernelOperation<ApChaos.Abstractions.QciResult, ApChaos.Abstractions.QciReply>;
using StatusOperation = ApChaos.Abstractions.KernelOperation<ApChaos.Abstractions.ApqSw, ApChaos.Abstractions.StatusReply>;
using TapqOperation = ApChaos.Abstractions.KernelOperation<ApChaos.Abstractions.TapqResult, ApChaos.Abstractions.TapqReply>;
using ValueOperation = ApChaos.Abstractions.KernelOperation<long, ApChaos.Abstractions.ValueReply>;
using VoidOperation = ApChaos.Abstractions.KernelOperation<ApChaos.Abstractions.Unit, ApChaos.Abstractions.VoidReply>;

namespace ApChaos.Abstractions;

/// <summary>One request of an actor to the machine.</summary>
internal struct Request
{
    internal Op Op;
    internal int A;
    internal int B;
    internal long C;
    internal long D;
}

/// <summary>
/// What a driver sees of the world: AP instructions, sleeps, locks, work items, pins, GISCs, masks and log lines. Each method is one
/// visible operation and one scheduling point; await it at once.
/// </summary>
/// <remarks>
/// The kernel is a mailbox of one message, nothing more: the call leaves a <see cref="Request"/>, the engine answers with a reply and
/// resumes the frame that waits. One kernel serves one run at a time on one thread.
/// </remarks>
public sealed class Kernel
{
    private static readonly ConcurrentStack<Handle<Kernel>> SpareHandles = new();

    internal Request Request;
    internal string? Text;
    internal long Reply;
    internal long Reply2;
    internal QciResult QciBlock;

    /// <summary>The frame that asked last.</summary>
    internal Handle<Frame> WaitingFrame;

    /// <summary>In exploration: what the code that asked last is at.</summary>
    internal int WaitingNumber;

    /// <summary>All frames that were ever made for this kernel, by number; there is no number 0.</summary>
    internal Frame[] Frames = new Frame[16];

    /// <summary>The frame that asked last, or null.</summary>
    internal Frame? Waiting => WaitingFrame.TargetOrNull;
    internal DriverData Data = new();
    internal MachineFacts Facts = MachineFacts.None;

    // By kind of frame: the number of the one that is rented next, or 0.
    private int[] _free = new int[16];
    private int _frameCount;

    internal Kernel() => Handle = Handle<Kernel>.Of(this, SpareHandles);

    /// <summary>Gives the handles back.</summary>
    ~Kernel()
    {
        SpareHandles.Push(Handle);
        for (var number = _frameCount; number > 0; number--)
        {
            Frames[number].GiveHandleBack();
        }
    }

    /// <summary>What suspended calls keep instead of a reference.</summary>
    internal Handle<Kernel> Handle { get; }

    /// <summary>Whether the machine has a STFLE facility: 12 QCI, 15 TAPQ T bit, 65 AP interruption (ap-facts §1.1).</summary>
    /// <param name="facility">Facility number.</param>
    /// <returns>Whether it is installed.</returns>
    public bool HasFacility(int facility) => Facts.HasFacility(facility);

    /// <summary>PQAP(TAPQ).</summary>
    /// <param name="apqn">The queue.</param>
    /// <returns>The status word.</returns>
    public StatusOperation Tapq(Apqn apqn) => Status(Op.Tapq, apqn.Value, 0, 0, 0);

    /// <summary>PQAP(TAPQ) with the hardware facts of GR2.</summary>
    /// <param name="apqn">The queue.</param>
    /// <returns>Status word and GR2.</returns>
    public TapqOperation TapqInfo(Apqn apqn)
    {
        Post(Op.Tapq, apqn.Value, 0, 0, 0);
        return new TapqOperation(this);
    }

    /// <summary>PQAP(ZAPQ): starts a reset that zeroizes.</summary>
    /// <param name="apqn">The queue.</param>
    /// <returns>The status word; RC 00 means accepted, not complete.</returns>
    public StatusOperation Zapq(Apqn apqn) => Status(Op.Zapq, apqn.Value, 0, 0, 0);

    /// <summary>PQAP(RAPQ): starts a reset that keeps the keys.</summary>
    /// <param name="apqn">The queue.</param>
    /// <returns>The status word.</returns>
    public StatusOperation Rapq(Apqn apqn) => Status(Op.Rapq, apqn.Value, 0, 0, 0);

    /// <summary>PQAP(AQIC).</summary>
    /// <param name="apqn">The queue.</param>
    /// <param name="control">GR1.</param>
    /// <param name="nib">GR2: absolute address of the notification indicator byte.</param>
    /// <returns>The status word; RC 00 means accepted, the I bit of TAPQ tells when it is real.</returns>
    public StatusOperation Aqic(Apqn apqn, AqicControl control, long nib) =>
        Status(Op.Aqic, apqn.Value, (control.Enable ? 1 : 0) | (control.Gisc << 4) | (control.Isc << 8), nib, control.Gisa);

    /// <summary>PQAP(QCI).</summary>
    /// <returns>The configuration of this partition.</returns>
    public QciOperation Qci()
    {
        Post(Op.Qci, 0, 0, 0, 0);
        return new QciOperation(this);
    }

    /// <summary>NQAP.</summary>
    /// <param name="apqn">The queue.</param>
    /// <param name="psmid">Correlator.</param>
    /// <param name="length">Length of the message in bytes.</param>
    /// <returns>The status word.</returns>
    public StatusOperation Nqap(Apqn apqn, long psmid, int length) => Status(Op.Nqap, apqn.Value, length, psmid, 0);

    /// <summary>DQAP.</summary>
    /// <param name="apqn">The queue.</param>
    /// <returns>Status word and correlator.</returns>
    public DqapOperation Dqap(Apqn apqn)
    {
        Post(Op.Dqap, apqn.Value, 0, 0, 0);
        return new DqapOperation(this);
    }

    /// <summary>Sleeps.</summary>
    /// <param name="milliseconds">Virtual milliseconds.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation Msleep(int milliseconds) => Void(Op.Msleep, 0, 0, milliseconds * VirtualTime.Millisecond, 0);

    /// <summary>Sleeps.</summary>
    /// <param name="ns">Virtual nanoseconds.</param>
    /// <returns>0, or -EINTR (-4) when a vCPU is told to stop.</returns>
    public ValueOperation Sleep(long ns) => Value(Op.Msleep, 0, 0, ns, 0);

    /// <summary>Takes a lock alone.</summary>
    /// <param name="lockId">The lock.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation Lock(KernelLock lockId) => Void(Op.Lock, lockId.Index, 0, 0, 0);

    /// <summary>Gives a lock back.</summary>
    /// <param name="lockId">The lock.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation Unlock(KernelLock lockId) => Void(Op.Unlock, lockId.Index, 0, 0, 0);

    /// <summary>Takes a lock for reading.</summary>
    /// <param name="lockId">The lock.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation LockShared(KernelLock lockId) => Void(Op.LockShared, lockId.Index, 0, 0, 0);

    /// <summary>Gives a lock back that was taken for reading.</summary>
    /// <param name="lockId">The lock.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation UnlockShared(KernelLock lockId) => Void(Op.UnlockShared, lockId.Index, 0, 0, 0);

    /// <summary>Queues the reset work item of a queue; the machine then calls <see cref="Driver.ResetWork"/> in a kernel worker.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation QueueWork(ApQueue queue) => Void(Op.QueueWork, queue.Index, 0, 0, 0);

    /// <summary>Waits until the reset work item of a queue is idle.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation FlushWork(ApQueue queue) => Void(Op.FlushWork, queue.Index, 0, 0, 0);

    /// <summary>Pins the page of guest memory that holds an address.</summary>
    /// <param name="mdev">The mdev whose container maps the guest's memory.</param>
    /// <param name="iova">Guest address.</param>
    /// <returns>Host address of the page, or a negative errno.</returns>
    public ValueOperation PinPages(MatrixMdev mdev, long iova) => Value(Op.PinPages, mdev.Index, 0, iova, 0);

    /// <summary>Unpins the page of guest memory that holds an address.</summary>
    /// <param name="mdev">The mdev whose container maps the guest's memory.</param>
    /// <param name="iova">Guest address.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation UnpinPages(MatrixMdev mdev, long iova) => Void(Op.UnpinPages, mdev.Index, 0, iova, 0);

    /// <summary>Unpins the page of one guest's memory that holds an address, though the mdev may serve another guest by now.</summary>
    /// <param name="mdev">The mdev that pinned.</param>
    /// <param name="kvm">The guest that the mdev served when it pinned.</param>
    /// <param name="iova">Guest address.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation UnpinPages(MatrixMdev mdev, Kvm kvm, long iova) =>
        Void(Op.UnpinPages, mdev.Index, kvm.Checked() + 1, iova, 0);

    /// <summary>Registers a guest interruption subclass.</summary>
    /// <param name="kvm">The guest.</param>
    /// <param name="isc">The subclass, 0..7.</param>
    /// <returns>The host ISC to use, or a negative errno: -ENODEV without GISA, -ERANGE for a subclass above 7.</returns>
    public ValueOperation GiscRegister(Kvm kvm, int isc) => Value(Op.GiscRegister, kvm.Checked(), isc, 0, 0);

    /// <summary>Unregisters a guest interruption subclass.</summary>
    /// <param name="kvm">The guest.</param>
    /// <param name="isc">The subclass, 0..7.</param>
    /// <returns>0, or a negative errno: -ENODEV, -ERANGE, -EINVAL when it was not registered.</returns>
    public ValueOperation GiscUnregister(Kvm kvm, int isc) => Value(Op.GiscUnregister, kvm.Checked(), isc, 0, 0);

    /// <summary>Gives a guest its APCB masks.</summary>
    /// <param name="kvm">The guest.</param>
    /// <param name="adapters">Adapters, bit i for the i-th adapter of the topology.</param>
    /// <param name="domains">Domains, bit i for the i-th domain of the topology.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation SetMasks(Kvm kvm, ulong adapters, ulong domains) => Void(Op.SetMasks, kvm.Checked(), 0, (long)adapters, (long)domains);

    /// <summary>Clears a guest's APCB masks.</summary>
    /// <param name="kvm">The guest.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation ClearMasks(Kvm kvm) => Void(Op.ClearMasks, kvm.Checked(), 0, 0, 0);

    /// <summary>Takes a reference on a guest.</summary>
    /// <param name="kvm">The guest.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation KvmGet(Kvm kvm) => Void(Op.KvmGet, kvm.Checked(), 0, 0, 0);

    /// <summary>Gives a reference on a guest back.</summary>
    /// <param name="kvm">The guest.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation KvmPut(Kvm kvm) => Void(Op.KvmPut, kvm.Checked(), 0, 0, 0);

    /// <summary>Installs the PQAP hook of a guest.</summary>
    /// <param name="kvm">The guest.</param>
    /// <param name="mdev">The mdev that answers.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation SetHook(Kvm kvm, MatrixMdev mdev) => Void(Op.SetHook, kvm.Checked(), mdev.Index, 0, 0);

    /// <summary>Removes the PQAP hook of a guest.</summary>
    /// <param name="kvm">The guest.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation ClearHook(Kvm kvm) => Void(Op.ClearHook, kvm.Checked(), 0, 0, 0);

    /// <summary>Allocates a tracked object.</summary>
    /// <param name="kind">What it is; a constant text.</param>
    /// <returns>A handle above 0, or 0 when memory is out.</returns>
    public ValueOperation Alloc(string kind)
    {
        Text = kind;
        return Value(Op.Alloc, 0, 0, 0, 0);
    }

    /// <summary>Frees a tracked object.</summary>
    /// <param name="handle">What <see cref="Alloc"/> returned.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation Free(long handle) => Void(Op.Free, 0, 0, handle, 0);

    /// <summary>Frees the driver's structure of a queue. Using the <see cref="ApQueue"/> afterwards is a use after free.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation FreeQueue(ApQueue queue) => Void(Op.FreeQueue, queue.Index, 0, 0, 0);

    /// <summary>A kernel warning (WARN).</summary>
    /// <param name="apqn">The queue that it is about.</param>
    /// <param name="about">The instruction whose answer it reports.</param>
    /// <param name="text">The text; a constant keeps the run free of allocation.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation Warn(Apqn apqn, Op about, string text)
    {
        Text = text;
        return Void(Op.Warn, apqn.Value, (int)about, 0, 0);
    }

    /// <summary>A kernel log line.</summary>
    /// <param name="apqn">The queue that it is about.</param>
    /// <param name="about">The instruction whose answer it reports.</param>
    /// <param name="text">The text; a constant keeps the run free of allocation.</param>
    /// <returns>Nothing.</returns>
    public VoidOperation Log(Apqn apqn, Op about, string text)
    {
        Text = text;
        return Void(Op.Log, apqn.Value, (int)about, 0, 0);
    }

    /// <summary>Whether somebody writes the history down, so that it is worth saying which function asks.</summary>
    internal bool WantsPlaces { get; set; }

    /// <summary>The function of a compiled driver that asks, or null.</summary>
    internal string? Place { get; set; }

    /// <summary>A compiled driver is about to load or store memory that threads share.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="store">Whether it stores.</param>
    internal VoidOperation MemoryAccess(int bytes, bool store) => Void(Op.MemoryAccess, bytes, 0, store ? 1 : 0, 0);

    /// <summary>All queues that are bound to the driver, ascending by APQN.</summary>
    public MatrixMdev.QueueList AllQueues => new(Handle, MatrixMdev.QueueList.AnyMdev);

    /// <summary>All mdevs.</summary>
    public MdevList AllMdevs => new(Handle);

    /// <summary>Position of a queue's adapter in the topology: its bit in the adapter masks.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>0..63.</returns>
    public int AdapterPosition(ApQueue queue) => queue.Index / Data.DomainCount;

    /// <summary>Position of a queue's domain in the topology: its bit in the domain masks.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>0..63.</returns>
    public int DomainPosition(ApQueue queue) => queue.Index % Data.DomainCount;

    internal VoidOperation Void(Op op, int a, int b, long c, long d)
    {
        Post(op, a, b, c, d);
        return new VoidOperation(this);
    }

    internal ValueOperation Value(Op op, int a, int b, long c, long d)
    {
        Post(op, a, b, c, d);
        return new ValueOperation(this);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Frame<TStateMachine, TResult> RentFrame<TStateMachine, TResult>()
        where TStateMachine : IAsyncStateMachine
    {
        var free = _free;
        var kind = Frame<TStateMachine, TResult>.KindOfAll;
        if ((uint)kind >= (uint)free.Length || free[kind] == 0)
        {
            return MakeFrame<TStateMachine, TResult>();
        }

        var frame = Unsafe.As<Frame<TStateMachine, TResult>>(Frames[free[kind]]);
        free[kind] = frame.NextFree;
        return frame;
    }

    /// <summary>A frame is free again; it is rented before all others of its kind.</summary>
    internal void GiveFrame(Frame frame)
    {
        ref var free = ref _free[frame.Kind];
        frame.NextFree = free;
        free = frame.Number;
    }

    /// <summary>Takes a certain frame from those that are free; the others keep their order.</summary>
    internal void ClaimFrame(Frame frame)
    {
        ref var number = ref _free[frame.Kind];
        while (number != frame.Number)
        {
            number = ref Frames[number].NextFree;
        }

        number = frame.NextFree;
    }

    /// <summary>
    /// Takes back the frames of a run that was abandoned half-way. The one that was made first is rented first: which one a call gets does
    /// not depend on how many there are.
    /// </summary>
    internal void TakeAllFramesBack()
    {
        Array.Clear(_free);
        for (var number = _frameCount; number > 0; number--)
        {
            Frames[number].Forget();
            GiveFrame(Frames[number]);
        }

        Request = default;
        Text = null;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Frame<TStateMachine, TResult> MakeFrame<TStateMachine, TResult>()
        where TStateMachine : IAsyncStateMachine
    {
        if (++_frameCount == Frames.Length)
        {
            Array.Resize(ref Frames, _frameCount * 2);
        }

        var frame = new Frame<TStateMachine, TResult>(this, _frameCount);
        Frames[_frameCount] = frame;
        if (frame.Kind >= _free.Length)
        {
            Array.Resize(ref _free, Math.Max(frame.Kind + 1, _free.Length * 2));
        }

        return frame;
    }

    private StatusOperation Status(Op op, int a, int b, long c, long d)
    {
        Post(op, a, b, c, d);
        return new StatusOperation(this);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Post(Op op, int a, int b, long c, long d)
    {
        if (Request.Op != Op.None)
        {
            ThrowNotAwaited(op);
        }

        Request.Op = op;
        Request.A = a;
        Request.B = b;
        Request.C = c;
        Request.D = d;
    }

    /// <summary>An entry point of the driver returned: nothing that it asked for may be left over.</summary>
    internal void RequireNothingPending()
    {
        if (Request.Op != Op.None)
        {
            var first = Request.Op;
            Request = default;
            throw new InvalidOperationException($"{OpText.Name(first)} was not awaited before the driver returned: await each operation at once.");
        }
    }

    private void ThrowNotAwaited(Op op)
    {
        var first = Request.Op;
        Request = default;
        throw new InvalidOperationException($"{OpText.Name(first)} was not awaited before {OpText.Name(op)} was called: await each operation at once.");
    }
}

/// <summary>Fixed facts of the emulated machine.</summary>
internal sealed class MachineFacts
{
    internal static readonly MachineFacts None = new([], []);

    private readonly bool[] _installed;

    internal MachineFacts(int[] facilities, ushort[] apqns)
    {
        Facilities = facilities;
        Apqns = apqns;
        _installed = new bool[facilities.Length == 0 ? 0 : facilities.Max() + 1];
        foreach (var facility in facilities)
        {
            _installed[facility] = true;
        }
    }

    internal int[] Facilities { get; }

    /// <summary>APQN of each queue of the topology, ascending.</summary>
    internal ushort[] Apqns { get; }

    internal bool HasFacility(int facility) => (uint)facility < (uint)_installed.Length && _installed[facility];
}
