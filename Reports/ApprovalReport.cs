using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Reports.Approvals;
using ApChaos.Reports.Texts;
using ApChaos.Running;

namespace ApChaos.Reports;

/// <summary>
/// What is approved: one paragraph a cell, with its verdict, and for each violation how often it was seen and its shortest history. Short
/// enough for a repository, and a merge of two of them is read line by line.
/// </summary>
public sealed class ApprovalReport : ReportFormat
{
    /// <summary>Name of the file in the out folder, which every run writes.</summary>
    public const string Name = "approval.txt";

    /// <inheritdoc/>
    public override string Id => "approval";

    /// <inheritdoc/>
    public override string Summary => "what 'apchaos approve' accepts: a paragraph a cell; every run writes it";

    /// <inheritdoc/>
    public override string FileName => Name;

    /// <inheritdoc/>
    public override void Write(CampaignResult result, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Of(result).ToText());
    }

    /// <summary>The cells of a result as they can be approved.</summary>
    /// <param name="result">The result.</param>
    /// <returns>The cells.</returns>
    public static ApprovedCells Of(CampaignResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new ApprovedCells(
            $"seed {PlainText.Of(result.Seed)}, {VerdictText.Count(result.RunsPerCell, "run")} per cell",
            [.. result.Cells.Select(cell => new ApprovedCell(PlainText.Of(cell.Driver), PlainText.Of(cell.Plan), PlainText.Of(cell.Firmware), VerdictOf(cell), LinesOf(cell)))]);
    }

    private static string VerdictOf(CellResult cell) =>
        JsonReport.Word(cell.Verdict) + (cell.Reason is { } why ? $": {PlainText.Of(why)}" : "");

    private static List<string> LinesOf(CellResult cell)
    {
        var lines = new List<string>();
        foreach (var violation in cell.Violations)
        {
            var hash = violation.File is { } file ? $", hash {TraceHash.Format(file.Hash)}" : "";
            lines.Add($"{PlainText.Of(violation.Oracle)}: {violation.Runs} of {VerdictText.Count(cell.Runs, "run")}");
            lines.Add($"  {(violation.Apqn is null ? "" : PlainText.Of(violation.Apqn) + ", ")}step {violation.Steps}, {VirtualTime.FormatInstant(violation.TimeNs)}{hash}");
            lines.Add($"  {PlainText.Of(violation.Message)}");
        }

        return lines;
    }
}
