using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Reports.Texts;

namespace ApChaos.Reports;

/// <summary>
/// The end of a run on a terminal: what broke, where, and the command that replays it (design law 11). Everything else is in files.
/// </summary>
public static class TerminalSummary
{
    /// <summary>Most lines: two are left for whoever adds where the reports are.</summary>
    public const int LinesMax = 18;

    private const int LinesEach = 4;
    private const int MessageMax = 2 * (Page.Columns - 2);

    /// <summary>The summary.</summary>
    /// <param name="result">The result.</param>
    /// <returns>At most <see cref="LinesMax"/> lines, plain text: neither markup nor control characters. Not to be read as markup.</returns>
    public static IReadOnlyList<string> Lines(CampaignResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var page = new Page();
        page.Wrapped("", VerdictText.Headline(result));
        // Not all may fit: what touches memory goes before what only leaks, whichever driver it is.
        var broken = ViolationGroup.Of(result).Where(group => !group.Expected).OrderBy(group => group.Group).ToList();
        var open = result.Cells.Where(cell => cell.Verdict is CellVerdict.Undecided or CellVerdict.Stale).ToList();
        var room = LinesMax - page.Lines.Count - (open.Count > 0 ? LinesEach : 0) - 1;
        var shown = 0;
        foreach (var group in broken)
        {
            var some = Describe(group);
            if (some.Count > room)
            {
                break;
            }

            room -= some.Count;
            shown++;
            foreach (var line in some)
            {
                page.Line(line);
            }
        }

        if (shown < broken.Count)
        {
            page.Line($"and {VerdictText.Count(broken.Count - shown, "violation")} more that {(broken.Count - shown == 1 ? "was" : "were")} not expected");
        }

        DescribeOpen(page, open);
        if (broken.Count == 0 && open.Count == 0 && VerdictText.Bound(result) is { } bound)
        {
            page.Wrapped("", bound);
        }

        return page.Lines;
    }

    private static IReadOnlyList<string> Describe(ViolationGroup group)
    {
        var page = new Page();
        var (cell, violation) = (group.Cell, group.Violation);
        var others = group.Seen.Count == 1 ? "" : $", and {VerdictText.Count(group.Seen.Count - 1, "other cell")}";
        page.Line($"{PlainText.Short(PlainText.Of(group.Driver), 48)}: {PlainText.Short(PlainText.Of(group.Oracle), 48)}");
        page.Line("  " + PlainText.Short(
            $"{PlainText.Of(cell.Plan)} under {PlainText.Of(cell.Firmware)}: {violation.Runs} of {VerdictText.Count(cell.Runs, "run")}, "
            + $"step {violation.Steps}, {VirtualTime.FormatInstant(violation.TimeNs)}{others}",
            Page.Columns - 2));
        page.Wrapped("  ", PlainText.Short(PlainText.Of(violation.Message), MessageMax - 20));
        if (violation.Replay is { } path)
        {
            page.Line($"  apchaos replay {PlainText.Argument(path)}");
        }

        return page.Lines;
    }

    private static void DescribeOpen(Page page, IReadOnlyList<CellResult> open)
    {
        var reasons = open.GroupBy(cell => (cell.Verdict, cell.Plan, cell.Reason)).ToList();
        foreach (var group in reasons.Take(reasons.Count <= LinesEach ? LinesEach : LinesEach - 1))
        {
            var text = $"{JsonReport.Word(group.Key.Verdict)} in {VerdictText.Count(group.Count(), "cell")}: {PlainText.Of(group.Key.Plan)}: "
                + PlainText.Of(group.Key.Reason ?? "no reason was given");
            page.Line(PlainText.Short(text, Page.Columns));
        }

        if (reasons.Count > LinesEach)
        {
            page.Line($"and {reasons.Count - LinesEach + 1} more that say nothing");
        }
    }
}
