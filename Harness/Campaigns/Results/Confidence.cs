namespace ApChaos.Campaigns;

/// <summary>
/// What the runs of a cell are worth in numbers, besides <see cref="CellResult.UpperBound95"/>. Each number rests on an assumption, which
/// reports print with it: <see cref="NumberAssumptions"/>.
/// </summary>
public sealed record Confidence
{
    /// <summary>
    /// Good–Turing: the number of new situations that one further run is expected to show, 0..; the chance that it shows any is at most that.
    /// Null when runs were not drawn independently.
    /// </summary>
    public double? UnseenMass { get; init; }

    /// <summary>Situations that the runs came into.</summary>
    public required int Situations { get; init; }

    /// <summary>Share of all sequences of choices that was gone through, 0..1, as a random walk weighs them; null when the strategy does not know.</summary>
    public double? ShareExplored { get; init; }

    /// <summary>What runs of PCT promise, by depth; empty when there was none.</summary>
    public IReadOnlyList<PctBound> Pct { get; init; } = [];

    /// <summary>Runs that were made twice and compared.</summary>
    public required int MadeTwice { get; init; }

    /// <summary>Faults of the plan that fired in no run of the cell.</summary>
    public IReadOnlyList<string> NeverFired { get; init; } = [];
}

/// <summary>What PCT promises: a bug that needs so many ordering constraints would have been found with at least that chance.</summary>
/// <param name="Depth">Ordering constraints that the bug needs.</param>
/// <param name="Runs">Runs of that depth.</param>
/// <param name="Slots">Most slots that could be ready in them.</param>
/// <param name="Choices">Most schedule choices of a run, about.</param>
/// <param name="FoundAtLeast">Chance that one of the runs finds it, 0..1.</param>
public sealed record PctBound(int Depth, int Runs, int Slots, int Choices, double FoundAtLeast);

/// <summary>What the numbers of a result take for granted, for people.</summary>
public static class NumberAssumptions
{
    /// <summary>Of <see cref="CellResult.UpperBound95"/>.</summary>
    public const string UpperBound95 = "runs are independent draws from the strategy's mixture, spread evenly over the scenarios of the cell";

    /// <summary>Of <see cref="Confidence.UnseenMass"/>.</summary>
    public const string UnseenMass = "Good-Turing over situations (instruction, response code, queue state, operation): those seen in exactly one run, divided by the runs; runs are independent draws";

    /// <summary>Of <see cref="Confidence.Pct"/>.</summary>
    public const string Pct = "a run of depth d finds a bug of depth d with chance 1/(n k^(d-1)), for n slots and k schedule choices as one random run had them; the bug's durations and faults are drawn as it needs them";

    /// <summary>Of <see cref="Confidence.ShareExplored"/>.</summary>
    public const string ShareExplored = "sequences of choices weighed as a random walk would draw them; the scenarios of the cell count alike";

    /// <summary>Of <see cref="DriverCoverage.Reachable"/>.</summary>
    public const string Reachable = "what exhaustive search reaches in a small model (one queue, a guest and its successor, short and long resets, a ZAPQ of the guest, a deconfiguration) under the first firmware profile of the campaign";
}

/// <summary>How far the runs of a driver came, against what exhaustive search says can be reached.</summary>
public sealed record DriverCoverage
{
    /// <summary>The driver.</summary>
    public required string Driver { get; init; }

    /// <summary>Situations that its runs came into, in all cells.</summary>
    public required int Reached { get; init; }

    /// <summary>Situations that exhaustive search reaches; null when it could not be done.</summary>
    public int? Reachable { get; init; }

    /// <summary>How many of the reachable ones the runs came into.</summary>
    public int ReachedOfReachable => (Reachable ?? 0) - Missed.Count;

    /// <summary>Reachable situations that no run came into, in words.</summary>
    public IReadOnlyList<string> Missed { get; init; } = [];

    /// <summary>Why the reachable ones are not known, or not all; null when they are.</summary>
    public string? Reason { get; init; }

    /// <summary>Firmware profile under which it was searched; null when it was not.</summary>
    public string? Firmware { get; init; }
}

/// <summary>What a campaign reached, and what it never did.</summary>
public sealed record CampaignCoverage
{
    /// <summary>By driver.</summary>
    public required IReadOnlyList<DriverCoverage> Drivers { get; init; }

    /// <summary>Faults that fired in no cell that has them, as <c>plan: fault</c>.</summary>
    public required IReadOnlyList<string> NeverFired { get; init; }

    /// <summary>Probes that no run hit: kinds of events that are no trouble by themselves, and response codes.</summary>
    public required IReadOnlyList<string> NeverHit { get; init; }
}

/// <summary>The determinism sentinel: a share of all runs is made twice and compared by their hash chains (design law 5).</summary>
/// <param name="MadeTwice">Runs that were made twice.</param>
/// <param name="Runs">All runs.</param>
/// <param name="Parted">Cells in which a second run parted from the first, with the first step and field that differ.</param>
public sealed record Sentinel(long MadeTwice, long Runs, IReadOnlyList<string> Parted);
