using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>What the machine answers for ever while a driver's patience is measured.</summary>
/// <param name="Id">kebab-case.</param>
/// <param name="Summary">One line: what is answered.</param>
/// <param name="Operation">The operation that is measured: close-device, or aqic-intercept for a guest's AQIC(disable).</param>
/// <param name="Condition">Condition that is added to the driver's instructions.</param>
/// <param name="Instructions">The instructions that it is added to.</param>
/// <param name="AsyncError">RC 35 or 36, or RC 00 for none.</param>
/// <param name="EndlessReset">Whether resets never end.</param>
/// <param name="Knobs">How the hardware differs from <c>documented</c>: knobs and values.</param>
public sealed record PatienceCondition(
    string Id,
    string Summary,
    DriverOperation Operation,
    ApConditions Condition,
    IReadOnlyList<Op> Instructions,
    ResponseCode AsyncError,
    bool EndlessReset,
    IReadOnlyList<(string Knob, string Value)> Knobs)
{
    private static readonly Op[] Resets = [Op.Zapq, Op.Tapq, Op.Rapq, Op.Aqic];
    private static readonly (string, string) FlagsShown = ("flags-valid-with-rc", "always");
    private static readonly (string, string) AqicLost = ("aqic-during-reset", "accepted-then-lost");
    private static readonly (string, string) IrqStays = ("irq-off-point", "at-async-end");

    /// <summary>An accepted reset that never ends and shows E=0 and I=1: the worst that a refusal may be followed by.</summary>
    public static PatienceCondition Unfinished { get; } =
        Hardware("e0-i1", "ZAPQ is accepted, and TAPQ shows E=0 and I=1", FlagsShown, AqicLost, IrqStays, ("empty-bit-point", "end"));

    /// <summary>The conditions, in the order of the table.</summary>
    public static IReadOnlyList<PatienceCondition> All { get; } =
    [
        Refused("rc-02", "all is answered 02, RESET_IN_PROGRESS", ApConditions.ResetInProgress),
        Refused("rc-05", "all is answered 05, BUSY", ApConditions.Busy),
        Refused("rc-0a", "all is answered 0A, STATE_CHANGE_IN_PROGRESS", ApConditions.StateChange),
        Refused("rc-03", "all is answered 03, DECONFIGURED", ApConditions.Deconfigured),
        Refused("rc-04", "all is answered 04, CHECKSTOPPED", ApConditions.Checkstopped),
        Refused("rc-01", "all is answered 01, Q_NOT_AVAIL", ApConditions.NotAvailable),
        Errors("rc-35", "ZAPQ is accepted, and all else is answered 35, ASSOC_SECRET_NOT_UNIQUE", ResponseCode.AssocSecretNotUnique),
        Errors("rc-36", "ZAPQ is accepted, and all else is answered 36, ASSOC_FAILED", ResponseCode.AssocFailed),
        Hardware("e0", "ZAPQ is accepted, and TAPQ shows E=0 (I=0)", FlagsShown, AqicLost, ("empty-bit-point", "end")),
        Hardware("i1", "ZAPQ is accepted, and TAPQ shows I=1 (E=1)", FlagsShown, AqicLost, IrqStays, ("empty-bit-point", "start")),
        Unfinished,
        Aqic("aqic-02", "a guest's AQIC(disable) is answered 02", ApConditions.ResetInProgress),
        Aqic("aqic-05", "a guest's AQIC(disable) is answered 05", ApConditions.Busy),
        Aqic("aqic-i1", "a guest's AQIC(disable) is accepted, and TAPQ shows I=1", ApConditions.None, ("aqic-latency", "0ms,10000s")),
    ];

    private static PatienceCondition Refused(string id, string summary, ApConditions condition) =>
        new(id, summary, DriverOperation.CloseDevice, condition, Resets, ResponseCode.Normal, false, []);

    private static PatienceCondition Errors(string id, string summary, ResponseCode code) =>
        new(id, summary, DriverOperation.CloseDevice, ApConditions.None, [], code, true, []);

    private static PatienceCondition Hardware(string id, string summary, params (string Knob, string Value)[] knobs) =>
        new(id, summary, DriverOperation.CloseDevice, ApConditions.None, [], ResponseCode.Normal, true, knobs);

    private static PatienceCondition Aqic(string id, string summary, ApConditions condition, params (string Knob, string Value)[] knobs) =>
        new(id, summary, DriverOperation.AqicIntercept, condition, [Op.Aqic], ResponseCode.Normal, false, knobs);
}
