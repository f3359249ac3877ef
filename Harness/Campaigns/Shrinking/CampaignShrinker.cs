using ApChaos.Exploring.Shrinking;
using ApChaos.Hosting;

namespace ApChaos.Campaigns.Shrinking;

/// <summary>Which violations of a campaign are shrunk at its end.</summary>
public enum ShrinkScope
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those that were not expected: what somebody has to read now.</summary>
    Unexpected,

    /// <summary>All.</summary>
    All,
}

/// <summary>
/// Shrinks what a campaign found: of each oracle that spoke for a driver the history that reports show, by so much work that the campaign
/// stays fast. <c>apchaos shrink</c> does the rest of the work where that was not enough.
/// </summary>
public static class CampaignShrinker
{
    private const int UnexpectedMax = 16;
    private const int StepsMax = 5000;

    /// <summary>How much work a violation gets: counted in runs and states, so that the result depends on the inputs alone.</summary>
    public static ShrinkOptions Options { get; } =
        new(Executions: 8000, SearchRuns: 2000, ChanceRuns: 20, RowRuns: 100, ContinuationRuns: 32, SearchStates: 20_000);

    /// <summary>Shrinks.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="result">What it found.</param>
    /// <param name="scope">Which violations.</param>
    /// <param name="workers">Threads; the result does not depend on it.</param>
    /// <param name="watchdog">Told of it, or null.</param>
    /// <param name="stop">Stops it; what is shrunk by then is kept.</param>
    /// <returns>The result with <see cref="ViolationResult.Shrunk"/> where it was done.</returns>
    public static CampaignResult Shrink(Campaign campaign, CampaignResult result, ShrinkScope scope, int workers, Watchdog? watchdog, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        ArgumentNullException.ThrowIfNull(result);
        var chosen = Choose(result, scope);
        var reports = new ShrinkReport?[chosen.Count];
        Workers.Share("a shrink", workers, chosen.Count, (i, token) => reports[i] = token.IsCancellationRequested ? null : Shrink(campaign, chosen[i].File!, watchdog, token), stop);
        return With(result, chosen, reports);
    }

    /// <summary>One violation for each driver and oracle: unexpected before expected, the shortest history, as reports show them.</summary>
    private static List<ViolationResult> Choose(CampaignResult result, ShrinkScope scope) => scope == ShrinkScope.None ? [] :
    [
        .. result.Cells.SelectMany(cell => cell.Violations.Select(violation => (cell.Driver, Violation: violation)))
            .GroupBy(seen => (seen.Driver, seen.Violation.Oracle))
            .Select(group => group.Select(seen => seen.Violation).OrderBy(violation => violation.Expected).ThenBy(violation => violation.Steps).First())
            .Where(violation => violation.File is not null && violation.Steps <= StepsMax && (scope == ShrinkScope.All || !violation.Expected))
            .OrderBy(violation => violation.Group)
            .Take(scope == ShrinkScope.All ? int.MaxValue : UnexpectedMax),
    ];

    private static ShrinkReport Shrink(Campaign campaign, ReplayFile file, Watchdog? watchdog, CancellationToken stop)
    {
        var driver = campaign.Cells.First(cell => cell.Driver.Id == file.DriverId).Driver;
        var shrinker = new HistoryShrinker(file, driver, campaign.Catalogue);
        using (watchdog?.Watch(driver.Id, () => "not known", () => shrinker.Moves))
        {
            return shrinker.Shrink(Options, null, stop);
        }
    }

    private static CampaignResult With(CampaignResult result, List<ViolationResult> chosen, ShrinkReport?[] reports) => result with
    {
        Cells =
        [
            .. result.Cells.Select(cell => cell with
            {
                Violations =
                [
                    .. cell.Violations.Select(violation => chosen.FindIndex(some => ReferenceEquals(some, violation)) is >= 0 and var i && reports[i] is { } report
                        ? violation with { Shrunk = report }
                        : violation),
                ],
            }),
        ],
    };
}
