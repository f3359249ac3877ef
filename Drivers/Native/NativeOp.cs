namespace ApChaos.Native;

/// <summary>Requests of native code; the numbers of <c>enum apx_op</c> in runtime/apx.h, compared by a test.</summary>
internal enum NativeOp
{
    None = 0,
    Tapq = 1,
    Zapq = 2,
    Rapq = 3,
    Aqic = 4,
    Qci = 5,
    Msleep = 6,
    Lock = 7,
    Unlock = 8,
    LockShared = 9,
    UnlockShared = 10,
    QueueWork = 11,
    FlushWork = 12,
    Pin = 13,
    Unpin = 14,
    GiscRegister = 15,
    GiscUnregister = 16,
    SetMasks = 17,
    ClearMasks = 18,
    KvmGet = 19,
    KvmPut = 20,
    SetHook = 21,
    ClearHook = 22,
    Alloc = 23,
    Free = 24,
    Warn = 25,
    Log = 26,
    Return = 27,
    Fault = 28,
    Access = 29,
}

/// <summary>Kinds of faults of native code; <c>enum apx_fault</c>.</summary>
internal enum NativeFault
{
    Wild = 0,
    Null = 1,
    Freed = 2,
    Overrun = 3,
    Stack = 4,
    Loop = 5,
    Bug = 6,
    Race = 7,
    Sanitizer = 8,
}

/// <summary>Entry points of native code; <c>enum apx_entry</c>.</summary>
internal enum NativeEntry
{
    Init = 1,
    Probe = 2,
    Remove = 3,
    Create = 4,
    AssignAdapter = 5,
    AssignDomain = 6,
    Open = 7,
    Close = 8,
    Reset = 9,
    Aqic = 10,
    DmaUnmap = 11,
    Config = 12,
    Scan = 13,
    Work = 14,
    UnassignAdapter = 15,
    UnassignDomain = 16,
    Destroy = 17,
}

/// <summary>The one message, 64 bytes; <c>struct apx_message</c>.</summary>
internal struct NativeMessage
{
    internal int Op;
    internal int A;
    internal int B;
    internal int C;
    internal long D;
    internal long E;
    internal long Text;
    internal long R0;
    internal long R1;
    internal long R2;
}

/// <summary>What a thread of native code asks for.</summary>
internal readonly record struct NativeRequest(NativeOp Op, int A, int B, int C, long D, long E);
