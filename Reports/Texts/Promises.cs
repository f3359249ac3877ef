using ApChaos.Campaigns;
using ApChaos.Machine;

namespace ApChaos.Reports.Texts;

/// <summary>
/// Which promise of the hardware keeps a driver safe: each profile under which a violation is seen in the plan that is shown is compared
/// with the nearest one under which it is not; where there is none, with what is documented.
/// </summary>
internal sealed class Promises(CampaignResult result)
{
    /// <summary>The profile that the others are compared with.</summary>
    internal const string Documented = "documented";

    private const int NamedMax = 4;

    private readonly FirmwareUsed _documented = result.Firmware.FirstOrDefault(profile => profile.Id == Documented) ?? ShippedDocumented();

    /// <summary>Writes a line for each profile under which a violation was seen.</summary>
    internal void Write(Page page, string label, ViolationGroup group)
    {
        foreach (var sentence in Sentences(group))
        {
            page.Wrapped(label, sentence);
            label = new string(' ', label.Length);
        }
    }

    /// <summary>A sentence for each profile under which a violation was seen.</summary>
    internal IEnumerable<string> Sentences(ViolationGroup group)
    {
        var seen = result.Firmware.Where(profile => IsSeen(profile, group)).ToList();
        var safe = result.Firmware.Where(profile => IsSafe(profile, group)).ToList();
        if (seen.Exists(profile => profile.Id == Documented))
        {
            yield return $"{PlainText.Of(group.Cell.Plan)} shows it under documented too, where every open point is at its mildest";
            yield break;
        }

        if (safe.Count == 0)
        {
            safe.Add(_documented);
        }

        var where = $"in {PlainText.Of(group.Cell.Plan)}: ";
        foreach (var profile in seen)
        {
            var nearest = safe.MinBy(other => Differences(profile, other).Count)!;
            yield return where + Sentence(profile, nearest, IsSafe(nearest, group));
            where = "";
        }
    }

    private static string Sentence(FirmwareUsed profile, FirmwareUsed nearest, bool isSafe)
    {
        var kept = Differences(nearest, profile);
        var what = kept.Count switch
        {
            0 => "nothing",
            <= NamedMax => string.Join(", ", kept.Select(promise => $"{PlainText.Of(promise.Id)} ({PlainText.Of(promise.Meaning)})")),
            _ => $"{kept.Count} promises (see the assumptions)",
        };
        var them = kept.Count == 1 ? "it" : "them";
        var keeper = isSafe ? $"not seen under {PlainText.Of(nearest.Id)}, which keeps {them}" : $"{PlainText.Of(nearest.Id)} keeps {them}";
        return $"{PlainText.Of(profile.Id)} denies {what}; {keeper}";
    }

    private static FirmwareUsed ShippedDocumented()
    {
        var profile = FirmwareFile.LoadShipped().First(profile => profile.Id == Documented);
        return new FirmwareUsed(profile.Id, profile.Summary, profile.SafetyImpossible, profile.Assumptions);
    }

    /// <summary>The assumptions of a profile that another one does not share.</summary>
    internal static IReadOnlyList<Assumption> Differences(FirmwareUsed profile, FirmwareUsed other) =>
        [.. profile.Assumptions.Where(assumption => !other.Assumptions.Any(its => its.Id == assumption.Id))];

    private static bool IsSeen(FirmwareUsed profile, ViolationGroup group) =>
        group.Seen.Any(seen => seen.Cell.Firmware == profile.Id && seen.Cell.Plan == group.Cell.Plan);

    /// <summary>Whether the driver ran with the shown plan under a profile, and did not show the violation there.</summary>
    private bool IsSafe(FirmwareUsed profile, ViolationGroup group) => !IsSeen(profile, group) && result.Cells.Any(cell =>
        cell.Driver == group.Driver && cell.Plan == group.Cell.Plan && cell.Firmware == profile.Id
        && cell.Runs > 0 && cell.Verdict is CellVerdict.Safe or CellVerdict.Violated);
}
