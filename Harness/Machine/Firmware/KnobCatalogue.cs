using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>A knob of a firmware profile: its values and the evidence that it is open (ap-facts §12).</summary>
/// <param name="Name">kebab-case.</param>
/// <param name="Evidence">Why it is open.</param>
/// <param name="Values">Words with their meaning; empty for lists of durations.</param>
/// <param name="DurationsMeaning">For lists of durations: what they say; null for words.</param>
/// <param name="AllowsNever">For lists of durations: whether <c>never</c> is a value.</param>
public sealed record Knob(string Name, string Evidence, IReadOnlyList<(string Word, string Meaning)> Values, string? DurationsMeaning = null, bool AllowsNever = false);

/// <summary>The knobs, in the order in which reports print them.</summary>
public static class KnobCatalogue
{
    /// <summary>Name of the knob that lists the response codes by precedence.</summary>
    public const string Precedence = "rc-precedence";

    /// <summary>All knobs.</summary>
    public static IReadOnlyList<Knob> All { get; } =
    [
        new("irq-off-point", "7aa7b2a8: not specified when a reset disables interruption",
        [
            ("at-zapq", "interruption is off when the reset is accepted"),
            ("at-async-end", "interruption is off only when the asynchronous part is over"),
            ("random-between", "interruption goes off at acceptance, half-way or at the end"),
        ]),
        new("poke-window", "no source excludes a store under way (ap-facts §12)", [], "a store under way may land this long after interruption went off"),
        new("reset-duration", "dd174833: no upper bound is documented", [], "a reset takes one of these", AllowsNever: true),
        new("empty-bit-point", "the thread trusts the E bit; 680b7ddd drops it",
        [
            ("end", "E=1 only when the reset is complete"),
            ("start", "E=1 as soon as the reset begins"),
        ]),
        new("flags-valid-with-rc", "51d4d987 against wait_for_irqclear",
        [
            ("rc00", "the flags are zero unless RC is 00"),
            ("rc00-and-02", "the flags are valid with RC 00 and 02"),
            ("always", "the flags are always valid"),
        ]),
        new("zapq-during-reset", "not said by any source",
        [
            ("ignored", "a reset during a reset is answered RC 02 and does nothing"),
            ("restarts", "a reset during a reset is answered RC 02 and starts it anew"),
            ("queues-second", "a reset during a reset is answered RC 02 and follows the first"),
        ]),
        new("rapq-then-zapq", "not said by any source",
        [
            ("ignored", "a ZAPQ during a RAPQ is answered RC 02 and does nothing"),
            ("upgrade", "a ZAPQ during a RAPQ makes it a zeroize"),
            ("second-reset", "a ZAPQ during a RAPQ follows it"),
        ]),
        new("busy-model", "411b0109: RC 05 is a legal answer",
        [
            ("none", "RC 05 only from faults"),
            ("first-two", "the first two instructions after a reset are answered RC 05"),
            ("random", "any instruction may be answered RC 05"),
        ]),
        new("aqic-latency", "SETIRQ_WAIT of the AP bus: AQIC is partly asynchronous", [], "an AQIC becomes real after one of these"),
        new("aqic-07-meaning", "kernel comments give both readings",
        [
            ("already", "RC 07 means already so; a change under way is RC 05"),
            ("in-progress", "RC 07 means a change is under way; already so is RC 00"),
            ("both", "RC 07 means either"),
        ]),
        new("aqic-during-reset", "drivers handle RC 02",
        [
            ("rc02", "AQIC during a reset is answered RC 02"),
            ("accepted-then-lost", "AQIC during a reset is answered RC 00 and lost"),
        ]),
        new("nib-ipm-order", "inferred from KVM (ap-facts §7.5)",
        [
            ("nib-first", "the NIB is stored, then the IPM"),
            ("ipm-first", "the IPM is stored, then the NIB"),
            ("late-ipm", "the IPM is stored 100 us after the NIB"),
        ]),
        new("replies-during-reset", "ap-facts §6 point 12: messages are lost, not said when",
        [
            ("dropped", "messages are dropped when the reset is accepted"),
            ("may-complete", "a request under way may complete, and notify, while the reset runs"),
        ]),
        new("deconfig-reset", "\"resets all queues\", not said when",
        [
            ("immediate", "a deconfigured adapter is quiet at once"),
            ("drains", "a deconfigured adapter may complete requests, and notify, for a while"),
        ]),
        new("drain-time", "goes with deconfig-reset=drains", [], "a deconfigured adapter drains for one of these"),
        new("state-after-reconfig", "c51f8c6b takes clean for granted",
        [
            ("clean", "a configured adapter comes back clean"),
            ("stale", "a configured adapter comes back as it was"),
        ]),
        new("checkstop-reset", "a681226c treats it like RC 03",
        [
            ("resets", "a checkstop resets the queues"),
            ("keeps", "a checkstop keeps the queues' state"),
        ]),
        new("removal-reset", "b9bd10c43456: duty of the machine",
        [
            ("machine-resets", "queues that leave the configuration are reset at once"),
            ("on-reassignment", "queues that leave the configuration are reset when they are given on"),
        ]),
        new("subsystem-reset-reach", "QEMU 297ec01f0b98: the hardware resets none",
        [
            ("none", "a subsystem reset of a guest reaches no queue"),
            ("all-apqns", "a subsystem reset of a guest resets its queues"),
        ]),
        new("se-errors", "e1f17f8e, 7847a19b",
        [
            ("off", "no asynchronous errors but from faults"),
            ("transient", "an asynchronous error is reported once"),
            ("sticky", "an asynchronous error is reported until a reset"),
        ]),
        new("alert-list-iam", "KVM's restore function",
        [
            ("cleared", "the IAM is cleared while the GISA is on the alert list"),
            ("kept", "the IAM is kept while the GISA is on the alert list"),
        ]),
        new("service-time", "no source: requests take their time", [], "a request takes one of these"),
        new(Precedence, "ap-facts §6.2, inferred", [("01 03 04 35 02 0A 05", "of several conditions the first in this list is answered")]),
    ];

    /// <summary>Looks a knob up.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The knob, or null.</returns>
    public static Knob? Find(string name) => All.FirstOrDefault(knob => knob.Name == name);
}
