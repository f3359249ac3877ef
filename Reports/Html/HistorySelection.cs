using ApChaos.Campaigns;
using ApChaos.Hosting;

namespace ApChaos.Reports.Html;

/// <summary>
/// Which violations get a timeline. A campaign has thousands of violations in its cells, most of which tell the same: each driver and oracle
/// gets that of the shortest history, then each violation that nobody expected, then the shortest of each firmware profile, as long as
/// the page stays small. All others have their short history and the file to replay.
/// </summary>
/// <remarks>A timeline is not kept by the campaign: the history is replayed, and shown only when it ends as it was recorded.</remarks>
internal sealed class HistorySelection
{
    /// <summary>Most entries of one timeline of a campaign.</summary>
    internal const int EntriesMax = 1_500;

    /// <summary>Most entries of all timelines of a campaign.</summary>
    internal const int AllEntriesMax = 40_000;

    /// <summary>Most entries of the timeline of a replay: about 30 MB of page.</summary>
    internal const int ReplayEntriesMax = 250_000;

    private readonly Dictionary<ViolationResult, int> _numbers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, DriverEntry?> _drivers = new(StringComparer.Ordinal);
    private readonly List<Timeline> _timelines = [];
    private int _entries;

    /// <summary>The timelines, in the order of their numbers.</summary>
    internal IReadOnlyList<Timeline> Timelines => _timelines;

    /// <summary>Number of a violation's timeline, or -1.</summary>
    internal int NumberOf(ViolationResult violation) => _numbers.GetValueOrDefault(violation, -1);

    /// <summary>Picks the histories of a campaign and replays them.</summary>
    internal static HistorySelection Of(CampaignResult result)
    {
        var selection = new HistorySelection();
        var groups = Texts.ViolationGroup.Of(result);
        var unexpected = result.Cells.SelectMany(cell => cell.Violations).Where(violation => !violation.Expected);
        var others = groups
            .SelectMany(group => group.Seen.GroupBy(seen => seen.Cell.Firmware))
            .Select(seen => seen.Select(it => it.Violation).MinBy(violation => violation.Steps)!);
        foreach (var violation in groups.Select(group => group.Violation).Concat(unexpected).Concat(others))
        {
            selection.Add(violation);
        }

        return selection;
    }

    /// <summary>The history of a replay, which is there already.</summary>
    internal static HistorySelection OfReplay(CampaignResult result, Timeline timeline)
    {
        var selection = new HistorySelection();
        selection._timelines.Add(timeline.Bounded(ReplayEntriesMax));
        foreach (var violation in result.Cells.SelectMany(cell => cell.Violations))
        {
            selection._numbers.Add(violation, 0);
        }

        return selection;
    }

    private void Add(ViolationResult violation)
    {
        // What cannot fit is not replayed: a history has at least half as many entries as steps.
        if ((violation.Shrunk?.Minimal ?? violation.File) is not { } file || _numbers.ContainsKey(violation) || _entries + Math.Min(file.Steps / 2, EntriesMax) > AllEntriesMax)
        {
            return;
        }

        if (DriverOf(file) is not { } driver)
        {
            return;
        }

        var outcome = Replayer.Replay(file, driver, Catalogue.Shipped, withTimeline: true);
        if (outcome is { SameHash: true, Timeline: { } whole })
        {
            var timeline = whole.Bounded(EntriesMax);
            _numbers.Add(violation, _timelines.Count);
            _timelines.Add(timeline);
            _entries += timeline.Entries.Count;
        }
    }

    private DriverEntry? DriverOf(ReplayFile file)
    {
        if (!_drivers.TryGetValue(file.Driver, out var driver))
        {
            try
            {
                driver = DriverSource.Resolve(file.Driver, Catalogue.Shipped) is [var only] ? only : null;
            }
            catch (InputException)
            {
                // The driver is not where its name says: the violation keeps its short history.
            }

            _drivers.Add(file.Driver, driver);
        }

        return driver;
    }
}
