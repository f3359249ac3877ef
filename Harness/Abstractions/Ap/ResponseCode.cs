namespace ApChaos.Abstractions;

/// <summary>AP response codes, named as the kernel names them without its prefix (ap-facts §4.1).</summary>
public enum ResponseCode : byte
{
    /// <summary>00: done, or accepted.</summary>
    Normal = 0x00,

    /// <summary>01: the APQN is not in the configuration of the issuer.</summary>
    QNotAvail = 0x01,

    /// <summary>02: an asynchronous reset runs.</summary>
    ResetInProgress = 0x02,

    /// <summary>03: the adapter is deconfigured.</summary>
    Deconfigured = 0x03,

    /// <summary>04: the adapter is in checkstop.</summary>
    Checkstopped = 0x04,

    /// <summary>05: the machine cannot do it now; retry.</summary>
    Busy = 0x05,

    /// <summary>06: AQIC: the NIB address is invalid.</summary>
    InvalidAddress = 0x06,

    /// <summary>07: AQIC: already in the requested state, or an earlier change is not finished.</summary>
    OtherwiseChanged = 0x07,

    /// <summary>08: AQIC: bad GISA designation.</summary>
    InvalidGisa = 0x08,

    /// <summary>09: bound to another (secure execution).</summary>
    QBoundToAnother = 0x09,

    /// <summary>0A: bind or associate in progress.</summary>
    StateChangeInProgress = 0x0A,

    /// <summary>0B: not bound.</summary>
    QNotBound = 0x0B,

    /// <summary>10: NQAP: the queue is full.</summary>
    QFull = 0x10,

    /// <summary>10: DQAP: nothing to dequeue. The same number as <see cref="QFull"/>.</summary>
    NoPendingReply = 0x10,

    /// <summary>11: index too big.</summary>
    IndexTooBig = 0x11,

    /// <summary>13: no first part.</summary>
    NoFirstPart = 0x13,

    /// <summary>15: message too big.</summary>
    MessageTooBig = 0x15,

    /// <summary>16: required facility not installed.</summary>
    ReqFacNotInst = 0x16,

    /// <summary>30: bind error.</summary>
    QBindError = 0x30,

    /// <summary>31: not available for association.</summary>
    QNotAvailForAssoc = 0x31,

    /// <summary>32: the queue is not empty.</summary>
    QNotEmpty = 0x32,

    /// <summary>33: bind limit exceeded.</summary>
    BindLimitExceeded = 0x33,

    /// <summary>34: invalid association secret.</summary>
    InvalidAssocSecret = 0x34,

    /// <summary>35: asynchronous: association secret not unique; sticks until a reset.</summary>
    AssocSecretNotUnique = 0x35,

    /// <summary>36: asynchronous: association failed; sticks until a reset.</summary>
    AssocFailed = 0x36,

    /// <summary>42: invalid domain.</summary>
    InvalidDomain = 0x42,
}

/// <summary>How response codes and status words are printed.</summary>
public static class ResponseCodeText
{
    /// <summary>The kernel's name for a response code.</summary>
    /// <param name="code">The response code.</param>
    /// <param name="dequeue">Whether DQAP answered, which reads 10 as NO_PENDING_REPLY.</param>
    /// <returns>For instance <c>RESET_IN_PROGRESS</c>; unknown codes as two hexadecimal digits.</returns>
    public static string Name(ResponseCode code, bool dequeue = false) => (byte)code switch
    {
        0x00 => "NORMAL",
        0x01 => "Q_NOT_AVAIL",
        0x02 => "RESET_IN_PROGRESS",
        0x03 => "DECONFIGURED",
        0x04 => "CHECKSTOPPED",
        0x05 => "BUSY",
        0x06 => "INVALID_ADDRESS",
        0x07 => "OTHERWISE_CHANGED",
        0x08 => "INVALID_GISA",
        0x09 => "Q_BOUND_TO_ANOTHER",
        0x0A => "STATE_CHANGE_IN_PROGRESS",
        0x0B => "Q_NOT_BOUND",
        0x10 => dequeue ? "NO_PENDING_REPLY" : "Q_FULL",
        0x11 => "INDEX_TOO_BIG",
        0x13 => "NO_FIRST_PART",
        0x15 => "MESSAGE_TOO_BIG",
        0x16 => "REQ_FAC_NOT_INST",
        0x30 => "Q_BIND_ERROR",
        0x31 => "Q_NOT_AVAIL_FOR_ASSOC",
        0x32 => "Q_NOT_EMPTY",
        0x33 => "BIND_LIMIT_EXCEEDED",
        0x34 => "INVALID_ASSOC_SECRET",
        0x35 => "ASSOC_SECRET_NOT_UNIQUE",
        0x36 => "ASSOC_FAILED",
        0x42 => "INVALID_DOMAIN",
        _ => ((byte)code).ToString("X2", System.Globalization.CultureInfo.InvariantCulture),
    };
}
