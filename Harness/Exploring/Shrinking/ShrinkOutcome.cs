using ApChaos.Abstractions;

namespace ApChaos.Exploring.Shrinking;

/// <summary>How much work shrinking may be. Counted in runs, so that the result depends on the inputs alone.</summary>
/// <param name="Executions">Runs in all; one of more than a thousand steps counts for several.</param>
/// <param name="SearchRuns">Runs of each search for a history with fewer steps.</param>
/// <param name="ChanceRuns">Runs by chance for each part that is left out.</param>
/// <param name="RowRuns">Runs of the search for each row of the certificate.</param>
/// <param name="ContinuationRuns">Continuations from each place; 0 for none.</param>
/// <param name="SearchStates">States of each exhaustive search for a history with fewer steps; a row of the certificate has a tenth. 0 for none.</param>
public sealed record ShrinkOptions(
    int Executions = 60_000, int SearchRuns = 20_000, int ChanceRuns = 40, int RowRuns = 400, int ContinuationRuns = 64, int SearchStates = 40_000)
{
    /// <summary>The usual amount.</summary>
    public static ShrinkOptions Default { get; } = new();
}

/// <summary>What shrinking came to.</summary>
public sealed record ShrinkOutcome
{
    /// <summary>What it began with.</summary>
    public required FailingHistory Start { get; init; }

    /// <summary>The smallest that was found.</summary>
    public required FailingHistory Best { get; init; }

    /// <summary>Runs made.</summary>
    public required int Executions { get; init; }

    /// <summary>Whether every pass came to its end; false when it was stopped or its runs were used up.</summary>
    public required bool Finished { get; init; }

    /// <summary>Whether every history of the same parts with fewer steps was run, and none fails: it is the shortest.</summary>
    public required bool ShortestProven { get; init; }

    /// <summary>
    /// Whether no choice of some of its parts (faults, guests, actions) fails at all, and none of all parts in fewer steps; each was gone
    /// through to its end: of these parts nothing smaller exists.
    /// </summary>
    public bool GlobalMinimum { get; init; }

    /// <summary>States that exhaustive searches went through.</summary>
    public long States { get; init; }

    /// <summary>The certificate: nothing more can be left out or made smaller. Empty when it is not finished.</summary>
    public required IReadOnlyList<MinimalityRow> Rows { get; init; }

    /// <summary>The nearest history that passes, or null when no single decision saves it.</summary>
    public PassingTwin? Twin { get; init; }

    /// <summary>How many continuations fail, from each place of the history. Empty when it is not finished.</summary>
    public IReadOnlyList<ContinuationShare> Continuations { get; init; } = [];

    /// <summary>Steps from which on every continuation that was tried fails; -1 when there are no continuations.</summary>
    public int PointOfNoReturn
    {
        get
        {
            var step = -1;
            for (var i = Continuations.Count - 1; i >= 0 && Continuations[i].Failed == Continuations[i].Runs; i--)
            {
                step = Continuations[i].AfterStep;
            }

            return step;
        }
    }
}

/// <summary>What a certificate claims of a history.</summary>
/// <param name="Rows">One row for each thing that could be missing or smaller.</param>
/// <param name="ShortestProven">See <see cref="ShrinkOutcome.ShortestProven"/>.</param>
/// <param name="GlobalMinimum">See <see cref="ShrinkOutcome.GlobalMinimum"/>.</param>
public sealed record MinimalityClaim(IReadOnlyList<MinimalityRow> Rows, bool ShortestProven, bool GlobalMinimum);

/// <summary>One row of a certificate.</summary>
/// <param name="Pass">Id of the pass that proposed it.</param>
/// <param name="Element">What it is about.</param>
/// <param name="Change">What was done to it.</param>
/// <param name="Verdict"><c>passes</c>, or <c>fails later</c>: it fails too, in a history that is not smaller.</param>
/// <param name="Histories">How many histories were run.</param>
/// <param name="Complete">Whether these were all that there are.</param>
public sealed record MinimalityRow(string Pass, string Element, string Change, string Verdict, int Histories, bool Complete)
{
    /// <summary>The verdict of a row that does not fail.</summary>
    public const string Passes = "passes";

    /// <summary>The verdict of a row that fails in a history that is not smaller.</summary>
    public const string FailsLater = "fails later";
}

/// <summary>A history that parts from a failing one by a single answer, and passes.</summary>
/// <param name="Place">The answer that differs, from 0.</param>
/// <param name="Label">What it decides.</param>
/// <param name="AfterStep">Steps made before it.</param>
/// <param name="Failing">The answer of the failing history.</param>
/// <param name="Passing">The answer of the passing one.</param>
/// <param name="Choices">All answers of the passing history.</param>
public sealed record PassingTwin(int Place, ChoiceLabel Label, int AfterStep, int Failing, int Passing, IReadOnlyList<int> Choices);

/// <summary>From one place of a failing history: how many random continuations fail in the same way.</summary>
/// <param name="Place">How many answers of the history were kept.</param>
/// <param name="AfterStep">Steps made by then.</param>
/// <param name="Runs">Continuations that were tried.</param>
/// <param name="Failed">How many of them failed.</param>
public sealed record ContinuationShare(int Place, int AfterStep, int Runs, int Failed);

/// <summary>How far shrinking is.</summary>
/// <param name="Executions">Runs made.</param>
/// <param name="Pass">What is tried at the moment.</param>
/// <param name="Best">The smallest so far.</param>
public sealed record ShrinkProgress(int Executions, string Pass, FailingHistory Best);
