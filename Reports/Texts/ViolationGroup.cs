using ApChaos.Abstractions;
using ApChaos.Campaigns;

namespace ApChaos.Reports.Texts;

/// <summary>An oracle that spoke for a driver, in however many cells.</summary>
/// <param name="Driver">Driver id.</param>
/// <param name="Oracle">Oracle id.</param>
/// <param name="Seen">The cells, in the order of the result.</param>
internal sealed record ViolationGroup(string Driver, string Oracle, IReadOnlyList<(CellResult Cell, ViolationResult Violation)> Seen)
{
    private readonly (CellResult Cell, ViolationResult Violation) _shown =
        Seen.OrderBy(seen => seen.Violation.Expected).ThenBy(seen => seen.Violation.Steps).First();

    /// <summary>Whether it was expected wherever it was seen.</summary>
    internal bool Expected => Seen.All(seen => seen.Violation.Expected);

    /// <summary>The cell that is shown: that with the shortest history; unexpected ones before expected ones.</summary>
    internal CellResult Cell => _shown.Cell;

    /// <summary>The violation that is shown.</summary>
    internal ViolationResult Violation => _shown.Violation;

    /// <summary>The cells that are not shown.</summary>
    internal IEnumerable<(CellResult Cell, ViolationResult Violation)> Others => Seen.Where(seen => seen.Cell != _shown.Cell);

    /// <summary>Group of the oracle.</summary>
    internal OracleGroup Group => _shown.Violation.Group;

    /// <summary>
    /// Groups the violations of a campaign: unexpected ones first, then in the order of the drivers, and of a driver those of memory first.
    /// </summary>
    internal static IReadOnlyList<ViolationGroup> Of(CampaignResult result)
    {
        var drivers = result.Cells.Select(cell => cell.Driver).Distinct().ToList();
        return
        [
            .. result.Cells
                .SelectMany(cell => cell.Violations.Select(violation => (Cell: cell, Violation: violation)))
                .GroupBy(seen => (seen.Cell.Driver, seen.Violation.Oracle))
                .Select(group => new ViolationGroup(group.Key.Driver, group.Key.Oracle, [.. group]))
                .OrderBy(group => group.Expected)
                .ThenBy(group => drivers.IndexOf(group.Driver))
                .ThenBy(group => group.Group)
                .ThenBy(group => group.Oracle, StringComparer.Ordinal),
        ];
    }
}
