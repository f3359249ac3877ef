using ApChaos.Campaigns;
using ApChaos.Reports.Texts;

namespace ApChaos.Reports;

/// <summary>
/// The result as GitHub Markdown, for the summary of a job. Whatever comes from outside stands in code spans and fences that it cannot
/// end: it is never markup, a link or a mention.
/// </summary>
public sealed class MarkdownReport : ReportFormat
{
    private const int FailuresMax = 10;

    /// <inheritdoc/>
    public override string Id => "markdown";

    /// <inheritdoc/>
    public override string Summary => "the result for the summary of a CI job: GitHub Markdown";

    /// <inheritdoc/>
    public override string FileName => "summary.md";

    /// <inheritdoc/>
    public override void Write(CampaignResult result, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(writer);
        var lines = new List<string> { $"## ApChaos: {Word(result.Verdict)}", "" };
        lines.AddRange(VerdictText.Lines(result));
        if (VerdictText.Numbers(result) is { Count: > 0 } numbers)
        {
            lines.AddRange(["", "<details><summary>What the runs are worth</summary>", ""]);
            Fence(lines, [.. numbers.Select(number => number.Label.PadRight(12) + number.Text)]);
            lines.AddRange(["", "</details>"]);
        }

        lines.AddRange(["", $"Seed {Code(result.Seed)}, {VerdictText.Count(result.RunsPerCell, "run")} a cell."]);
        WriteBroken(lines, result);
        WriteOpen(lines, result);
        if (result.Cells.Count > 0)
        {
            lines.AddRange(["", "### Cells", ""]);
            Fence(lines, CellMatrix.Lines(result));
        }

        WriteAssumptions(lines, result);
        foreach (var line in lines)
        {
            writer.Write(line);
            writer.Write('\n');
        }
    }

    private static void WriteBroken(List<string> lines, CampaignResult result)
    {
        var broken = ViolationGroup.Of(result).Where(group => !group.Expected).ToList();
        if (broken.Count == 0)
        {
            return;
        }

        lines.AddRange(["", "### Not expected", "", "| driver | oracle | plan | firmware | runs | replay |", "| --- | --- | --- | --- | ---: | --- |"]);
        foreach (var group in broken)
        {
            var (cell, violation) = (group.Cell, group.Violation);
            var others = group.Seen.Count == 1 ? "" : $" and {VerdictText.Count(group.Seen.Count - 1, "other cell")}";
            lines.Add(Row(Code(group.Driver), Code(group.Oracle), Code(cell.Plan) + others, Code(cell.Firmware), $"{violation.Runs} of {cell.Runs}",
                violation.Replay is { } path ? Code($"apchaos replay {PlainText.Argument(path)}") : ""));
        }

        foreach (var group in broken.Take(FailuresMax))
        {
            lines.AddRange(["", $"#### {Code(group.Driver)}: {Code(group.Oracle)}", ""]);
            Fence(lines, FailureText.Lines(group.Cell with { Violations = [group.Violation] }));
        }
    }

    private static void WriteOpen(List<string> lines, CampaignResult result)
    {
        var open = result.Cells.Where(cell => cell.Verdict is CellVerdict.Undecided or CellVerdict.Stale)
            .GroupBy(cell => (cell.Verdict, cell.Plan, cell.Reason)).ToList();
        if (open.Count == 0)
        {
            return;
        }

        lines.AddRange(["", "### Cells that say nothing", "", "| verdict | plan | cells | reason |", "| --- | --- | ---: | --- |"]);
        lines.AddRange(open.Select(group =>
            Row(JsonReport.Word(group.Key.Verdict), Code(group.Key.Plan), $"{group.Count()}", Code(group.Key.Reason ?? "no reason was given"))));
    }

    private static void WriteAssumptions(List<string> lines, CampaignResult result)
    {
        if (result.Firmware.Count == 0)
        {
            return;
        }

        var first = result.Firmware.FirstOrDefault(profile => profile.Id == Promises.Documented) ?? result.Firmware[0];
        lines.AddRange(["", "<details><summary>Assumptions that this rests on</summary>", ""]);
        foreach (var profile in result.Firmware.OrderBy(profile => profile.Id != first.Id))
        {
            var assumptions = profile == first ? profile.Assumptions : Promises.Differences(profile, first);
            lines.Add($"- {Code(profile.Id)}: {(assumptions.Count == 0 ? $"as {Code(first.Id)}" : string.Join(", ", assumptions.Select(assumption => Code(assumption.Id))))}");
        }

        lines.AddRange(["", "</details>"]);
    }

    /// <summary>One of our own words; anything else is shown as code.</summary>
    private static string Word(string text) => text.All(char.IsAsciiLetterLower) ? text : Code(text);

    /// <summary>A row of a table: a bar would end a cell even in a code span.</summary>
    private static string Row(params IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|")))} |";

    /// <summary>A code span. Its fence is longer than any row of backticks in it.</summary>
    private static string Code(string text)
    {
        var plain = PlainText.Of(text);
        var fence = new string('`', LongestRow(plain) + 1);
        var gap = plain.Length == 0 || plain[0] == '`' || plain[^1] == '`' ? " " : "";
        return fence + gap + plain + gap + fence;
    }

    private static void Fence(List<string> lines, IReadOnlyList<string> text)
    {
        var fence = new string('`', Math.Max(3, text.Select(LongestRow).DefaultIfEmpty(0).Max() + 1));
        lines.Add(fence + "text");
        lines.AddRange(text);
        lines.Add(fence);
    }

    private static int LongestRow(string text)
    {
        var (longest, row) = (0, 0);
        foreach (var c in text)
        {
            row = c == '`' ? row + 1 : 0;
            longest = Math.Max(longest, row);
        }

        return longest;
    }
}
