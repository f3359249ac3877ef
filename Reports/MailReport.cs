using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Reports.Texts;

namespace ApChaos.Reports;

/// <summary>
/// The result as a reply on a kernel list: plain ASCII of at most 72 columns, histories in the manner of dmesg, and for each violation the
/// command that reproduces it anywhere. What was not expected comes first; what does not fit into a mail is counted.
/// </summary>
public sealed class MailReport : ReportFormat
{
    /// <summary>What a mail that is quoted a few times stands.</summary>
    internal const int Columns = 72;

    private const int ParagraphsMax = 4;
    private const int ListedMax = 12;

    /// <inheritdoc/>
    public override string Id => "mail";

    /// <inheritdoc/>
    public override string Summary => "the result for a mailing list: ASCII, 72 columns, with the commands that reproduce it";

    /// <inheritdoc/>
    public override string FileName => "mail.txt";

    /// <inheritdoc/>
    public override void Write(CampaignResult result, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(writer);
        var page = new Page(Columns, PlainText.Ascii);
        page.Wrapped("", "ApChaos: " + VerdictText.Headline(result));
        if (VerdictText.Bound(result) is { } bound)
        {
            page.Wrapped("", bound);
        }

        foreach (var (label, text) in VerdictText.Numbers(result))
        {
            page.Wrapped("  " + label.PadRight(12), text);
        }

        var promises = new Promises(result);
        var groups = ViolationGroup.Of(result);
        foreach (var group in groups.Take(ParagraphsMax))
        {
            WriteViolation(page, result, promises, group);
        }

        WriteRest(page, [.. groups.Skip(ParagraphsMax)]);
        WriteOpenCells(page, result);
        WriteAssumptions(page, result, [.. groups.Take(ParagraphsMax).Select(group => group.Cell.Firmware).Distinct()]);
        page.Write(writer);
    }

    private static void WriteViolation(Page page, CampaignResult result, Promises promises, ViolationGroup group)
    {
        var (cell, violation) = (group.Cell, group.Violation);
        page.Gap();
        page.Wrapped("", $"{group.Driver}: {group.Oracle}{(group.Expected ? " (expected)" : "")}");
        page.Wrapped("  ", violation.Message);
        page.Gap();
        page.Wrapped("  in      ", $"{cell.Plan} under {cell.Firmware}: {violation.Runs} of {VerdictText.Count(cell.Runs, "run")}"
            + (group.Seen.Count == 1 ? "" : $", and in {VerdictText.Count(group.Seen.Count - 1, "other cell")}"));
        promises.Write(page, "  promise ", group);
        page.Gap();
        foreach (var line in violation.History)
        {
            WriteHistoryLine(page, line);
        }

        page.Gap();
        page.Command("  ", "apchaos", "run", "--driver", violation.File?.Driver ?? cell.Driver, "--plan", cell.Plan, "--firmware", cell.Firmware,
            "--seed", result.Seed, "--runs", $"{result.RunsPerCell}");
        page.Gap();
    }

    // As the kernel's log has it: seconds in brackets.
    private static void WriteHistoryLine(Page page, HistoryLine line)
    {
        if (line.Actor.Length == 0)
        {
            page.Wrapped("                  ", line.Text);
            return;
        }

        var (seconds, microseconds) = (line.TimeNs / VirtualTime.Second, line.TimeNs % VirtualTime.Second / VirtualTime.Microsecond);
        var label = $"  [{seconds,5}.{microseconds:000000}] {(line.Mark == HistoryMark.Fault ? "F" : " ")} ";
        page.Wrapped(label, $"{PlainText.Short(PlainText.Ascii(line.Actor), 20)}: {line.Text}", line.Mark switch
        {
            HistoryMark.Cause => " <-- cause",
            HistoryMark.Violation => " <== VIOLATION",
            _ => "",
        });
    }

    private static void WriteRest(Page page, IReadOnlyList<ViolationGroup> groups)
    {
        if (groups.Count == 0)
        {
            return;
        }

        page.Gap();
        page.Wrapped("", $"And {VerdictText.Count(groups.Count, "violation")} more, by driver:");
        var drivers = groups.GroupBy(group => group.Driver).ToList();
        foreach (var driver in drivers.Take(ListedMax))
        {
            page.Wrapped("  ", $"{driver.Key}: {string.Join(", ", driver.Select(group => group.Oracle + (group.Expected ? "" : " (NOT expected)")))}");
        }

        if (drivers.Count > ListedMax)
        {
            page.Wrapped("  ", $"and {VerdictText.Count(drivers.Count - ListedMax, "driver")} more");
        }
    }

    private static void WriteOpenCells(Page page, CampaignResult result)
    {
        var open = result.Cells.Where(cell => cell.Verdict is CellVerdict.Undecided or CellVerdict.Stale)
            .GroupBy(cell => (cell.Verdict, cell.Plan, cell.Reason)).ToList();
        page.Gap();
        foreach (var group in open.Take(ListedMax))
        {
            page.Wrapped("", $"{JsonReport.Word(group.Key.Verdict)} in {VerdictText.Count(group.Count(), "cell")}: {group.Key.Plan}: {group.Key.Reason ?? "no reason was given"}");
        }
    }

    /// <summary>What the shown violations rest on, beyond what kernel sources agree on.</summary>
    private static void WriteAssumptions(Page page, CampaignResult result, IReadOnlyList<string> shown)
    {
        var documented = result.Firmware.FirstOrDefault(profile => profile.Id == Promises.Documented);
        foreach (var profile in result.Firmware.Where(profile => shown.Contains(profile.Id)))
        {
            page.Gap();
            page.Wrapped("", $"{profile.Id}: {profile.Summary}");
            foreach (var assumption in documented is null ? profile.Assumptions : Promises.Differences(profile, documented))
            {
                page.Wrapped("  ", $"{assumption.Id} ({assumption.Evidence})");
            }
        }
    }
}
