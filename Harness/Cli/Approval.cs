using ApChaos.Campaigns;
using ApChaos.Reports.Texts;

namespace ApChaos.Cli;

/// <summary>Where a report parts from the approved one.</summary>
/// <param name="Approved">Path of the approved one, as messages name it.</param>
/// <param name="Line">The first line that differs, from 1.</param>
/// <param name="Old">That line of the approved report.</param>
/// <param name="New">That line of the new report.</param>
internal sealed record ApprovalDifference(string Approved, int Line, string Old, string New)
{
    private const int ColumnsMax = 160;

    /// <summary>In one line.</summary>
    public string OneLine => $"the report differs from {Approved} from line {Line} on; {CommandLine.Program} approve accepts it";

    /// <summary>With the lines that differ.</summary>
    public IReadOnlyList<string> Lines => [OneLine, "  - " + Shown(Old), "  + " + Shown(New)];

    private static string Shown(string line) => PlainText.Short(PlainText.Of(line), ColumnsMax);
}

/// <summary>The approved report: chaos.approved.txt beside chaos.json. When it is there, every whole run is compared with it.</summary>
internal static class Approval
{
    /// <summary>Path of the approved report, as messages name it.</summary>
    public static string PathBeside(string? config) => Path.ChangeExtension(config ?? ChaosConfigFile.DefaultName, ".approved.txt");

    /// <summary>Where a report differs from the approved one; null when it does not, or when none is approved.</summary>
    public static ApprovalDifference? Compare(string report, string approvedShown, CliContext context)
    {
        var path = context.PathOf(approvedShown);
        if (!File.Exists(path))
        {
            return null;
        }

        var (old, now) = (Lines(File.ReadAllText(path)), Lines(report));
        var first = old.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        return first == old.Length && first == now.Length
            ? null
            : new ApprovalDifference(approvedShown, first + 1, old.ElementAtOrDefault(first) ?? "(its end)", now.ElementAtOrDefault(first) ?? "(its end)");
    }

    private static string[] Lines(string text) => text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
}
