using ApChaos.Abstractions;

namespace ApChaos.Native;

/// <summary>
/// A driver in C as a driver of the engine: each entry point is a kernel thread that is resumed to its next request; the request becomes
/// the engine's operation, its answer the reply. So scheduler, time, locks, faults, oracles, trace and replay are those of every driver.
/// </summary>
/// <remarks>
/// The driver's data lives in native memory. It is put back at the start of every run, so a run that was abandoned half-way leaves
/// nothing behind.
/// </remarks>
public sealed class NativeDriver : Driver
{
    private readonly NativeProgram _program;
    private NativeInstance _instance = null!;
    private BootShape? _shape;
    private bool _hasView;

    internal NativeDriver(NativeProgram program) => _program = program;

    /// <inheritdoc/>
    public override string Id => _program.Id;

    /// <inheritdoc/>
    public override string Summary => _program.Summary;

    /// <inheritdoc/>
    public override bool HookUnderRwsem => _program.Tree.Has("hook-rwsem");

    internal override string KeepsElsewhere => "its data in native memory";

    /// <inheritdoc/>
    public override async ApTask<int> ProbeQueue(ApQueue queue) => (int)await Call(NativeEntry.Probe, queue.Index, 0, 0, 0);

    /// <inheritdoc/>
    public override async ApTask RemoveQueue(ApQueue queue)
    {
        await Call(NativeEntry.Remove, queue.Index, 0, 0, 0);
        await Kernel.FreeQueue(queue);
    }

    /// <inheritdoc/>
    public override async ApTask<int> OpenDevice(MatrixMdev mdev, Kvm kvm)
    {
        // The container maps the guest's memory from now on: pins need it.
        mdev.Kvm = kvm;
        var rc = (int)await Call(NativeEntry.Open, mdev.Index, kvm.Index, 0, 0);
        if (rc != 0)
        {
            mdev.Kvm = default;
        }

        return rc;
    }

    /// <inheritdoc/>
    public override async ApTask CloseDevice(MatrixMdev mdev)
    {
        await Call(NativeEntry.Close, mdev.Index, 0, 0, 0);
        mdev.Kvm = default;
    }

    /// <inheritdoc/>
    public override async ApTask RemoveMdev(MatrixMdev mdev) => await Call(NativeEntry.Destroy, mdev.Index, 0, 0, 0);

    /// <inheritdoc/>
    public override async ApTask<int> ResetDevice(MatrixMdev mdev) => (int)await Call(NativeEntry.Reset, mdev.Index, 0, 0, 0);

    /// <inheritdoc/>
    public override async ApTask<ApqSw> InterceptAqic(MatrixMdev mdev, Apqn apqn, AqicControl control, long nib)
    {
        if (mdev.Kvm.IsNull)
        {
            return new ApqSw(ResponseCode.QNotAvail);
        }

        return new ApqSw((uint)await Call(NativeEntry.Aqic, mdev.Kvm.Index, apqn.Value, (control.Enable ? 1 : 0) | (control.Isc << 1), nib));
    }

    /// <inheritdoc/>
    public override async ApTask DmaUnmap(MatrixMdev mdev, long iova, long length) =>
        await Call(NativeEntry.DmaUnmap, mdev.Index, 0, iova, length);

    /// <inheritdoc/>
    public override async ApTask ConfigChanged() => await Call(NativeEntry.Config, 0, 0, 0, 0);

    /// <inheritdoc/>
    public override async ApTask ScanComplete() => await Call(NativeEntry.Scan, 0, 0, 0, 0);

    /// <inheritdoc/>
    public override async ApTask ResetWork(ApQueue queue) => await Call(NativeEntry.Work, queue.Index, 0, 0, 0);

    internal override void BeginRun(int guests)
    {
        if (_shape is null)
        {
            var data = Kernel.Data;
            var facilities = (Kernel.HasFacility(12) ? 1 : 0) | (Kernel.HasFacility(15) ? 2 : 0) | (Kernel.HasFacility(65) ? 4 : 0);
            _shape = new BootShape(
                [.. data.Apqns], data.DomainCount, guests, facilities, [.. data.AllMdevs.ToArray().Select(mdev => (mdev.Adapters, mdev.Domains))]);
        }

        // A driver may be moved from thread to thread between runs; an instance may not.
        _instance = NativeInstance.Of(_program, _shape);
        _instance.BeginRun();
        _hasView = _instance.Show(Kernel.Data);
    }

    /// <summary>Where the driver's structures are not known, its shadow is what it gave its guest last.</summary>
    private void ShowMasks(NativeRequest request)
    {
        for (var index = 0; index < Kernel.Data.MdevCount && !_hasView; index++)
        {
            ref var mdev = ref Kernel.Data.Mdev(index);
            if (mdev.Kvm == request.A + 1)
            {
                mdev.ShadowAdapters = (ulong)request.D;
                mdev.ShadowDomains = (ulong)request.E;
            }
        }
    }

    private Kvm Guest(int index) => new(Kernel, index);

    private MatrixMdev Mdev(int index) => new(Kernel, index);

    private ApQueue Queue(int index) => new(Kernel, index);

    private static Apqn ApqnOf(int apqn) => new((ushort)apqn);

    /// <summary>What a line of the driver is about: the last instruction of its thread.</summary>
    private static Op About(int op) => (NativeOp)op switch
    {
        NativeOp.Tapq => Op.Tapq,
        NativeOp.Zapq => Op.Zapq,
        NativeOp.Rapq => Op.Rapq,
        NativeOp.Aqic => Op.Aqic,
        _ => Op.None,
    };

    /// <summary>Runs an entry point: resume, do what it asks for, answer, until it returns.</summary>
    private async ApTask<long> Call(NativeEntry entry, long a, long b, long c, long d)
    {
        var thread = _instance.Begin(entry, a, b, c, d);
        while (true)
        {
            var request = _instance.Resume(thread);
            if (_hasView)
            {
                _instance.Show(Kernel.Data);
            }

            if (Kernel.WantsPlaces)
            {
                Kernel.Place = _instance.Caller(thread);
            }

            switch (request.Op)
            {
                case NativeOp.Return:
                    return request.D;
                case NativeOp.Fault:
                    throw _instance.Oops(in request);
                case NativeOp.Tapq:
                    var tapq = await Kernel.TapqInfo(ApqnOf(request.A));
                    _instance.Reply(tapq.Status.Word, (long)tapq.Gr2);
                    break;
                case NativeOp.Zapq:
                    _instance.Reply((await Kernel.Zapq(ApqnOf(request.A))).Word);
                    break;
                case NativeOp.Rapq:
                    _instance.Reply((await Kernel.Rapq(ApqnOf(request.A))).Word);
                    break;
                case NativeOp.Aqic:
                    var control = new AqicControl((request.B & 1) != 0, (request.B >> 4) & 7, (request.B >> 8) & 7, request.C);
                    _instance.Reply((await Kernel.Aqic(ApqnOf(request.A), control, request.D)).Word);
                    break;
                case NativeOp.Qci:
                    _instance.ReplyQci(await Kernel.Qci());
                    break;
                case NativeOp.Msleep:
                    await Kernel.Msleep((int)request.D);
                    break;
                case NativeOp.Lock:
                    await Kernel.Lock(new KernelLock(request.A));
                    break;
                case NativeOp.Access:
                    await Kernel.MemoryAccess(request.A, request.B != 0);
                    break;
                case NativeOp.Unlock:
                    await Kernel.Unlock(new KernelLock(request.A));
                    break;
                case NativeOp.QueueWork:
                    await Kernel.QueueWork(Queue(request.A));
                    break;
                case NativeOp.FlushWork:
                    await Kernel.FlushWork(Queue(request.A));
                    break;
                default:
                    await Serve(request, entry == NativeEntry.Probe ? (int)a : -1);
                    break;
            }
        }
    }

    /// <summary>The rarer requests.</summary>
    private async ApTask Serve(NativeRequest request, int probed)
    {
        switch (request.Op)
        {
            case NativeOp.Pin:
                _instance.Reply(await Kernel.PinPages(Mdev(request.A), request.D));
                break;
            case NativeOp.Unpin:
                await Kernel.UnpinPages(Mdev(request.A), request.D);
                break;
            case NativeOp.GiscRegister:
                _instance.Reply(await Kernel.GiscRegister(Guest(request.A), request.B));
                break;
            case NativeOp.GiscUnregister:
                _instance.Reply(await Kernel.GiscUnregister(Guest(request.A), request.B));
                break;
            case NativeOp.LockShared:
                await Kernel.LockShared(new KernelLock(request.A));
                break;
            case NativeOp.UnlockShared:
                await Kernel.UnlockShared(new KernelLock(request.A));
                break;
            case NativeOp.SetMasks:
                ShowMasks(request);
                await Kernel.SetMasks(Guest(request.A), (ulong)request.D, (ulong)request.E);
                break;
            case NativeOp.ClearMasks:
                await Kernel.ClearMasks(Guest(request.A));
                break;
            case NativeOp.KvmGet:
                await Kernel.KvmGet(Guest(request.A));
                break;
            case NativeOp.KvmPut:
                await Kernel.KvmPut(Guest(request.A));
                break;
            case NativeOp.SetHook:
                await Kernel.SetHook(Guest(request.A), Mdev(request.B));
                break;
            case NativeOp.ClearHook:
                await Kernel.ClearHook(Guest(request.A));
                break;
            case NativeOp.Alloc:
                var handle = await Kernel.Alloc(_instance.Text());
                if (probed >= 0 && Queue(probed).Structure == 0 && handle <= byte.MaxValue)
                {
                    // It lives as long as the queue is bound.
                    Queue(probed).Structure = (int)handle;
                }

                _instance.Reply(handle);
                break;
            case NativeOp.Free when request.D > 0:
                await Kernel.Free(request.D);
                break;
            case NativeOp.Free:
                // An object of before the run: the machine does not know it.
                break;
            case NativeOp.Warn:
                await Kernel.Warn(ApqnOf(request.A), About(request.B), _instance.Text());
                break;
            case NativeOp.Log:
                await Kernel.Log(ApqnOf(request.A), About(request.B), _instance.Text());
                break;
            default:
                throw new InvalidOperationException($"Native code asks for {request.Op}, which the engine does not know.");
        }
    }
}
