using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Machine;

namespace ApChaos.Suites.Engine.Reports;

/// <summary>Campaign results made by hand: each shows one thing that a report must tell.</summary>
internal static class SampleResults
{
    internal const int Runs = 2000;

    private const long Ms = 1_000_000;

    private static readonly Assumption IrqAtZapq = Assume("irq-off-point", "at-zapq", "interruption is off when the reset is accepted", IrqEvidence);
    private static readonly Assumption IrqAtEnd = Assume("irq-off-point", "at-async-end", "interruption is off only when the asynchronous part is over", IrqEvidence);
    private static readonly Assumption NoPoke = Assume("poke-window", "0ms", "a store under way may land this long after interruption went off", PokeEvidence);
    private static readonly Assumption Poke = Assume("poke-window", "0ms,50us,5ms", "a store under way may land this long after interruption went off", PokeEvidence);
    private static readonly Assumption EmptyAtEnd = Assume("empty-bit-point", "end", "E=1 only when the reset is complete", EmptyEvidence);
    private static readonly Assumption EmptyAtStart = Assume("empty-bit-point", "start", "E=1 as soon as the reset begins", EmptyEvidence);
    private const string IrqEvidence = "7aa7b2a8: not specified when a reset disables interruption";
    private const string PokeEvidence = "no source excludes a store under way (ap-facts §12)";
    private const string EmptyEvidence = "the thread trusts the E bit; 680b7ddd drops it";

    internal static FirmwareUsed Documented { get; } = new("documented", "what kernel sources agree on; open points at their mildest", null, [IrqAtZapq, NoPoke, EmptyAtEnd]);

    internal static FirmwareUsed IrqOffAtEnd { get; } = new("irq-off-at-end", "interruption is off only when the reset is complete (the reviewer's concern)", null, [IrqAtEnd, NoPoke, EmptyAtEnd]);

    internal static FirmwareUsed EarlyEmpty { get; } = new("early-empty", "E=1 as soon as a reset begins, interruption off only at its end", null, [IrqAtEnd, NoPoke, EmptyAtStart]);

    internal static FirmwareUsed LateStore { get; } = new(
        "late-store",
        "a store under way may land after interruption went off",
        "a store may land after the reset is complete and TAPQ shows E=1, I=0; no instruction tells when the last one has landed",
        [IrqAtEnd, Poke, EmptyAtEnd]);

    /// <summary>Everything is as expected: safe cells and expected violations.</summary>
    internal static CampaignResult AsExpected() => Result("pass", 0, [Documented, IrqOffAtEnd, EarlyEmpty, LateStore],
    [
        .. Safe("vfio-ap-4.20", ["calm", "slow-reset"], ["documented", "irq-off-at-end", "early-empty", "late-store"]),
        .. Safe("vfio-ap-2019-v2", ["calm"], ["documented", "irq-off-at-end", "early-empty", "late-store"]),
        Cell("vfio-ap-2019-v2", "slow-reset", "documented"),
        Cell("vfio-ap-2019-v2", "slow-reset", "irq-off-at-end", LateStoreAt(1312, 14)),
        Cell("vfio-ap-2019-v2", "slow-reset", "early-empty", LateStoreAt(1309, 12)),
        Cell("vfio-ap-2019-v2", "slow-reset", "late-store", LateStoreAt(1401, 12), ForeignPage(1200, true)),
        .. Safe("vfio-ap-2019-v2-wait-empty", ["calm"], ["documented", "irq-off-at-end", "early-empty", "late-store"]),
        Cell("vfio-ap-2019-v2-wait-empty", "slow-reset", "documented"),
        Cell("vfio-ap-2019-v2-wait-empty", "slow-reset", "irq-off-at-end"),
        Cell("vfio-ap-2019-v2-wait-empty", "slow-reset", "early-empty", LateStoreAt(877, 18)),
        Cell("vfio-ap-2019-v2-wait-empty", "slow-reset", "late-store", LateStoreAt(12, 31)),
        .. Safe("golden", ["calm"], ["documented", "irq-off-at-end", "early-empty", "late-store"]),
        Cell("golden", "slow-reset", "documented"),
        Cell("golden", "slow-reset", "irq-off-at-end"),
        Cell("golden", "slow-reset", "early-empty"),
        Cell("golden", "slow-reset", "late-store", LateStoreAt(9, 44)),
    ]);

    /// <summary>One driver shows what nobody expects, in one cell together with something expected.</summary>
    internal static CampaignResult Unexpected() => Result("fail", 1, [Documented, IrqOffAtEnd],
    [
        Cell("vfio-ap-2019-v2", "calm", "documented"),
        Cell("vfio-ap-2019-v2", "calm", "irq-off-at-end"),
        Cell("vfio-ap-2019-v2", "slow-reset", "documented"),
        Cell("vfio-ap-2019-v2", "slow-reset", "irq-off-at-end", LateStoreAt(1312, 14), ForeignPage(3, false)),
        Cell("golden", "calm", "documented"),
        Cell("golden", "calm", "irq-off-at-end"),
        Cell("golden", "slow-reset", "documented", Hang()),
        Cell("golden", "slow-reset", "irq-off-at-end", Hang()),
    ]);

    /// <summary>Nothing is wrong, and not everything is known.</summary>
    internal static CampaignResult Open() => Result("undecided", 3, [Documented],
    [
        Cell("vfio-ap-4.20", "guest-zapq", "documented") with { Verdict = CellVerdict.Stale, UpperBound95 = null, Reason = "never fired: guest-zapq" },
        Cell("vfio-ap-6.9", "guest-zapq", "documented"),
        Cell("golden", "guest-zapq", "documented") with { Verdict = CellVerdict.Stale, UpperBound95 = null, Reason = "never fired: guest-zapq" },
        Cell("golden", "slow-reset", "documented") with
        {
            Verdict = CellVerdict.Undecided, UpperBound95 = null, Runs = 117, Reason = "run 117 is not deterministic: step 12, Queue: 0 and 1",
        },
    ]);

    /// <summary>Stopped by Ctrl+C: two cells were done, one of them with fewer runs.</summary>
    internal static CampaignResult Interrupted() => Result("pass", 0, [Documented],
    [
        Cell("vfio-ap-6.9", "calm", "documented"),
        Cell("vfio-ap-6.9", "slow-reset", "documented") with { Runs = 300, UpperBound95 = 1 - Math.Pow(0.05, 1 / 300.0) },
    ]) with { Interrupted = true };

    /// <summary>Nothing was done at all.</summary>
    internal static CampaignResult Nothing() => Result("undecided", 3, [], []) with { Interrupted = true };

    /// <summary>Whoever names drivers and writes messages means no good.</summary>
    internal static CampaignResult Hostile() => Result("fail", 1,
        [new("evil\u001b[2J", "su\u202emmary \u009b31m", "why\r\nnot", [new("a\tb=1", "a\tb", "1", "mean\u0007ing", "\ud800 half")])],
    [
        Cell("plugin:\u001b[31mred\u001b[0m.dll#[bold]T[/]", "plan\nverdict: pass", "evil\u001b[2J", new ViolationResult
        {
            Oracle = "or\u0000acle<script>alert(1)</script>",
            Group = OracleGroup.Diagnosis,
            Runs = 1,
            Expected = false,
            Apqn = "05\u001b.0004",
            TimeNs = 1,
            Steps = 1,
            Message = "line one\nline two \u001b]0;title\u0007 <b>&amp;</b> [red]x[/] caf\u00e9 \u2028 e\u0301 \ud83d\ude00 " + new string('w', 250),
            Replay = "artifacts/failures/it's here; rm -rf $HOME\u001b[A.json",
            History =
            [
                new HistoryLine(1, 1, "VMM\u001b[7m0", "WARN 05.0004: \u001b[1mboo\u001b[0m\r", HistoryMark.Violation),
            ],
        }),
        Cell(new string('d', 300), "plan\nverdict: pass", "evil\u001b[2J") with { Verdict = CellVerdict.Undecided, UpperBound95 = null, Reason = "be\u001bcause" },
    ]) with { Seed = "seed\u001b[8m" };

    /// <summary>More plans than fit on a line, and more oracles than letters.</summary>
    internal static CampaignResult Wide()
    {
        string[] plans = [.. Enumerable.Range(1, 30).Select(number => $"plan-number-{number}")];
        return Result("fail", 1, [Documented],
        [
            .. Safe("vfio-ap-6.9", plans, ["documented"]),
            .. plans.Select((plan, index) => Cell("golden", plan, "documented",
                Hang() with { Oracle = $"oracle-{index:00}", Runs = 1, History = [], Replay = $"artifacts/failures/{index:00}.json" })),
        ]);
    }

    private static CampaignResult Result(string verdict, int exitCode, IReadOnlyList<FirmwareUsed> firmware, IReadOnlyList<CellResult> cells) => new()
    {
        Seed = "apchaos",
        RunsPerCell = Runs,
        Cells = cells,
        Firmware = firmware,
        Verdict = verdict,
        ExitCode = exitCode,
    };

    private static IEnumerable<CellResult> Safe(string driver, string[] plans, string[] firmware) =>
        plans.SelectMany(plan => firmware.Select(profile => Cell(driver, plan, profile)));

    private static CellResult Cell(string driver, string plan, string firmware, params ViolationResult[] violations) => new()
    {
        Driver = driver,
        Plan = plan,
        Firmware = firmware,
        Runs = Runs,
        Verdict = violations.Length == 0 ? CellVerdict.Safe : CellVerdict.Violated,
        Expected = violations.All(violation => violation.Expected),
        UpperBound95 = violations.Length == 0 ? 1 - Math.Pow(0.05, 1.0 / Runs) : null,
        Violations = violations,
    };

    private static ViolationResult LateStoreAt(int runs, int steps) => new()
    {
        Oracle = "nib-store-after-unpin",
        Group = OracleGroup.MemorySafety,
        Runs = runs,
        Expected = true,
        Apqn = "05.0004",
        TimeNs = 50 * Ms,
        Steps = steps,
        Message = "hardware stored to the NIB of 05.0004 at 0x00010241 (page 0x10, owner G3, 0 pins): byte 0x33 became 0x01; unpinned 10.000 ms earlier at step 8",
        Replay = $"artifacts/failures/late-{steps}.json",
        History =
        [
            new(2, 0, "vCPU0 of G1", "vfio_pin_pages mdev0 iova 0x0 -> page 0x10, 1 pin", HistoryMark.None),
            new(3, 0, "vCPU0 of G1", "AQIC(enable) 05.0004 nib 0x00010241 isc 3 -> RC 00 NORMAL E; interruption of 05.0004 is on: nib 0x00010241, gisc 3 of G1", HistoryMark.None),
            new(5, 0, "fault", "slow-reset: reset of 05.0004 takes 200ms", HistoryMark.Fault),
            new(5, 0, "VMM0", "ZAPQ 05.0004 -> RC 00 NORMAL, takes 200ms", HistoryMark.None),
            new(6, 20 * Ms, "", "... 2 steps left out ...", HistoryMark.None),
            new(8, 40 * Ms, "VMM0", "vfio_unpin_pages mdev0 iova 0x0 -> page 0x10, 0 pins", HistoryMark.Cause),
            new(steps, 50 * Ms, "hardware", "store NIB 05.0004 at 0x00010241: 0x33 -> 0x01 (page 0x10, owner G3, 0 pins)", HistoryMark.Violation),
        ],
    };

    private static ViolationResult ForeignPage(int runs, bool expected) => LateStoreAt(runs, 16) with
    {
        Oracle = "nib-store-foreign-page",
        Expected = expected,
        Message = "hardware stored to the NIB of 05.0004 at 0x00010241 (page 0x10, owner G3, 0 pins): byte 0x33 became 0x01; it was a page of G1",
        Replay = "artifacts/failures/foreign.json",
    };

    private static ViolationResult Hang() => new()
    {
        Oracle = "operation-hang",
        Group = OracleGroup.Liveness,
        Runs = 1999,
        Expected = false,
        TimeNs = 120_000 * Ms,
        Steps = 6011,
        Message = "close-device by VMM0 was open for 120000.000 ms, more than its budget of 120s; it began 120000.000 ms earlier at step 4",
        Replay = "artifacts/failures/hang.json",
        History =
        [
            new(4, 0, "VMM0", "enter close-device mdev0", HistoryMark.Cause),
            new(6011, 120_000 * Ms, "run", "all faults are lifted; the machine gets time to come to rest", HistoryMark.Violation),
        ],
    };

    private static Assumption Assume(string knob, string value, string meaning, string evidence) => new($"{knob}={value}", knob, value, meaning, evidence);
}
