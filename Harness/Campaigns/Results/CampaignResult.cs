using ApChaos.Abstractions;

namespace ApChaos.Campaigns;

/// <summary>What is known of a cell (design law 8).</summary>
public enum CellVerdict
{
    /// <summary>No violation in the runs that were made.</summary>
    Safe,

    /// <summary>At least one violation.</summary>
    Violated,

    /// <summary>Not decided: the reason is in <see cref="CellResult.Reason"/>.</summary>
    Undecided,

    /// <summary>A fault of the plan never fired: the plan does not fit.</summary>
    Stale,
}

/// <summary>What a campaign found. Depends on the inputs alone: no clock, no host, no number of workers.</summary>
public sealed record CampaignResult
{
    /// <summary>Seed of the campaign.</summary>
    public required string Seed { get; init; }

    /// <summary>Runs wanted per cell.</summary>
    public required int RunsPerCell { get; init; }

    /// <summary>The cells, in the order driver, plan, firmware of the configuration.</summary>
    public required IReadOnlyList<CellResult> Cells { get; init; }

    /// <summary>The firmware profiles used, with their assumptions.</summary>
    public required IReadOnlyList<FirmwareUsed> Firmware { get; init; }

    /// <summary>What the models around drivers of a kernel tree take for granted, by id; empty when there is no such driver.</summary>
    public IReadOnlyDictionary<string, string> DriverAssumptions { get; init; } = new SortedDictionary<string, string>();

    /// <summary>What was reached, and what never; null in results that were not made by a campaign.</summary>
    public CampaignCoverage? Coverage { get; init; }

    /// <summary>What became of the runs that were made twice; null in results that were not made by a campaign.</summary>
    public Sentinel? Sentinel { get; init; }

    /// <summary>Whether it was stopped before its end (Ctrl+C or budget); the cells done so far are complete.</summary>
    public bool Interrupted { get; init; }

    /// <summary>Envelope maps that were asked for with a report that shows them; they do not count for the verdict.</summary>
    public IReadOnlyList<SweepResult> Sweeps { get; init; } = [];

    /// <summary><c>pass</c>, <c>fail</c> or <c>undecided</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Exit code of design §5, without the one for an interruption.</summary>
    public required int ExitCode { get; init; }
}

/// <summary>A firmware profile that a campaign used.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Summary">One line.</param>
/// <param name="SafetyImpossible">Why no driver can be safe under it, or null.</param>
/// <param name="Assumptions">Its values.</param>
public sealed record FirmwareUsed(string Id, string Summary, string? SafetyImpossible, IReadOnlyList<ApChaos.Machine.Assumption> Assumptions);

/// <summary>One cell: driver × plan × firmware.</summary>
public sealed record CellResult
{
    /// <summary>Driver id.</summary>
    public required string Driver { get; init; }

    /// <summary>Plan name.</summary>
    public required string Plan { get; init; }

    /// <summary>Firmware id.</summary>
    public required string Firmware { get; init; }

    /// <summary>Runs made.</summary>
    public required int Runs { get; init; }

    /// <summary>What is known.</summary>
    public required CellVerdict Verdict { get; init; }

    /// <summary>Why it is undecided or stale, or null.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether nothing but expected violations was found.</summary>
    public required bool Expected { get; init; }

    /// <summary>When safe: upper bound at 95 % for the share of runs that would fail, for independent runs; else null.</summary>
    public double? UpperBound95 { get; init; }

    /// <summary>What the runs are worth in further numbers; null when the cell was not run by a campaign.</summary>
    public Confidence? Confidence { get; init; }

    /// <summary>What exploration adds; null when the cell was run.</summary>
    public Explored? Explored { get; init; }

    /// <summary>The violations, in the order of their oracles' ids.</summary>
    public required IReadOnlyList<ViolationResult> Violations { get; init; }
}

/// <summary>One violation: an oracle that spoke in a cell, with its shortest history.</summary>
public sealed record ViolationResult
{
    /// <summary>Oracle id.</summary>
    public required string Oracle { get; init; }

    /// <summary>Group of the oracle: what touches memory comes first where people read.</summary>
    public required OracleGroup Group { get; init; }

    /// <summary>In how many runs of the cell it spoke.</summary>
    public required int Runs { get; init; }

    /// <summary>Whether the configuration expects it.</summary>
    public required bool Expected { get; init; }

    /// <summary>The queue concerned, or null.</summary>
    public string? Apqn { get; init; }

    /// <summary>Virtual time of the violation in nanoseconds.</summary>
    public required long TimeNs { get; init; }

    /// <summary>Steps of the history up to the violation.</summary>
    public required int Steps { get; init; }

    /// <summary>The oracle's words.</summary>
    public required string Message { get; init; }

    /// <summary>Path of the replay file: the out folder as it was given, plus the file's name; null when none was written.</summary>
    public string? Replay { get; init; }

    /// <summary>The history as it can be run again; null in results that were not made by a campaign.</summary>
    public ReplayFile? File { get; init; }

    /// <summary>What it was shrunk to, with rows, passing twin and point of no return; null when it was not.</summary>
    public Shrinking.ShrinkReport? Shrunk { get; init; }

    /// <summary>Path of the minimal replay file, like <see cref="Replay"/>; null when there is none.</summary>
    public string? MinimalReplay { get; init; }

    /// <summary>Path of the certificate of <see cref="MinimalReplay"/>; null when the shrinking did not come to its end.</summary>
    public string? MinimalCertificate { get; init; }

    /// <summary>The part of the history that concerns the violation.</summary>
    public required IReadOnlyList<HistoryLine> History { get; init; }
}

/// <summary>One line of a history.</summary>
/// <param name="Step">Step of the run.</param>
/// <param name="TimeNs">Virtual time in nanoseconds.</param>
/// <param name="Actor">Who acts, for instance <c>vCPU0 of G1</c>.</param>
/// <param name="Text">What happens, in exact terms.</param>
/// <param name="Mark">What stands out.</param>
public sealed record HistoryLine(int Step, long TimeNs, string Actor, string Text, HistoryMark Mark);

/// <summary>What stands out in a history.</summary>
public enum HistoryMark
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A fault acts.</summary>
    Fault,

    /// <summary>The cause of the violation, for instance the unpin that came too early.</summary>
    Cause,

    /// <summary>The violation.</summary>
    Violation,
}
