using ApChaos.Abstractions;
using ApChaos.Campaigns;

namespace ApChaos.Reports.Texts;

/// <summary>What went wrong in one cell, in at most twenty lines (design law 11): what broke, where, the history, the command that replays it.</summary>
internal static class FailureText
{
    /// <summary>Most lines.</summary>
    internal const int LinesMax = 20;

    private const int MessageMax = 2 * (Page.Columns - 2) - 20;
    private const int ViolationsMax = 3;

    /// <summary>The violations that nobody expected, or why nothing is known of the cell.</summary>
    /// <param name="cell">A cell that is not as expected, or not decided.</param>
    /// <returns>Plain lines.</returns>
    internal static IReadOnlyList<string> Lines(CellResult cell)
    {
        var page = new Page();
        var broken = cell.Violations.Where(violation => !violation.Expected).ToList();
        if (broken.Count == 0)
        {
            page.Wrapped("", $"{JsonReport.Word(cell.Verdict)}: {PlainText.Short(PlainText.Of(cell.Reason ?? "no reason was given"), MessageMax)}");
            return page.Lines;
        }

        foreach (var violation in broken.Take(ViolationsMax))
        {
            Tell(page, cell, violation);
        }

        if (broken.Count > ViolationsMax)
        {
            page.Line($"and {VerdictText.Count(broken.Count - ViolationsMax, "violation")} more: "
                + PlainText.Short(string.Join(", ", broken.Skip(ViolationsMax).Select(violation => PlainText.Of(violation.Oracle))), Page.Columns - 30));
        }

        AddHistory(page, broken[0].History);
        return page.Lines;
    }

    private static void Tell(Page page, CellResult cell, ViolationResult violation)
    {
        page.Wrapped("", $"{PlainText.Short(PlainText.Of(violation.Oracle), 48)}: {PlainText.Short(PlainText.Of(violation.Message), MessageMax - 50)}");
        page.Line(PlainText.Short(
            $"  {violation.Runs} of {VerdictText.Count(cell.Runs, "run")}; "
            + $"{(violation.Apqn is null ? "" : $"queue {PlainText.Of(violation.Apqn)}, ")}step {violation.Steps}, {VirtualTime.FormatInstant(violation.TimeNs)}",
            Page.Columns));
        if (violation.Replay is { } path)
        {
            page.Line($"  apchaos replay {PlainText.Argument(path)}");
        }
    }

    /// <summary>The end of a history, as much of it as there is room for: the violation is its last line.</summary>
    private static void AddHistory(Page page, IReadOnlyList<HistoryLine> history)
    {
        var room = LinesMax - page.Lines.Count;
        foreach (var line in history.Skip(Math.Max(0, history.Count - room)))
        {
            page.Line(PlainText.Short(TextReport.FormatHistoryLine(line), Page.Columns));
        }
    }
}
