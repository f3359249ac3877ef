using System.Globalization;
using ApChaos.Campaigns;
using ApChaos.Exploring;
using ApChaos.Reports.Texts;

namespace ApChaos.Reports;

/// <summary>The result of an exploration as plain text: one line a cell, and the shortest counterexample.</summary>
public static class ExploreText
{
    /// <summary>One line for a cell: verdict, what speaks after how many steps, and what was seen.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>The line.</returns>
    public static string Line(CellResult cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return Verdict(cell) + (cell.Explored is { } seen ? "; " + Seen(seen) : "");
    }

    /// <summary>The verdict of a cell: what speaks, and after how many steps.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>One line.</returns>
    public static string Verdict(CellResult cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var verdict = cell.Verdict switch
        {
            CellVerdict.Violated => "violated: " + string.Join(", ", cell.Violations.OrderBy(v => v.Steps).Select(v => $"{v.Oracle} ({v.Steps} steps)")),
            CellVerdict.Safe => "safe",
            _ => $"{JsonReport.Word(cell.Verdict)}: {PlainText.Of(cell.Reason ?? "no reason was given")}",
        };
        return $"{PlainText.Of(cell.Driver)} / {PlainText.Of(cell.Plan)} / {PlainText.Of(cell.Firmware)}: {verdict}";
    }

    /// <summary>The shortest counterexample of a cell: what it shows, its history, the command that replays it.</summary>
    /// <param name="cell">A violated cell.</param>
    /// <returns>The lines: at most <see cref="ExploreRunner.HistoryLinesMax"/> of history, and three.</returns>
    public static IReadOnlyList<string> Shortest(CellResult cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var violation = cell.Violations.OrderBy(v => v.Expected).ThenBy(v => v.Group).ThenBy(v => v.Steps).First();
        List<string> lines =
        [
            $"the shortest history to {violation.Oracle} has {violation.Steps} steps; those that concern it:",
            .. violation.History.Select(TextReport.FormatHistoryLine),
            "  " + PlainText.Of(violation.Message),
        ];
        if (violation.Replay is { } path)
        {
            lines.Add($"  apchaos replay {PlainText.Argument(path)}");
        }

        return lines;
    }

    /// <summary>The ledger of a cell: what was explored with and without each reduction.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>The lines: a heading, one for each exploration, and what is interchangeable.</returns>
    public static IReadOnlyList<string> Ledger(CellResult cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        if (cell.Explored is not { Ledger.Count: > 0 } seen)
        {
            return [];
        }

        var width = seen.Ledger.Max(row => row.Name.Length);
        return
        [
            $"ledger of {PlainText.Of(cell.Driver)} / {PlainText.Of(cell.Plan)} / {PlainText.Of(cell.Firmware)}",
            $"  {"".PadRight(width)}  {"states",13}  {"transitions",13}  {"MiB",9}  {"code runs",13}  verdict",
            .. seen.Ledger.Select(row =>
                $"  {row.Name.PadRight(width)}  {Number(row.States),13}  {Number(row.Transitions),13}  {Megabytes(row.Memory),9}  {Number(row.Executions),13}  {Same(row)}"),
            $"  interchangeable: {Joined(seen.Interchangeable)}; looked so and is not: {Joined(seen.NotInterchangeable)}",
        ];
    }

    /// <summary>A mode as the contract spells it.</summary>
    internal static string Mode(ExplorationMode mode) => mode switch
    {
        ExplorationMode.Memo => "memo",
        ExplorationMode.Interned => "interned",
        _ => "re-execution",
    };

    private static string Seen(Explored seen)
    {
        var odds = seen.CollisionOdds > 0 ? $", odds of a collision {seen.CollisionOdds.ToString("0.0e+0", CultureInfo.InvariantCulture)}" : "";
        return $"{(seen.Complete ? "complete within bounds" : "not complete")}, {Number(seen.States)} states, {Number(seen.Transitions)} transitions, "
            + $"depth {Number(seen.Depth)}, {Megabytes(seen.Memory)} MiB{odds}, {Mode(seen.Mode)}"
            + (seen.Interchangeable.Count > 0 ? $", {string.Join(", ", seen.Interchangeable)} interchangeable" : $" (code ran {Number(seen.Executions)} times)")
            + (seen.ModeReason is { } reason ? $"; {Mode(seen.Mode)} because {PlainText.Of(reason)}" : "");
    }

    private static string Same(LedgerRow row) => row.SameVerdict switch
    {
        null => "a bound was reached",
        true => "the same",
        false => "ANOTHER",
    };

    private static string Joined(IReadOnlyList<string> words) => words.Count == 0 ? "nothing" : string.Join(", ", words);

    private static string Megabytes(long bytes) => (bytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
