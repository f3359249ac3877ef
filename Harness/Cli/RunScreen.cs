using ApChaos.Campaigns;
using ApChaos.Reports;
using ApChaos.Reports.Approvals;
using ApChaos.Reports.Texts;

namespace ApChaos.Cli;

/// <summary>
/// What a run shows at its end: the matrix and a summary when all is as expected; otherwise at most twenty lines (design law 11), with the
/// matrix only when there is room for it.
/// </summary>
internal static class RunScreen
{
    private const int LinesMax = 20;
    private const int ColumnsMax = 118;

    /// <summary>The lines.</summary>
    /// <param name="result">The result.</param>
    /// <param name="outFolder">The out folder as it was given.</param>
    /// <param name="differences">Where the report differs from the approved one, or null.</param>
    /// <param name="matrix">Whether the matrix is wanted.</param>
    public static IReadOnlyList<string> Lines(CampaignResult result, string outFolder, ApprovalDifference? differences, bool matrix)
    {
        var summary = TerminalSummary.Lines(result);
        var closing = $"reports and replay files: {outFolder}";
        List<string> end = [.. summary, .. Differences(differences, LinesMax - summary.Count - 1), closing];
        if (!matrix)
        {
            return end;
        }

        List<string> all = [.. CellMatrix.Lines(result), "", .. end];
        return result.ExitCode == ExitCode.AsExpected || all.Count <= LinesMax ? all : end;
    }

    /// <summary>As much of the difference as there is room for: its first line always.</summary>
    private static IEnumerable<string> Differences(ApprovalDifference? differences, int room)
    {
        if (differences is null)
        {
            return [];
        }

        var fit = differences.Lines.Count < room;
        var shown = differences.Lines.Take(fit ? room : Math.Max(0, room - 2)).Select(line => "  " + PlainText.Short(line, ColumnsMax));
        return [differences.OneLine, .. shown, .. fit || room < 2 ? (string[])[] : [$"  ... all of it: {ResultFiles.DifferenceName} in the out folder"]];
    }
}
