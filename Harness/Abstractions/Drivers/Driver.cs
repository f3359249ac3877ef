using DqapOperation = ApChaos.Abstractions.KernelOperation<ApChaos.Abstractions.DqapResult, ApChaos.Abstractions.DqapReply>;
using StatusOperation = ApChaos.Abstractions.KernelOperation<ApChaos.Abstractions.ApqSw, ApChaos.Abstractions.StatusReply>;
using ValueOperation = ApChaos.Abstractions.KernelOperation<long, ApChaos.Abstractions.ValueReply>;
using VoidOperation = ApChaos.Abstractions.KernelOperation<ApChaos.Abstractions.Unit, ApChaos.Abstractions.VoidReply>;

namespace ApChaos.Abstractions;

/// <summary>
/// A driver under test: the entry points that the machine calls, and the kernel services that it may use. Found by being there:
/// any public class with a parameterless constructor that derives from this one.
/// </summary>
/// <remarks>
/// Most drivers derive from <see cref="VfioApDriver"/> and override only their reset. A driver keeps no fields of its own: what must
/// survive an operation lives in <see cref="ApQueue"/> and <see cref="MatrixMdev"/>, which belong to the machine's state.
/// </remarks>
public abstract class Driver
{
    private Kernel? _kernel;

    /// <summary>The id that users type, kebab-case.</summary>
    public abstract string Id { get; }

    /// <summary>One line: what it is and where it is known to be weak.</summary>
    public abstract string Summary { get; }

    /// <summary>Whether the driver and its KVM offer AP interruption to guests (AQIC interception, since 5.3).</summary>
    public virtual bool OffersInterrupts => true;

    /// <summary>Whether KVM holds pqap_hook_rwsem for reading while it calls the hook (5.15 and later).</summary>
    public virtual bool HookUnderRwsem => true;

    /// <summary>The kernel services of the run.</summary>
    public Kernel Kernel => _kernel ?? throw new InvalidOperationException("A driver may use the kernel only inside its operations, not in its constructor.");

    /// <summary>A queue device is bound to the driver.</summary>
    /// <param name="queue">The queue; its structure is fresh.</param>
    /// <returns>0 or a negative errno.</returns>
    public virtual ApTask<int> ProbeQueue(ApQueue queue) => ApTask.FromResult(0);

    /// <summary>A queue device is taken from the driver; when it returns, somebody else may have the queue.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Nothing: nobody hears of an error.</returns>
    public virtual ApTask RemoveQueue(ApQueue queue) => ApTask.CompletedTask;

    /// <summary>open_device: a guest gets the mdev's queues.</summary>
    /// <param name="mdev">The mdev.</param>
    /// <param name="kvm">The guest.</param>
    /// <returns>0 or a negative errno.</returns>
    public abstract ApTask<int> OpenDevice(MatrixMdev mdev, Kvm kvm);

    /// <summary>close_device (release): the guest is gone.</summary>
    /// <param name="mdev">The mdev.</param>
    /// <returns>Nothing: nobody hears of an error.</returns>
    public abstract ApTask CloseDevice(MatrixMdev mdev);

    /// <summary>The mdev is removed: nobody has it open, and nobody will. When it returns, the mdev has no queues any more.</summary>
    /// <param name="mdev">The mdev; its matrix is still assigned.</param>
    /// <returns>Nothing: nobody hears of an error.</returns>
    public virtual ApTask RemoveMdev(MatrixMdev mdev) => ApTask.CompletedTask;

    /// <summary>VFIO_DEVICE_RESET: the VMM resets its guest.</summary>
    /// <param name="mdev">The mdev.</param>
    /// <returns>0 or a negative errno.</returns>
    public virtual ApTask<int> ResetDevice(MatrixMdev mdev) => ApTask.FromResult(0);

    /// <summary>A guest's PQAP(AQIC) was intercepted; runs in the vCPU's thread.</summary>
    /// <param name="mdev">The mdev of the hook.</param>
    /// <param name="apqn">The queue that the guest named.</param>
    /// <param name="control">GR1 of the guest; its <c>Isc</c> is the guest's interruption subclass.</param>
    /// <param name="nib">GR2 of the guest: guest address of the notification indicator byte.</param>
    /// <returns>The status word that the guest gets.</returns>
    public virtual ApTask<ApqSw> InterceptAqic(MatrixMdev mdev, Apqn apqn, AqicControl control, long nib) =>
        ApTask.FromResult(new ApqSw(ResponseCode.QNotAvail));

    /// <summary>A range of guest memory is unmapped.</summary>
    /// <param name="mdev">The mdev.</param>
    /// <param name="iova">First guest address.</param>
    /// <param name="length">Bytes.</param>
    /// <returns>Nothing.</returns>
    public virtual ApTask DmaUnmap(MatrixMdev mdev, long iova, long length) => ApTask.CompletedTask;

    /// <summary>Whether the driver is told when KVM is attached or detached (the group notifier, up to 5.18).</summary>
    public virtual bool HasKvmNotifier => false;

    /// <summary>KVM was detached from the mdev before the device is closed; only for drivers with a notifier.</summary>
    /// <param name="mdev">The mdev.</param>
    /// <returns>Nothing.</returns>
    public virtual ApTask KvmDetached(MatrixMdev mdev) => ApTask.CompletedTask;

    /// <summary>The AP configuration changed: an adapter came or went; called at the start of a bus scan.</summary>
    /// <returns>Nothing.</returns>
    public virtual ApTask ConfigChanged() => ApTask.CompletedTask;

    /// <summary>The AP bus scan is complete.</summary>
    /// <returns>Nothing.</returns>
    public virtual ApTask ScanComplete() => ApTask.CompletedTask;

    /// <summary>The reset work item of a queue, run by a kernel worker without any lock.</summary>
    /// <param name="queue">The queue.</param>
    /// <returns>Nothing.</returns>
    public virtual ApTask ResetWork(ApQueue queue) => ApTask.CompletedTask;

    /// <summary>What the driver keeps where it can be neither saved nor compared, or null.</summary>
    internal virtual string? KeepsElsewhere => null;

    internal void Attach(Kernel kernel) => _kernel = kernel;

    /// <summary>A run begins; for drivers whose state is not in the machine's records.</summary>
    internal virtual void BeginRun(int guests)
    {
    }

    /// <inheritdoc cref="Kernel.Tapq"/>
    protected StatusOperation Tapq(Apqn apqn) => Kernel.Tapq(apqn);

    /// <inheritdoc cref="Kernel.Zapq"/>
    protected StatusOperation Zapq(Apqn apqn) => Kernel.Zapq(apqn);

    /// <inheritdoc cref="Kernel.Rapq"/>
    protected StatusOperation Rapq(Apqn apqn) => Kernel.Rapq(apqn);

    /// <inheritdoc cref="Kernel.Aqic"/>
    protected StatusOperation Aqic(Apqn apqn, AqicControl control, long nib) => Kernel.Aqic(apqn, control, nib);

    /// <inheritdoc cref="Kernel.Dqap"/>
    protected DqapOperation Dqap(Apqn apqn) => Kernel.Dqap(apqn);

    /// <inheritdoc cref="Kernel.Msleep"/>
    protected VoidOperation Msleep(int milliseconds) => Kernel.Msleep(milliseconds);

    /// <inheritdoc cref="Kernel.Lock"/>
    protected VoidOperation Lock(KernelLock lockId) => Kernel.Lock(lockId);

    /// <inheritdoc cref="Kernel.Unlock"/>
    protected VoidOperation Unlock(KernelLock lockId) => Kernel.Unlock(lockId);

    /// <inheritdoc cref="Kernel.QueueWork"/>
    protected VoidOperation QueueWork(ApQueue queue) => Kernel.QueueWork(queue);

    /// <inheritdoc cref="Kernel.FlushWork"/>
    protected VoidOperation FlushWork(ApQueue queue) => Kernel.FlushWork(queue);

    /// <inheritdoc cref="Kernel.PinPages"/>
    protected ValueOperation PinPages(MatrixMdev mdev, long iova) => Kernel.PinPages(mdev, iova);

    /// <inheritdoc cref="Kernel.UnpinPages(MatrixMdev, long)"/>
    protected VoidOperation UnpinPages(MatrixMdev mdev, long iova) => Kernel.UnpinPages(mdev, iova);

    /// <inheritdoc cref="Kernel.UnpinPages(MatrixMdev, Kvm, long)"/>
    protected VoidOperation UnpinPages(MatrixMdev mdev, Kvm kvm, long iova) => Kernel.UnpinPages(mdev, kvm, iova);

    /// <inheritdoc cref="Kernel.GiscRegister"/>
    protected ValueOperation GiscRegister(Kvm kvm, int isc) => Kernel.GiscRegister(kvm, isc);

    /// <inheritdoc cref="Kernel.GiscUnregister"/>
    protected ValueOperation GiscUnregister(Kvm kvm, int isc) => Kernel.GiscUnregister(kvm, isc);

    /// <inheritdoc cref="Kernel.SetMasks"/>
    protected VoidOperation SetMasks(Kvm kvm, ulong adapters, ulong domains) => Kernel.SetMasks(kvm, adapters, domains);

    /// <inheritdoc cref="Kernel.ClearMasks"/>
    protected VoidOperation ClearMasks(Kvm kvm) => Kernel.ClearMasks(kvm);

    /// <inheritdoc cref="Kernel.KvmGet"/>
    protected VoidOperation KvmGet(Kvm kvm) => Kernel.KvmGet(kvm);

    /// <inheritdoc cref="Kernel.KvmPut"/>
    protected VoidOperation KvmPut(Kvm kvm) => Kernel.KvmPut(kvm);

    /// <inheritdoc cref="Kernel.SetHook"/>
    protected VoidOperation SetHook(Kvm kvm, MatrixMdev mdev) => Kernel.SetHook(kvm, mdev);

    /// <inheritdoc cref="Kernel.ClearHook"/>
    protected VoidOperation ClearHook(Kvm kvm) => Kernel.ClearHook(kvm);

    /// <inheritdoc cref="Kernel.Warn"/>
    protected VoidOperation Warn(Apqn apqn, Op about, string text) => Kernel.Warn(apqn, about, text);

    /// <inheritdoc cref="Kernel.Log"/>
    protected VoidOperation Log(Apqn apqn, Op about, string text) => Kernel.Log(apqn, about, text);
}
