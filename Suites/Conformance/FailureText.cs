using System.Globalization;
using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Reports;
using ApChaos.Reports.Texts;

namespace ApChaos.Conformance;

/// <summary>
/// What a test says when its promise is broken: what broke, where, how it came about, and as the last line the command that replays it. At
/// most twenty lines with the one that NUnit writes first.
/// </summary>
internal static class FailureText
{
    internal const int LinesMax = 19;

    private const int ColumnsMax = 160;

    internal static IReadOnlyList<string> Lines(CellResult cell, IReadOnlyList<ViolationResult> broken, string expected)
    {
        List<string> lines = [$"  Expected: {expected} in {cell.Runs} {(cell.Runs == 1 ? "run" : "runs")} of {cell.Driver} under {cell.Plan} on {cell.Firmware}"];
        if (broken.Count == 0)
        {
            lines.Add($"  But was:  {(cell.Verdict == CellVerdict.Stale ? "stale: the plan does not fit the driver: " : "undecided: ")}{cell.Reason}");
            return lines;
        }

        var shown = broken.OrderBy(violation => violation.Steps).First();
        lines.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"  But was:  {shown.Oracle} in {shown.Runs} {(shown.Runs == 1 ? "run" : "runs")}; the shortest ends at step {shown.Steps}, {VirtualTime.FormatInstant(shown.TimeNs)}"));
        lines.Add("    " + shown.Message);
        if (broken.Count > 1)
        {
            lines.Add("  besides:  " + string.Join(", ", broken.Where(other => other != shown).Select(other => $"{other.Oracle} in {other.Runs}")));
        }

        // The end of a history says most: the cause and the violation are there.
        var room = LinesMax - lines.Count - 1;
        lines.AddRange(shown.History.TakeLast(room).Select(line => "    " + TextReport.FormatHistoryLine(line)));
        lines.Add($"  apchaos replay {PlainText.Argument(shown.Replay ?? "?")}");
        return [.. lines.Select((line, i) => i < lines.Count - 1 && line.Length > ColumnsMax ? line[..(ColumnsMax - 3)] + "..." : line)];
    }

    internal static string Words(OracleGroup group) => group switch
    {
        OracleGroup.MemorySafety => "memory safety",
        _ => group.ToString().ToLowerInvariant(),
    };
}
