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

    /// <summary>What the runs are worth beyond that: determinism, what is still unseen, PCT, coverage; a label and a text each.</summary>
    internal static IReadOnlyList<(string Label, string Text)> Numbers(CampaignResult result)
    {
        var lines = new List<(string, string)>();
        var runs = result.Cells.Where(cell => cell.Confidence is not null).Select(cell => cell.Confidence!).ToList();
        if (result.Sentinel is { MadeTwice: > 0 } sentinel)
        {
            lines.Add(("determinism", $"{sentinel.MadeTwice} of {Count(sentinel.Runs, "run")} were made twice: "
                + (sentinel.Parted.Count == 0 ? "each gave the same trace" : $"in {Count(sentinel.Parted.Count, "cell")} they PARTED: {PlainText.Of(sentinel.Parted[0])}")));
        }

        if (runs.Where(cell => cell.UnseenMass is not null).Select(cell => cell.UnseenMass!.Value).Order().ToList() is { Count: > 0 } unseen)
        {
            lines.Add(("unseen", $"one more run of a cell comes into a situation that is new to it with a chance of at most {Percent(unseen[^1])} (worst cell; median "
                + $"{Percent(unseen[unseen.Count / 2])}): Good-Turing, situations seen in one run / runs, for independent runs"));
        }

        foreach (var depth in runs.SelectMany(cell => cell.Pct).GroupBy(bound => bound.Depth).OrderBy(group => group.Key))
        {
            var worst = depth.MinBy(bound => bound.FoundAtLeast)!;
            lines.Add((depth.Key == runs.SelectMany(cell => cell.Pct).Min(bound => bound.Depth) ? "PCT" : "", $"a bug of depth {depth.Key} that every run could show was found with a chance of at least {Percent(worst.FoundAtLeast)} a cell: "
                + $"{Count(worst.Runs, "run")} of PCT, n = {worst.Slots} slots, k = {worst.Choices} choices as one run had them, 1/(n k^(d-1)) a run"));
        }

        if (runs.Where(cell => cell.ShareExplored is not null).Select(cell => cell.ShareExplored!.Value).ToList() is { Count: > 0 } shares)
        {
            lines.Add(("explored", $"at least {Percent(shares.Min())} of all sequences of choices of a cell, as a random walk weighs them"));
        }

        lines.AddRange(CoverageLines(result));
        return lines;
    }

    private static IEnumerable<(string Label, string Text)> CoverageLines(CampaignResult result)
    {
        if (result.Coverage is not { } coverage)
        {
            yield break;
        }

        var label = "coverage";
        foreach (var driver in coverage.Drivers)
        {
            var reached = driver.Reachable is { } reachable
                ? $"{driver.ReachedOfReachable} of {reachable} reachable situations ({Percent((double)driver.ReachedOfReachable / Math.Max(1, reachable))}), {driver.Reached - driver.ReachedOfReachable} beyond that model"
                : $"{Count(driver.Reached, "situation")}";
            yield return (label, $"{PlainText.Of(driver.Driver)}: {reached}{(driver.Reason is null ? "" : $"; not all that can be reached is known: {PlainText.Of(driver.Reason)}")}");
            label = "";
        }

        if (coverage.Drivers.FirstOrDefault(driver => driver.Firmware is not null) is { } searched)
        {
            yield return ("", $"a situation is (instruction, response code, queue state, operation); reachable is what exhaustive search reaches in a small model under {PlainText.Of(searched.Firmware!)}; result.json names those that were missed");
        }

        if (coverage.NeverFired.Count > 0)
        {
            yield return ("never fired", string.Join(", ", coverage.NeverFired.Select(PlainText.Of)));
        }

        if (coverage.NeverHit.Count > 0)
        {
            yield return ("never hit", string.Join(", ", coverage.NeverHit));
        }
    }

    private static string Percent(double share) => $"{(share * 100).ToString(share is > 0 and < 0.01 ? "0.###" : "0.#", CultureInfo.InvariantCulture)} %";

    internal static string Count(long number, string thing) => $"{number} {thing}{(number == 1 ? "" : "s")}";
}
