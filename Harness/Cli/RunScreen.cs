using ApChaos.Campaigns;
using ApChaos.Reports;

namespace ApChaos.Cli;

/// <summary>
/// What a run shows at its end: the matrix and a summary when all is as expected; otherwise at most twenty lines (design law 11), with the
/// matrix only when there is room for it.
/// </summary>
internal static class RunScreen
{
    private const int LinesMax = 20;

    /// <summary>The lines.</summary>
    /// <param name="result">The result.</param>
    /// <param name="outFolder">The out folder as it was given.</param>
    /// <param name="differences">Where the report differs from the approved one, or null.</param>
    /// <param name="matrix">Whether the matrix is wanted.</param>
    public static IReadOnlyList<string> Lines(CampaignResult result, string outFolder, ApprovalDifference? differences, bool matrix)
    {
        var summary = TerminalSummary.Lines(result);
        var closing = $"reports and replay files: {outFolder}";
        var approval = differences?.Lines ?? [];
        if (differences is not null && summary.Count + approval.Count + 1 > LinesMax)
        {
            approval = [differences.OneLine];
        }

        List<string> end = [.. summary, .. approval, closing];
        if (!matrix)
        {
            return end;
        }

        List<string> all = [.. CellMatrix.Lines(result), "", .. end];
        return result.ExitCode == ExitCode.AsExpected || all.Count <= LinesMax ? all : end;
    }
}
