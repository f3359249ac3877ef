namespace ApChaos.Abstractions;

/// <summary>The AP queue status word: 32 bits, bit 0 is the most significant (ap-facts §4).</summary>
/// <param name="Word">The word as the right half of GR1 holds it.</param>
public readonly record struct ApqSw(uint Word)
{
    /// <summary>Bit 0 (E): nothing enqueued and no reply waiting.</summary>
    public const uint QueueEmptyMask = 0x80000000;

    /// <summary>Bit 1 (R): at least one reply can be dequeued.</summary>
    public const uint RepliesWaitingMask = 0x40000000;

    /// <summary>Bit 2 (F): no further NQAP is accepted.</summary>
    public const uint QueueFullMask = 0x20000000;

    /// <summary>Bit 6 (A): an asynchronous error is reported.</summary>
    public const uint AsyncMask = 0x02000000;

    /// <summary>Bit 7 (I): interruption is enabled for the queue.</summary>
    public const uint IrqEnabledMask = 0x01000000;

    /// <summary>Bits 8-15: the response code.</summary>
    public const uint ResponseCodeMask = 0x00FF0000;

    /// <summary>Makes a status word without flags.</summary>
    /// <param name="code">The response code.</param>
    public ApqSw(ResponseCode code)
        : this((uint)code << 16)
    {
    }

    /// <summary>Bits 8-15: the response code.</summary>
    public ResponseCode ResponseCode => (ResponseCode)(byte)(Word >> 16);

    /// <summary>Bit 0 (E): nothing enqueued and no reply waiting.</summary>
    public bool QueueEmpty => (Word & QueueEmptyMask) != 0;

    /// <summary>Bit 1 (R): at least one reply can be dequeued.</summary>
    public bool RepliesWaiting => (Word & RepliesWaitingMask) != 0;

    /// <summary>Bit 2 (F): no further NQAP is accepted.</summary>
    public bool QueueFull => (Word & QueueFullMask) != 0;

    /// <summary>Bit 6 (A): an asynchronous error is reported (the kernel reads it since 2023).</summary>
    public bool Async => (Word & AsyncMask) != 0;

    /// <summary>Bit 7 (I): interruption is enabled for the queue.</summary>
    public bool IrqEnabled => (Word & IrqEnabledMask) != 0;

    /// <summary>Response code in hexadecimal, its name, and the flags that are set.</summary>
    /// <returns>For instance <c>RC 02 RESET_IN_PROGRESS</c> or <c>RC 00 NORMAL E</c>.</returns>
    public override string ToString() => ToString(dequeue: false);

    /// <summary>Response code in hexadecimal, its name, and the flags that are set.</summary>
    /// <param name="dequeue">Whether DQAP answered, which reads 10 as NO_PENDING_REPLY.</param>
    /// <returns>The text.</returns>
    public string ToString(bool dequeue)
    {
        var flags = (QueueEmpty ? "E" : "") + (RepliesWaiting ? "R" : "") + (QueueFull ? "F" : "") + (Async ? "A" : "") + (IrqEnabled ? "I" : "");
        var rc = ((byte)ResponseCode).ToString("X2", System.Globalization.CultureInfo.InvariantCulture);
        return $"RC {rc} {ResponseCodeText.Name(ResponseCode, dequeue)}{(flags.Length == 0 ? "" : " " + flags)}";
    }
}

/// <summary>What TAPQ answers: the status word and, in GR2, facts about the hardware (ap-facts §5.1).</summary>
/// <param name="Status">GR1.</param>
/// <param name="Gr2">GR2; valid when the response code is 00, 02, 03, 04, 05 or an asynchronous error is pending.</param>
public readonly record struct TapqResult(ApqSw Status, ulong Gr2)
{
    /// <summary>Card type (<c>at</c>): 10 for CEX4 … 14 for CEX8.</summary>
    public int CardType => (int)((Gr2 >> 24) & 0xff);

    /// <summary>Largest domain number (<c>nd</c>).</summary>
    public int DomainMax => (int)((Gr2 >> 16) & 0xff);

    /// <summary>Message length code (<c>ml</c>), 4 bits.</summary>
    public int MessageLengthCode => (int)((Gr2 >> 8) & 0xf);

    /// <summary>Queue depth code (<c>qd</c>), 4 bits: the depth less one.</summary>
    public int QueueDepthCode => (int)(Gr2 & 0xf);

    /// <summary>Binding state (<c>bs</c>): 0 usable, 1 usable but not for secure keys, 2 available for binding, 3 unusable.</summary>
    public int BindState => (int)((Gr2 >> 46) & 0x3);
}

/// <summary>What DQAP answers.</summary>
/// <param name="Status">GR1.</param>
/// <param name="Psmid">Correlator of the message, when the response code is 00.</param>
public readonly record struct DqapResult(ApqSw Status, long Psmid);

/// <summary>The control word of AQIC, GR1 (ap-facts §7.1).</summary>
/// <param name="Enable">Bit 16 (ir): 1 enables, 0 disables.</param>
/// <param name="Gisc">Bits 21-23: guest interruption subclass, 0..7.</param>
/// <param name="Isc">Bits 61-63: host interruption subclass, 0..7.</param>
/// <param name="Gisa">Guest whose GISA is designated; -1 designates none.</param>
public readonly record struct AqicControl(bool Enable, int Gisc, int Isc, int Gisa)
{
    /// <summary>A control word that disables interruption.</summary>
    public static AqicControl Disable => new(false, 0, 0, -1);

    /// <summary>The 64-bit register value, with the GISA's origin as a machine address shifted right by four.</summary>
    /// <param name="gisaOrigin">Absolute address of the designated GISA; 0 for none.</param>
    /// <returns>GR1.</returns>
    public ulong ToRegister(ulong gisaOrigin) =>
        (Enable ? 1UL << (63 - 16) : 0) | ((ulong)Gisc << (63 - 23)) | ((gisaOrigin >> 4) << 4) | (uint)Isc;
}

/// <summary>What QCI answers: the configuration of this partition (ap-facts §2).</summary>
/// <param name="Flags">Bytes 0..3: apsc, apxa, qact, rc8a, apsb from the most significant bit.</param>
/// <param name="AdapterMax">Highest possible adapter id (<c>na</c>).</param>
/// <param name="DomainMax">Highest possible domain id (<c>nd</c>).</param>
/// <param name="Adapters">Configured adapters, bit i for the i-th adapter of the topology.</param>
/// <param name="Domains">Configured usage domains, bit i for the i-th domain of the topology.</param>
public readonly record struct QciResult(uint Flags, int AdapterMax, int DomainMax, ulong Adapters, ulong Domains);
