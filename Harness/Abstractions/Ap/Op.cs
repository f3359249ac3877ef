namespace ApChaos.Abstractions;

/// <summary>
/// The visible operations: each is one scheduling point. An actor runs until it asks for one of them.
/// </summary>
public enum Op : byte
{
    /// <summary>No operation.</summary>
    None,

    /// <summary>PQAP(TAPQ): test a queue.</summary>
    Tapq,

    /// <summary>PQAP(ZAPQ): zeroize and reset a queue.</summary>
    Zapq,

    /// <summary>PQAP(RAPQ): reset a queue without zeroize.</summary>
    Rapq,

    /// <summary>PQAP(AQIC): enable or disable interruption of a queue.</summary>
    Aqic,

    /// <summary>PQAP(QCI): read the AP configuration.</summary>
    Qci,

    /// <summary>NQAP: enqueue a request.</summary>
    Nqap,

    /// <summary>DQAP: dequeue a reply.</summary>
    Dqap,

    /// <summary>Sleep for a virtual time.</summary>
    Msleep,

    /// <summary>Take a lock for itself alone.</summary>
    Lock,

    /// <summary>Give a lock back.</summary>
    Unlock,

    /// <summary>Take a lock for reading.</summary>
    LockShared,

    /// <summary>Give a lock back that was taken for reading.</summary>
    UnlockShared,

    /// <summary>Queue the reset work item of a queue.</summary>
    QueueWork,

    /// <summary>Wait until the reset work item of a queue is done.</summary>
    FlushWork,

    /// <summary>Pin a page of guest memory (vfio_pin_pages).</summary>
    PinPages,

    /// <summary>Unpin a page of guest memory (vfio_unpin_pages).</summary>
    UnpinPages,

    /// <summary>Register a guest interruption subclass (kvm_s390_gisc_register).</summary>
    GiscRegister,

    /// <summary>Unregister a guest interruption subclass (kvm_s390_gisc_unregister).</summary>
    GiscUnregister,

    /// <summary>Give a guest its APCB masks (kvm_arch_crypto_set_masks); atomic with respect to guest instructions.</summary>
    SetMasks,

    /// <summary>Clear a guest's APCB masks (kvm_arch_crypto_clear_masks); atomic with respect to guest instructions.</summary>
    ClearMasks,

    /// <summary>Take a reference on a guest's struct kvm (kvm_get_kvm).</summary>
    KvmGet,

    /// <summary>Give a reference on a guest's struct kvm back (kvm_put_kvm); the last one frees the GISA.</summary>
    KvmPut,

    /// <summary>Install the PQAP hook of a guest.</summary>
    SetHook,

    /// <summary>Remove the PQAP hook of a guest.</summary>
    ClearHook,

    /// <summary>Allocate a tracked object.</summary>
    Alloc,

    /// <summary>Free a tracked object.</summary>
    Free,

    /// <summary>Free the driver's structure of a queue.</summary>
    FreeQueue,

    /// <summary>A kernel warning.</summary>
    Warn,

    /// <summary>A kernel log line.</summary>
    Log,

    /// <summary>A driver operation begins.</summary>
    EnterOperation,

    /// <summary>A driver operation returns.</summary>
    ExitOperation,

    /// <summary>The VMM creates its guest (struct kvm, GISA, memory).</summary>
    CreateGuest,

    /// <summary>The VMM tells the guest's vCPUs to stop.</summary>
    StopVcpus,

    /// <summary>The VMM waits until the guest's vCPUs have stopped.</summary>
    JoinVcpus,

    /// <summary>The VMM closes its KVM file descriptor.</summary>
    CloseKvm,

    /// <summary>The VMM's memory goes back to the host, which gives the unpinned pages to somebody else.</summary>
    ReleaseMemory,

    /// <summary>A guest reads (and clears) its notification indicator byte.</summary>
    ReadNib,

    /// <summary>The actor has nothing more to do.</summary>
    End,

    /// <summary>The VMM keeps its guest's device open to the end of the run.</summary>
    AwaitRest,

    /// <summary>The scheduler lets others run first: the actor goes on with what it had asked for.</summary>
    Preempted,

    /// <summary>A range of guest memory goes back to the host (memory hot-unplug).</summary>
    UnmapMemory,

    /// <summary>The VMM resets its guest's subsystem: a crash dump, kexec, a reboot.</summary>
    SubsystemReset,

    /// <summary>The driver loads or stores memory that threads share; only of compiled drivers with mem-preempt.</summary>
    MemoryAccess,
}

/// <summary>Entry points of a driver, as the machine calls them.</summary>
public enum DriverOperation : byte
{
    /// <summary>No operation.</summary>
    None,

    /// <summary>A queue device is bound to the driver.</summary>
    ProbeQueue,

    /// <summary>A queue device is taken from the driver.</summary>
    RemoveQueue,

    /// <summary>open_device: a guest gets the mdev's queues.</summary>
    OpenDevice,

    /// <summary>close_device (release): the guest is gone.</summary>
    CloseDevice,

    /// <summary>VFIO_DEVICE_RESET.</summary>
    ResetDevice,

    /// <summary>A guest's PQAP(AQIC) was intercepted.</summary>
    AqicIntercept,

    /// <summary>A range of guest memory is unmapped from the IOMMU domain.</summary>
    DmaUnmap,

    /// <summary>The AP configuration changed (on_config_changed).</summary>
    ConfigChanged,

    /// <summary>The AP bus scan is complete (on_scan_complete).</summary>
    ScanComplete,

    /// <summary>The reset work item of a queue runs.</summary>
    ResetWork,

    /// <summary>KVM is detached from the mdev before the device is closed (the SET_KVM notifier with NULL, up to 5.18).</summary>
    SetKvm,

    /// <summary>An mdev is removed.</summary>
    RemoveMdev,
}

/// <summary>Who issues an instruction.</summary>
public enum ActorClass : byte
{
    /// <summary>Code of the driver under test.</summary>
    Driver,

    /// <summary>A guest's vCPU; the host does not see its instructions.</summary>
    Guest,

    /// <summary>The surroundings: the VMM, the host's administrator.</summary>
    Host,

    /// <summary>The hardware itself.</summary>
    Hardware,

    /// <summary>A fault plugin.</summary>
    Fault,
}

/// <summary>Names and meaning of the operations, for <c>apchaos list operations</c> and for traces.</summary>
public static class OpText
{
    /// <summary>The name of an operation as the kernel spells it.</summary>
    /// <param name="op">The operation.</param>
    /// <returns>For instance <c>ZAPQ</c> or <c>vfio_pin_pages</c>.</returns>
    public static string Name(Op op) => op switch
    {
        Op.Tapq => "TAPQ",
        Op.Zapq => "ZAPQ",
        Op.Rapq => "RAPQ",
        Op.Aqic => "AQIC",
        Op.Qci => "QCI",
        Op.Nqap => "NQAP",
        Op.Dqap => "DQAP",
        Op.Msleep => "msleep",
        Op.Lock => "mutex_lock",
        Op.Unlock => "mutex_unlock",
        Op.LockShared => "down_read",
        Op.UnlockShared => "up_read",
        Op.QueueWork => "queue_work",
        Op.FlushWork => "flush_work",
        Op.PinPages => "vfio_pin_pages",
        Op.UnpinPages => "vfio_unpin_pages",
        Op.GiscRegister => "kvm_s390_gisc_register",
        Op.GiscUnregister => "kvm_s390_gisc_unregister",
        Op.SetMasks => "kvm_arch_crypto_set_masks",
        Op.ClearMasks => "kvm_arch_crypto_clear_masks",
        Op.KvmGet => "kvm_get_kvm",
        Op.KvmPut => "kvm_put_kvm",
        Op.SetHook => "set pqap_hook",
        Op.ClearHook => "clear pqap_hook",
        Op.Alloc => "kzalloc",
        Op.Free => "kfree",
        Op.FreeQueue => "kfree(queue)",
        Op.Warn => "WARN",
        Op.Log => "log",
        Op.EnterOperation => "enter",
        Op.ExitOperation => "return",
        Op.CreateGuest => "create VM",
        Op.StopVcpus => "stop vCPUs",
        Op.JoinVcpus => "join vCPUs",
        Op.CloseKvm => "close KVM fd",
        Op.ReleaseMemory => "release guest memory",
        Op.ReadNib => "read NIB",
        Op.End => "end",
        Op.AwaitRest => "stay open",
        Op.Preempted => "preempted",
        Op.UnmapMemory => "unmap guest memory",
        Op.SubsystemReset => "subsystem reset",
        Op.MemoryAccess => "load or store",
        _ => "-",
    };

    /// <summary>What an operation does and when it waits, in one line.</summary>
    /// <param name="op">The operation.</param>
    /// <returns>The line.</returns>
    public static string Summary(Op op) => op switch
    {
        Op.Tapq => "test a queue: status word and hardware facts; no effect, never waits",
        Op.Zapq => "start a reset that zeroizes; RC 00 means accepted, not complete",
        Op.Rapq => "start a reset that keeps the keys",
        Op.Aqic => "enable or disable interruption; RC 00 means accepted, the I bit tells when it is real",
        Op.Qci => "read which adapters and domains are configured",
        Op.Nqap => "enqueue a request",
        Op.Dqap => "dequeue a reply",
        Op.Msleep => "sleep; wakes when the virtual time has passed",
        Op.Lock => "take a lock alone; waits while anybody holds it",
        Op.Unlock => "give a lock back",
        Op.LockShared => "take a lock for reading; waits while a writer holds it",
        Op.UnlockShared => "give a lock back that was taken for reading",
        Op.QueueWork => "queue the reset work item of a queue, unless it is queued already",
        Op.FlushWork => "wait until the reset work item of a queue is idle",
        Op.PinPages => "pin one page of guest memory; returns its host address or a negative errno",
        Op.UnpinPages => "give one pin of a page back",
        Op.GiscRegister => "register a guest interruption subclass; returns the host ISC or a negative errno",
        Op.GiscUnregister => "unregister a guest interruption subclass",
        Op.SetMasks => "give a guest its APCB masks; atomic with respect to guest instructions",
        Op.ClearMasks => "clear a guest's APCB masks; atomic with respect to guest instructions",
        Op.KvmGet => "take a reference on a guest's struct kvm",
        Op.KvmPut => "give a reference back; the last one destroys the VM and frees the GISA",
        Op.SetHook => "install the PQAP hook of a guest",
        Op.ClearHook => "remove the PQAP hook of a guest",
        Op.Alloc => "allocate a tracked object",
        Op.Free => "free a tracked object",
        Op.FreeQueue => "free the driver's structure of a queue",
        Op.Warn => "a kernel warning about an instruction on a queue",
        Op.Log => "a kernel log line about an instruction on a queue",
        Op.EnterOperation => "the machine calls an entry point of the driver",
        Op.ExitOperation => "an entry point of the driver returns",
        Op.CreateGuest => "the VMM creates its guest: struct kvm, GISA, memory",
        Op.StopVcpus => "the VMM tells the vCPUs to leave the guest",
        Op.JoinVcpus => "the VMM waits until all vCPUs have left",
        Op.CloseKvm => "the VMM closes its KVM file descriptor: one reference less",
        Op.ReleaseMemory => "guest memory goes back to the host; unpinned pages get a new owner",
        Op.ReadNib => "a guest reads and clears its notification indicator byte",
        Op.End => "the actor has nothing more to do",
        Op.AwaitRest => "the VMM keeps the device open to the end of the run, which judges it open; never ends",
        Op.Preempted => "the scheduler let others run first; the actor goes on with what it had asked for",
        Op.UnmapMemory => "a range of guest memory goes back to the host; unpinned pages get a new owner",
        Op.SubsystemReset => "the VMM resets its guest's subsystem; what the machine does with the queues is a knob",
        Op.MemoryAccess => "a compiled driver loads or stores memory that threads share; only with mem-preempt",
        _ => "no operation",
    };

    /// <summary>The id of a driver operation, as plans name it.</summary>
    /// <param name="operation">The entry point.</param>
    /// <returns>For instance <c>close-device</c>.</returns>
    public static string Id(DriverOperation operation) => operation switch
    {
        DriverOperation.ProbeQueue => "probe-queue",
        DriverOperation.RemoveQueue => "remove-queue",
        DriverOperation.OpenDevice => "open-device",
        DriverOperation.CloseDevice => "close-device",
        DriverOperation.ResetDevice => "reset-device",
        DriverOperation.AqicIntercept => "aqic-intercept",
        DriverOperation.DmaUnmap => "dma-unmap",
        DriverOperation.ConfigChanged => "config-changed",
        DriverOperation.ScanComplete => "scan-complete",
        DriverOperation.ResetWork => "reset-work",
        DriverOperation.SetKvm => "set-kvm",
        DriverOperation.RemoveMdev => "remove-mdev",
        _ => "none",
    };

    /// <summary>Whether a driver operation is called on an mdev. An AQIC intercept is called on a queue of one.</summary>
    /// <param name="operation">The entry point.</param>
    /// <returns>True for open, close and reset of the device, dma-unmap, set-kvm and remove-mdev.</returns>
    public static bool IsOnMdev(DriverOperation operation) => operation is DriverOperation.OpenDevice or DriverOperation.CloseDevice
        or DriverOperation.ResetDevice or DriverOperation.DmaUnmap or DriverOperation.SetKvm or DriverOperation.RemoveMdev;

    /// <summary>Whether an operation is an AP instruction.</summary>
    /// <param name="op">The operation.</param>
    /// <returns>True for TAPQ, ZAPQ, RAPQ, AQIC, QCI, NQAP and DQAP.</returns>
    public static bool IsInstruction(Op op) => op is >= Op.Tapq and <= Op.Dqap;
}
