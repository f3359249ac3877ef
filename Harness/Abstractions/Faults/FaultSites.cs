namespace ApChaos.Abstractions;

/// <summary>Conditions under which an AP instruction is refused; the precedence of the profile picks the response code.</summary>
[Flags]
public enum ApConditions
{
    /// <summary>None: the instruction is done.</summary>
    None = 0,

    /// <summary>RC 01.</summary>
    NotAvailable = 1,

    /// <summary>RC 03.</summary>
    Deconfigured = 2,

    /// <summary>RC 04.</summary>
    Checkstopped = 4,

    /// <summary>RC 35 or 36.</summary>
    AsyncError = 8,

    /// <summary>RC 02.</summary>
    ResetInProgress = 16,

    /// <summary>RC 0A.</summary>
    StateChange = 32,

    /// <summary>RC 05.</summary>
    Busy = 64,
}

/// <summary>An AP instruction that is about to be answered.</summary>
public ref struct InstructionSite
{
    /// <summary>The instruction.</summary>
    public Op Op;

    /// <summary>Position of the queue.</summary>
    public int Queue;

    /// <summary>Who issues it.</summary>
    public ActorClass Issuer;

    /// <summary>Conditions so far.</summary>
    public ApConditions Conditions;
}

/// <summary>A reset that begins.</summary>
public ref struct ResetSite
{
    /// <summary>Position of the queue.</summary>
    public int Queue;

    /// <summary>Whether it zeroizes (ZAPQ).</summary>
    public bool Zeroize;

    /// <summary>Who issued it.</summary>
    public ActorClass Issuer;

    /// <summary>How long it takes, in virtual nanoseconds, or <see cref="VirtualTime.Never"/>.</summary>
    public long DurationNs;
}

/// <summary>An AQIC.</summary>
public ref struct AqicSite
{
    /// <summary>Position of the queue.</summary>
    public int Queue;

    /// <summary>Whether it enables interruption; else it disables it.</summary>
    public bool Enable;

    /// <summary>Who issues it.</summary>
    public ActorClass Issuer;

    /// <summary>Its answer; RC 00: as the machine decides. With another one the instruction does nothing.</summary>
    public ResponseCode Answer;

    /// <summary>How long it takes to become real, in virtual nanoseconds, or <see cref="VirtualTime.Never"/>.</summary>
    public long LatencyNs;
}

/// <summary>The stores that announce a reply.</summary>
public ref struct StoreSite
{
    /// <summary>Position of the queue.</summary>
    public int Queue;

    /// <summary>How long after the reply the first one lands, in virtual nanoseconds.</summary>
    public long DelayNs;
}

/// <summary>A request that the adapter begins to work on.</summary>
public ref struct RequestSite
{
    /// <summary>Position of the queue.</summary>
    public int Queue;

    /// <summary>How long until its reply is ready, in virtual nanoseconds.</summary>
    public long DurationNs;
}

/// <summary>A call of the driver that may fail.</summary>
public ref struct CallSite
{
    /// <summary>The call.</summary>
    public Op Op;

    /// <summary>Position of the queue that the driver operation is about, or -1.</summary>
    public int Queue;

    /// <summary>The errno with which it fails, above 0; 0: as the machine decides.</summary>
    public int Error;
}
