using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Campaigns.Shrinking;
using ApChaos.Exploring.Shrinking;

namespace ApChaos.Reports.Texts;

/// <summary>What shrinking came to, in a few lines that can be pasted into a mail.</summary>
public static class ShrinkText
{
    private const int SharePercent = 15;

    /// <summary>The lines: sizes, what the smallness is worth, the passing twin, the point of no return.</summary>
    /// <param name="report">The report.</param>
    /// <returns>Plain text of at most 100 columns.</returns>
    public static IReadOnlyList<string> Lines(ShrinkReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var page = new Page();
        page.Wrapped("violated: ", $"{PlainText.Of(report.Violation.Oracle)}: {PlainText.Of(report.Violation.Message)}");
        Worth(page, report);
        return page.Lines;
    }

    /// <summary>The same below a violation that is told already: what it takes, and what that is worth.</summary>
    internal static IReadOnlyList<string> Below(ViolationResult violation, ShrinkReport report, int columns)
    {
        var page = new Page(columns);
        page.Wrapped("plan      ", PlainText.Of(report.Minimal.Plan.Json));
        Worth(page, report);
        if (violation.MinimalReplay is { } path)
        {
            page.Line($"replay    apchaos replay {PlainText.Argument(path)}");
        }

        return page.Lines;
    }

    private static void Worth(Page page, ShrinkReport report)
    {
        page.Wrapped("shrunk    ", $"from {Size(report.Before)} to {Size(report.After)}, in {VerdictText.Count(report.Executions, "run")} and {VerdictText.Count(report.States, "state")}");
        page.Wrapped("shortest  ", !report.Finished ? "not finished: this is the smallest so far; --resume goes on"
            : report.ShortestProven ? $"proven: every history of these parts with fewer than {VerdictText.Count(report.After.Steps, "step")} was searched, and none fails"
                + (report.GlobalMinimum ? "; nor does any choice of some of the parts: nothing smaller exists" : "")
            : $"not proven: there are too many histories with fewer than {VerdictText.Count(report.After.Steps, "step")}");
        if (report.Finished)
        {
            var complete = report.Rows.Count(row => row.Complete);
            var later = report.Rows.Count(row => row.Verdict == MinimalityRow.FailsLater);
            page.Wrapped("minimal   ", $"{VerdictText.Count(report.Rows.Count, "row")}, one for each thing that could be missing or smaller: {report.Rows.Count - later} pass, "
                + $"{later} fail in no smaller history; {complete} complete, the others sampled");
        }

        Twin(page, report);
        Continuations(page, report);
    }

    /// <summary>The size of a history in words.</summary>
    /// <param name="size">The size.</param>
    /// <returns>For instance <c>1 fault, 4 elements, 23 steps, 2 deviations</c>.</returns>
    public static string Size(HistorySize size) =>
        $"{VerdictText.Count(size.Faults, "fault")}, {VerdictText.Count(size.Elements, "element")}, {VerdictText.Count(size.Steps, "step")}, {VerdictText.Count(size.Deviations, "deviation")}";

    private static void Twin(Page page, ShrinkReport report)
    {
        if (report.Twin is not { } twin)
        {
            if (report.Finished)
            {
                page.Wrapped("twin      ", "no single decision saves it");
            }

            return;
        }

        page.Wrapped("twin      ", $"passes when answer {twin.Twin.Place + 1} ({twin.Twin.Label}, after step {twin.Twin.AfterStep}) is {twin.Twin.Passing}, not {twin.Twin.Failing}: "
            + $"{Line(twin.Passing)} instead of {Line(twin.Failing)}; {PlainText.Of(twin.End)}");
    }

    private static string Line(HistoryLine? line) => line is null ? "nothing" : $"{PlainText.Of(line.Actor)}: {PlainText.Of(line.Text)} ({VirtualTime.FormatInstant(line.TimeNs)})";

    private static void Continuations(Page page, ShrinkReport report)
    {
        if (report.Continuations.Count == 0)
        {
            return;
        }

        // The last place of a step is what is known when it is over; only where the share changes by much.
        var told = new List<string>();
        var last = -SharePercent;
        foreach (var share in report.Continuations.GroupBy(share => share.AfterStep).Select(group => group.Last()))
        {
            var percent = 100 * share.Failed / share.Runs;
            if (Math.Abs(percent - last) >= SharePercent || (percent == 100 && last < 100))
            {
                told.Add($"{share.AfterStep}: {percent} %");
                last = percent;
            }
        }

        page.Wrapped("fails     ", $"of {report.Continuations[0].Runs} random continuations from step {string.Join(", ", told)}");
        page.Wrapped("no return ", report.PointOfNoReturn >= 0 ? $"from step {report.PointOfNoReturn} on every continuation that was tried fails" : "none");
    }
}
