using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Reports.Texts;

namespace ApChaos.Reports;

/// <summary>
/// The result for people, made to be pasted into a mail: matrices, one paragraph and one short history for each violation, the
/// assumptions, the verdict. Plain text of at most 100 columns; only commands may be longer.
/// </summary>
/// <remarks>
/// A violation is an oracle that spoke for a driver. It gets one paragraph however many cells show it: that of the cell with the shortest
/// history, unexpected ones first; the other cells are named with their counts.
/// </remarks>
public sealed class TextReport : ReportFormat
{
    private const string Field = "            ";
    private const int LabelWidth = 28;
    private const int ActorUsual = 15;
    private const int ActorMax = 20;

    /// <inheritdoc/>
    public override string Id => "text";

    /// <inheritdoc/>
    public override string Summary => "the result for people: matrices, histories, assumptions";

    /// <inheritdoc/>
    public override string FileName => "report.txt";

    /// <inheritdoc/>
    public override void Write(CampaignResult result, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(writer);
        var page = new Page();
        WriteHeader(page, result);
        WriteMatrix(page, result);
        WriteViolations(page, result);
        WriteOpenCells(page, result);
        WriteAssumptions(page, result);
        WriteDriverAssumptions(page, result);
        page.Heading("Verdict");
        foreach (var line in VerdictText.Lines(result))
        {
            page.Wrapped("", line);
        }

        if (VerdictText.Numbers(result) is { Count: > 0 } numbers)
        {
            page.Heading("What the runs are worth");
            foreach (var (label, text) in numbers)
            {
                page.Wrapped(label.PadRight(Field.Length), text);
            }
        }

        page.Write(writer);
    }

    /// <summary>Writes the matrices and their legend alone.</summary>
    /// <param name="result">The result.</param>
    /// <param name="writer">Where to.</param>
    public static void WriteMatrix(CampaignResult result, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (var line in CellMatrix.Lines(result))
        {
            writer.Write(line);
            writer.Write('\n');
        }
    }

    /// <summary>One line of a history, as the report has it but not wrapped.</summary>
    /// <param name="line">The line.</param>
    /// <returns>Plain text.</returns>
    public static string FormatHistoryLine(HistoryLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.Actor.Length == 0
            ? new string(' ', LabelWidth + ActorUsual) + PlainText.Of(line.Text)
            : Label(line, ActorUsual) + PlainText.Of(line.Text) + (line.Mark is HistoryMark.Cause or HistoryMark.Violation ? " " + Mark(line) : "");
    }

    private static void WriteHeader(Page page, CampaignResult result)
    {
        var drivers = result.Cells.Select(cell => cell.Driver).Distinct().Count();
        var plans = result.Cells.Select(cell => cell.Plan).Distinct().Count();
        var firmware = result.Cells.Select(cell => cell.Firmware).Distinct().Count();
        page.Line($"ApChaos: {PlainText.Of(result.Verdict)}");
        page.Wrapped("seed        ", PlainText.Of(result.Seed));
        page.Line($"runs        {result.RunsPerCell} per cell");
        page.Line($"cells       {result.Cells.Count}: {VerdictText.Count(drivers, "driver")}, {VerdictText.Count(plans, "plan")}, "
            + VerdictText.Count(firmware, "firmware profile"));
        if (result.Interrupted)
        {
            page.Line($"INTERRUPTED before its end: {(result.Cells.Count == 0 ? "no cell was done" : "the cells below were done, others were not")}");
        }
    }

    private static void WriteMatrix(Page page, CampaignResult result)
    {
        if (result.Cells.Count == 0)
        {
            return;
        }

        page.Heading("Cells");
        foreach (var line in CellMatrix.Lines(result))
        {
            page.Line(line);
        }
    }

    // --- violations ----------------------------------------------------------------------------------------------------------------

    private static void WriteViolations(Page page, CampaignResult result)
    {
        var promises = new Promises(result);
        var groups = ViolationGroup.Of(result);
        foreach (var expected in (bool[])[false, true])
        {
            var some = groups.Where(group => group.Expected == expected).ToList();
            if (some.Count == 0)
            {
                continue;
            }

            page.Heading(expected ? "Violations that were expected" : "Violations that were NOT expected");
            foreach (var group in some)
            {
                page.Gap();
                WriteViolation(page, result, promises, group);
            }
        }
    }

    private static void WriteViolation(Page page, CampaignResult result, Promises promises, ViolationGroup group)
    {
        var (cell, violation) = (group.Cell, group.Violation);
        page.Line($"{PlainText.Of(group.Driver)}: {PlainText.Of(group.Oracle)}");
        page.Wrapped("  ", PlainText.Of(violation.Message));
        page.Wrapped("  where     ", $"{Where(cell)}: {violation.Runs} of {VerdictText.Count(cell.Runs, "run")}; "
            + $"{(violation.Apqn is null ? "" : $"queue {PlainText.Of(violation.Apqn)}, ")}step {violation.Steps}, {VirtualTime.FormatInstant(violation.TimeNs)}");
        WriteOtherCells(page, group);
        promises.Write(page, "  promise   ", group);
        var impossible = result.Firmware
            .Where(profile => profile.SafetyImpossible is not null && group.Seen.Any(seen => seen.Cell.Firmware == profile.Id))
            .Select(profile => PlainText.Of(profile.Id)).ToList();
        if (impossible.Count > 0)
        {
            page.Wrapped("  note      ", $"no driver can be safe under {string.Join(" and ", impossible)}: see the assumptions");
        }

        if (violation.Replay is { } path)
        {
            page.Line($"  replay    apchaos replay {PlainText.Argument(path)}");
        }

        if (violation.Shrunk is { } report)
        {
            page.Line("  minimal:");
            foreach (var line in ShrinkText.Below(violation, report, Page.Columns - 4))
            {
                page.Line("    " + line);
            }
        }

        WriteHistory(page, violation.Shrunk?.Violation.History ?? violation.History);
    }

    private static void WriteOtherCells(Page page, ViolationGroup group)
    {
        var label = "  also in   ";
        var mixed = group.Seen.Any(seen => seen.Violation.Expected) && !group.Expected;
        foreach (var firmware in group.Others.GroupBy(seen => seen.Cell.Firmware))
        {
            var cells = firmware.Select(seen => $"{PlainText.Of(seen.Cell.Plan)} {seen.Violation.Runs}"
                + (mixed && !seen.Violation.Expected ? " (not expected)" : ""));
            page.Wrapped(label, $"{PlainText.Of(firmware.Key)}: {string.Join(", ", cells)}");
            label = Field;
        }
    }

    private static void WriteHistory(Page page, IReadOnlyList<HistoryLine> history)
    {
        if (history.Count == 0)
        {
            return;
        }

        var actors = Math.Clamp(history.Max(line => PlainText.Of(line.Actor).Length), 5, ActorMax);
        page.Gap();
        page.Line($"    {"step",6}  {"time",12}  {"actor".PadRight(actors)}  what");
        foreach (var line in history)
        {
            if (line.Actor.Length == 0)
            {
                page.Line(new string(' ', LabelWidth + actors) + PlainText.Of(line.Text));
                continue;
            }

            page.Wrapped(Label(line, actors), PlainText.Of(line.Text), Mark(line));
        }
    }

    private static string Label(HistoryLine line, int actors)
    {
        var actor = PlainText.Short(PlainText.Of(line.Actor), actors).PadRight(actors);
        return $"  {(line.Mark == HistoryMark.Fault ? "F" : " ")} {line.Step,6}  {VirtualTime.FormatInstant(line.TimeNs),12}  {actor}  ";
    }

    private static string Mark(HistoryLine line) => line.Mark switch
    {
        HistoryMark.Cause => " <-- cause",
        HistoryMark.Violation => " <== VIOLATION",
        _ => "",
    };

    private static string Where(CellResult cell) => $"{PlainText.Of(cell.Plan)} under {PlainText.Of(cell.Firmware)}";

    // --- cells that say nothing ----------------------------------------------------------------------------------------------------

    private static void WriteOpenCells(Page page, CampaignResult result)
    {
        var open = result.Cells.Where(cell => cell.Verdict is CellVerdict.Undecided or CellVerdict.Stale).ToList();
        if (open.Count == 0)
        {
            return;
        }

        page.Heading("Cells that say nothing");
        foreach (var group in open.GroupBy(cell => (cell.Verdict, cell.Plan, cell.Reason)))
        {
            page.Gap();
            page.Wrapped("", $"{JsonReport.Word(group.Key.Verdict)}: {PlainText.Of(group.Key.Plan)}: {PlainText.Of(group.Key.Reason ?? "no reason was given")}");
            foreach (var firmware in group.GroupBy(cell => cell.Firmware))
            {
                page.Wrapped("  ", $"under {PlainText.Of(firmware.Key)}: {string.Join(", ", firmware.Select(cell => PlainText.Of(cell.Driver)))}");
            }
        }
    }

    // --- assumptions ---------------------------------------------------------------------------------------------------------------

    private static void WriteDriverAssumptions(Page page, CampaignResult result)
    {
        if (result.DriverAssumptions.Count == 0)
        {
            return;
        }

        page.Heading("Assumptions about the surroundings of a kernel's driver");
        foreach (var (id, text) in result.DriverAssumptions)
        {
            page.Wrapped("  ", PlainText.Of(id));
            page.Wrapped("      ", PlainText.Of(text));
        }
    }

    private static void WriteAssumptions(Page page, CampaignResult result)
    {
        if (result.Firmware.Count == 0)
        {
            return;
        }

        page.Heading("Assumptions: what published sources leave open, and what each firmware profile takes for it");
        var first = result.Firmware.FirstOrDefault(profile => profile.Id == Promises.Documented) ?? result.Firmware[0];
        foreach (var profile in result.Firmware.OrderBy(profile => profile.Id != first.Id))
        {
            page.Gap();
            page.Wrapped("", $"{PlainText.Of(profile.Id)}: {PlainText.Of(profile.Summary)}");
            if (profile.SafetyImpossible is { } why)
            {
                page.Wrapped("  no driver can be safe: ", PlainText.Of(why));
            }

            WriteOutcome(page, result, profile);
            if (profile == first)
            {
                foreach (var assumption in profile.Assumptions)
                {
                    page.Wrapped("  ", PlainText.Of(assumption.Id));
                    page.Wrapped("      ", $"{PlainText.Of(assumption.Meaning)} [{PlainText.Of(assumption.Evidence)}]");
                }
            }
            else
            {
                WriteDifferences(page, profile, first);
            }
        }
    }

    private static void WriteOutcome(Page page, CampaignResult result, FirmwareUsed profile)
    {
        var violated = new List<string>();
        var safe = new List<string>();
        foreach (var driver in result.Cells.Where(cell => cell.Firmware == profile.Id).GroupBy(cell => cell.Driver))
        {
            if (driver.Any(cell => cell.Violations.Count > 0))
            {
                violated.Add(PlainText.Of(driver.Key));
            }
            else if (driver.All(cell => cell.Verdict == CellVerdict.Safe))
            {
                safe.Add(PlainText.Of(driver.Key));
            }
        }

        if (violated.Count > 0)
        {
            page.Wrapped("  violations: ", string.Join(", ", violated));
        }

        if (safe.Count > 0)
        {
            page.Wrapped("  safe:       ", string.Join(", ", safe));
        }
    }

    private static void WriteDifferences(Page page, FirmwareUsed profile, FirmwareUsed first)
    {
        var differences = Promises.Differences(profile, first);
        if (differences.Count == 0)
        {
            page.Line($"  as {PlainText.Of(first.Id)}");
        }

        foreach (var assumption in differences)
        {
            var denied = first.Assumptions.FirstOrDefault(other => other.Knob == assumption.Knob);
            page.Wrapped("  ", PlainText.Of(assumption.Id) + (denied is null ? "" : $"  (in place of {PlainText.Of(denied.Value)})"));
            page.Wrapped("      ", $"{PlainText.Of(assumption.Meaning)} [{PlainText.Of(assumption.Evidence)}]");
        }
    }
}
