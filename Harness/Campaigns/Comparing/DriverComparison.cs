using ApChaos.Abstractions;
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

/// <summary>A cell in which an oracle speaks for both drivers, but not as often.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Firmware">The hardware.</param>
/// <param name="Oracle">The oracle.</param>
/// <param name="Group">What kind of finding it is.</param>
/// <param name="First">In how many runs for the first driver.</param>
/// <param name="Second">In how many runs for the second driver.</param>
/// <param name="Runs">Runs of each.</param>
public sealed record CountDifference(string Plan, string Firmware, string Oracle, OracleGroup Group, int First, int Second, int Runs);

/// <summary>The first step at which two drivers part on the same choices.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Firmware">The hardware.</param>
/// <param name="Before">The last lines that they share.</param>
/// <param name="First">What the first driver does then.</param>
/// <param name="Second">What the second driver does then.</param>
/// <param name="Violation">The violation that the history ends with, and whose it is; null when no verdict differs.</param>
public sealed record Parting(
    string Plan, string Firmware, IReadOnlyList<HistoryLine> Before, HistoryLine? First, HistoryLine? Second, (string Driver, ViolationResult Result)? Violation);

/// <summary>What two drivers differ in.</summary>
/// <param name="First">Id of the first driver.</param>
/// <param name="Second">Id of the second driver.</param>
/// <param name="Cells">How many cells were compared.</param>
/// <param name="Differences">The cells whose verdict changes.</param>
/// <param name="Counts">The cells in which an oracle speaks for both, but not as often.</param>
/// <param name="Parting">The first step at which they part, or null when they do the same in all that was tried.</param>
/// <param name="Patience">For each condition, and the longest wait, what both do.</param>
/// <param name="Promises">The promises of both; null when they were not searched for.</param>
public sealed record ComparisonResult(
    string First,
    string Second,
    int Cells,
    IReadOnlyList<CellDifference> Differences,
    IReadOnlyList<CountDifference> Counts,
    Parting? Parting,
    IReadOnlyList<(PatiencePoint First, PatiencePoint Second)> Patience,
    (PromisesOfDriver First, PromisesOfDriver Second)? Promises);

/// <summary>Compares two drivers on the same choices: made for reviewing a patch.</summary>
public static class DriverComparison
{
    /// <summary>Compares the cells of a campaign of two drivers.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="result">What it found; its cells have both drivers.</param>
    /// <param name="first">The first driver.</param>
    /// <param name="second">The second driver.</param>
    /// <param name="promises">The promises of both, or null.</param>
    /// <returns>The difference.</returns>
    public static ComparisonResult Compare(
        Campaign campaign, CampaignResult result, DriverEntry first, DriverEntry second, (PromisesOfDriver First, PromisesOfDriver Second)? promises)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        List<(CellResult First, CellResult Second)> pairs =
        [
            .. from one in result.Cells
               where one.Driver == first.Id
               from other in result.Cells
               where other.Driver == second.Id && other.Plan == one.Plan && other.Firmware == one.Firmware
               select (one, other),
        ];
        return new ComparisonResult(
            first.Id,
            second.Id,
            pairs.Count,
            [.. pairs.Select(Difference).Where(difference => difference.Gone.Count + difference.New.Count > 0)],
            [.. pairs.SelectMany(Counts)],
            new PartingSearch(campaign, first, second).Find(pairs),
            [.. new PatienceMeter(first.Id, first.Create).Measure().Zip(new PatienceMeter(second.Id, second.Create).Measure())],
            promises);
    }

    /// <summary>The oracles that spoke in a cell.</summary>
    internal static IEnumerable<string> Oracles(CellResult cell) => cell.Violations.Select(violation => violation.Oracle);

    private static CellDifference Difference((CellResult First, CellResult Second) pair) => new(
        pair.First.Plan,
        pair.First.Firmware,
        [.. Oracles(pair.First).Except(Oracles(pair.Second))],
        [.. Oracles(pair.Second).Except(Oracles(pair.First))]);

    private static IEnumerable<CountDifference> Counts((CellResult First, CellResult Second) pair) =>
        from one in pair.First.Violations
        from other in pair.Second.Violations
        where other.Oracle == one.Oracle && other.Runs != one.Runs
        select new CountDifference(pair.First.Plan, pair.First.Firmware, one.Oracle, one.Group, one.Runs, other.Runs, pair.First.Runs);
}
