using ApChaos.Exploring.Shrinking;

namespace ApChaos.Campaigns.Shrinking;

/// <summary>What shrinking a replay file came to, in words that reports can show.</summary>
public sealed record ShrinkReport
{
    /// <summary>The history that it began with.</summary>
    public required ReplayFile Original { get; init; }

    /// <summary>The smallest history; it was replayed before anyone sees it.</summary>
    public required ReplayFile Minimal { get; init; }

    /// <summary>Its violation, with its short history.</summary>
    public required ViolationResult Violation { get; init; }

    /// <summary>How large the original is.</summary>
    public required HistorySize Before { get; init; }

    /// <summary>How large the smallest is.</summary>
    public required HistorySize After { get; init; }

    /// <summary>Runs made.</summary>
    public required int Executions { get; init; }

    /// <summary>Whether it came to its end; false: stopped, or its runs were used up, and this is the smallest so far.</summary>
    public required bool Finished { get; init; }

    /// <summary>Whether every history of the same parts with fewer steps was run and none fails.</summary>
    public required bool ShortestProven { get; init; }

    /// <summary>Whether of its parts nothing smaller exists: every choice of some of them was gone through, and none fails.</summary>
    public bool GlobalMinimum { get; init; }

    /// <summary>States that exhaustive searches went through.</summary>
    public long States { get; init; }

    /// <summary>The certificate; empty when not finished.</summary>
    public required IReadOnlyList<MinimalityRow> Rows { get; init; }

    /// <summary>The nearest passing history, or null.</summary>
    public TwinReport? Twin { get; init; }

    /// <summary>How many random continuations fail, from each place of the smallest history.</summary>
    public IReadOnlyList<ContinuationShare> Continuations { get; init; } = [];

    /// <summary>Steps from which on every continuation that was tried fails; -1 when not sampled.</summary>
    public required int PointOfNoReturn { get; init; }
}

/// <summary>The nearest passing twin of a failing history: one answer differs, all answers behind it are the same as far as they fit.</summary>
/// <param name="Twin">Which answer.</param>
/// <param name="Failing">What happens where they part, in the failing history.</param>
/// <param name="Passing">What happens there in the passing one.</param>
/// <param name="End">How the passing one ends.</param>
/// <param name="History">The passing history from where they part, a few lines.</param>
public sealed record TwinReport(PassingTwin Twin, HistoryLine? Failing, HistoryLine? Passing, string End, IReadOnlyList<HistoryLine> History);
