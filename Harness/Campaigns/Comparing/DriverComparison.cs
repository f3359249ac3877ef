using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>A cell that two drivers do not share.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Firmware">The hardware.</param>
/// <param name="Gone">Oracles that speak for the first driver alone.</param>
/// <param name="New">Oracles that speak for the second driver alone.</param>
public sealed record CellDifference(string Plan, string Firmware, IReadOnlyList<string> Gone, IReadOnlyList<string> New);

/// <summary>The first step at which two drivers part on the same choices.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Firmware">The hardware.</param>
/// <param name="Before">The last lines that they share.</param>
/// <param name="First">What the first driver does then.</param>
/// <param name="Second">What the second driver does then.</param>
/// <param name="Violation">The violation that the history ends with, and whose it is.</param>
public sealed record Parting(
    string Plan, string Firmware, IReadOnlyList<HistoryLine> Before, HistoryLine? First, HistoryLine? Second, (string Driver, ViolationResult Result) Violation);

/// <summary>What two drivers differ in.</summary>
/// <param name="First">Id of the first driver.</param>
/// <param name="Second">Id of the second driver.</param>
/// <param name="Cells">How many cells were compared.</param>
/// <param name="Differences">The cells whose verdict changes.</param>
/// <param name="Parting">The first step at which they part, or null when no cell changes.</param>
/// <param name="Patience">For each condition, and the longest wait, what both do.</param>
/// <param name="Promises">The promises of both; null when they were not searched for.</param>
public sealed record ComparisonResult(
    string First,
    string Second,
    int Cells,
    IReadOnlyList<CellDifference> Differences,
    Parting? Parting,
    IReadOnlyList<(PatiencePoint First, PatiencePoint Second)> Patience,
    (PromisesOfDriver First, PromisesOfDriver Second)? Promises);

/// <summary>Compares two drivers on the same choices: made for reviewing a patch.</summary>
public static class DriverComparison
{
    private const int SharedLines = 2;

    /// <summary>Compares the cells of a campaign of two drivers.</summary>
    /// <param name="result">What the campaign found; its cells have both drivers.</param>
    /// <param name="first">The first driver.</param>
    /// <param name="second">The second driver.</param>
    /// <param name="catalogue">Oracles and faults.</param>
    /// <param name="promises">The promises of both, or null.</param>
    /// <returns>The difference.</returns>
    public static ComparisonResult Compare(
        CampaignResult result, DriverEntry first, DriverEntry second, Catalogue catalogue, (PromisesOfDriver First, PromisesOfDriver Second)? promises)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var pairs = result.Cells.GroupBy(cell => (cell.Plan, cell.Firmware))
            .Select(group => (First: group.FirstOrDefault(cell => cell.Driver == first.Id), Second: group.FirstOrDefault(cell => cell.Driver == second.Id)))
            .Where(pair => pair.First is not null && pair.Second is not null).ToList();
        var differences = pairs.Select(pair => new CellDifference(
                pair.First!.Plan, pair.First.Firmware, [.. Oracles(pair.First).Except(Oracles(pair.Second!))], [.. Oracles(pair.Second!).Except(Oracles(pair.First))]))
            .Where(difference => difference.Gone.Count + difference.New.Count > 0).ToList();
        return new ComparisonResult(
            first.Id,
            second.Id,
            pairs.Count,
            differences,
            FindParting(pairs!, first, second, catalogue),
            [.. new PatienceMeter(first.Id, first.Create).Measure().Zip(new PatienceMeter(second.Id, second.Create).Measure())],
            promises);
    }

    private static IEnumerable<string> Oracles(CellResult cell) => cell.Violations.Select(violation => violation.Oracle);

    /// <summary>The history with the fewest steps among violations that one driver has in a cell and the other has not; those of memory first.</summary>
    private static Parting? FindParting(List<(CellResult First, CellResult Second)> pairs, DriverEntry first, DriverEntry second, Catalogue catalogue)
    {
        var only = pairs.SelectMany(pair => Only(pair.First, pair.Second).Concat(Only(pair.Second, pair.First)))
            .OrderBy(found => found.Violation.Group).ThenBy(found => found.Violation.Steps).ToList();
        if (only.Count == 0)
        {
            return null;
        }

        var (cell, violation) = only[0];
        var file = violation.File!;
        var (one, other) = (Trace(file, first, catalogue), Trace(file, second, catalogue));
        var shared = one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
        return new Parting(
            cell.Plan,
            cell.Firmware,
            [.. one.Take(shared).Skip(Math.Max(0, shared - SharedLines))],
            one.ElementAtOrDefault(shared),
            other.ElementAtOrDefault(shared),
            (cell.Driver, violation));
    }

    private static IEnumerable<(CellResult Cell, ViolationResult Violation)> Only(CellResult cell, CellResult other) => cell.Violations
        .Where(violation => violation.File is not null && !Oracles(other).Contains(violation.Oracle)).Select(violation => (cell, violation));

    /// <summary>All lines of a driver on recorded choices, to the end of the run.</summary>
    private static IReadOnlyList<HistoryLine> Trace(ReplayFile file, DriverEntry driver, Catalogue catalogue)
    {
        var engine = CellRunner.MakeEngine(driver, file.Plan, file.Firmware, file.Scenario, file.Budgets, catalogue);
        var trace = new Trace();
        engine.Run(new RecordedChoices(file.Choices), trace);
        return HistoryWriter.Full(trace, engine);
    }
}
