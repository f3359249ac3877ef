using System.Globalization;
using ApChaos.Campaigns;

namespace ApChaos.Reports.Texts;

/// <summary>The verdict of a campaign in words and numbers.</summary>
internal static class VerdictText
{
    /// <summary>Verdict, counts, and what "safe" is worth.</summary>
    internal static IReadOnlyList<string> Lines(CampaignResult result)
    {
        var lines = new List<string> { Headline(result) };
        if (Bound(result) is { } bound)
        {
            lines.Add(bound);
        }

        return lines;
    }

    /// <summary>Verdict and counts of cells, one sentence.</summary>
    internal static string Headline(CampaignResult result)
    {
        var cells = result.Cells;
        var unexpected = cells.Count(cell => !cell.Expected);
        var parts = new List<string>
        {
            $"{cells.Count(cell => cell.Verdict == CellVerdict.Safe)} safe",
            $"{cells.Count(cell => cell.Verdict == CellVerdict.Violated && cell.Expected)} violated as expected",
            $"{unexpected} with violations that were not expected",
        };
        var undecided = cells.Count(cell => cell.Verdict == CellVerdict.Undecided && cell.Expected);
        var stale = cells.Count(cell => cell.Verdict == CellVerdict.Stale && cell.Expected);
        if (undecided > 0)
        {
            parts.Add($"{undecided} undecided");
        }

        if (stale > 0)
        {
            parts.Add($"{stale} stale");
        }

        var runs = cells.Sum(cell => (long)cell.Runs);
        return $"{PlainText.Of(result.Verdict)} (exit code {result.ExitCode}){(result.Interrupted ? ", interrupted" : "")}: "
            + $"{Count(cells.Count, "cell")}, {string.Join(", ", parts)}; {Count(runs, "run")}";
    }

    /// <summary>What the safe cells are worth, or null when there is none.</summary>
    internal static string? Bound(CampaignResult result)
    {
        var safe = result.Cells.Where(cell => cell.Verdict == CellVerdict.Safe && cell.UpperBound95 is not null).ToList();
        if (safe.Count == 0)
        {
            return null;
        }

        var (least, most) = (safe.Min(cell => cell.Runs), safe.Max(cell => cell.Runs));
        var bound = safe.Max(cell => cell.UpperBound95!.Value) * 100;
        var runs = least == most ? $"{least}" : $"{least} to {most}";
        return $"safe means: no violation in {runs} runs; if runs are independent, then with 95 % confidence fewer than "
            + $"{bound.ToString(bound < 1 ? "0.###" : "0.#", CultureInfo.InvariantCulture)} % of all runs of a cell would show one (1 - 0.05^(1/n))";
    }

    internal static string Count(long number, string thing) => $"{number} {thing}{(number == 1 ? "" : "s")}";
}
