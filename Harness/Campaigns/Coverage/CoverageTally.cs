using ApChaos.Abstractions;
using ApChaos.Hosting;
using ApChaos.Machine;

namespace ApChaos.Campaigns;

/// <summary>From the tallies of cells to what a campaign reached: by driver, against what exhaustive search reaches under the first profile.</summary>
/// <param name="campaign">The campaign.</param>
/// <param name="tallies">The tallies of its cells.</param>
internal sealed class CoverageTally(Campaign campaign, IReadOnlyList<CellTally> tallies)
{
    // What is trouble by itself, or no thing that could fail to happen.
    private static readonly EventKind[] NoProbes =
    [
        EventKind.Step, EventKind.LockMisused, EventKind.UnpinFailed, EventKind.GiscFailed, EventKind.SpecificationException, EventKind.NullDereference,
        EventKind.UseAfterFree, EventKind.DriverCrash, EventKind.DataRace, EventKind.Deadlocked, EventKind.Livelocked,
    ];

    /// <summary>Counts, and explores by several threads.</summary>
    /// <param name="workers">Threads; the result does not depend on it.</param>
    /// <param name="watchdog">Told of every exploration, or null.</param>
    /// <param name="stop">Stops it: then what can be reached is not known.</param>
    /// <returns>What was reached.</returns>
    internal CampaignCoverage Count(int workers, Watchdog? watchdog, CancellationToken stop)
    {
        var drivers = campaign.Cells.Select(cell => cell.Driver).DistinctBy(driver => driver.Id).ToList();
        var found = new (IReadOnlyList<int>? Situations, string? Reason)[drivers.Count];
        if (campaign.CountsReachable && !stop.IsCancellationRequested)
        {
            Workers.Share("the coverage of a driver", workers, drivers.Count, (i, token) => found[i] = CoverageModel.Explore(drivers[i], campaign.Cells[0].Firmware, campaign, watchdog, token), stop);
        }

        return new CampaignCoverage
        {
            Drivers = [.. drivers.Select((driver, i) => Of(driver, found[i].Situations, stop.IsCancellationRequested ? "stopped before its end" : found[i].Reason))],
            NeverFired = NeverFired(),
            NeverHit = [.. NeverHit()],
        };
    }

    private DriverCoverage Of(DriverEntry driver, IReadOnlyList<int>? reachable, string? reason)
    {
        var reached = new bool[SituationLog.Count];
        for (var cell = 0; cell < campaign.Cells.Count; cell++)
        {
            if (campaign.Cells[cell].Driver.Id == driver.Id)
            {
                for (var i = 0; i < reached.Length; i++)
                {
                    reached[i] |= tallies[cell].Situations[i] != 0;
                }
            }
        }

        var count = reached.Count(situation => situation);
        if (reachable is null)
        {
            return new DriverCoverage { Driver = driver.Id, Reached = count, Reason = reason };
        }

        return new DriverCoverage
        {
            Driver = driver.Id,
            Reached = count,
            Reachable = reachable.Count,
            Missed = [.. reachable.Where(situation => !reached[situation]).Select(SituationLog.Describe)],
            Reason = reason,
            Firmware = campaign.Cells[0].Firmware.Id,
        };
    }

    private List<string> NeverFired()
    {
        var fired = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        for (var cell = 0; cell < campaign.Cells.Count; cell++)
        {
            var plan = campaign.Cells[cell].Plan;
            for (var fault = 0; fault < plan.Faults.Count && tallies[cell].Runs > 0; fault++)
            {
                var name = $"{plan.Name}: {plan.Faults[fault].Fault.Id}";
                fired[name] = fired.GetValueOrDefault(name) || tallies[cell].Fired[fault] > 0;
            }
        }

        return [.. fired.Where(item => !item.Value).Select(item => item.Key)];
    }

    private IEnumerable<string> NeverHit()
    {
        var kinds = tallies.Aggregate(0UL, (all, tally) => all | tally.Kinds);
        for (var kind = EventKind.Step; kind < EventKind.Count; kind++)
        {
            if ((kinds & (1UL << (int)kind)) == 0 && !NoProbes.Contains(kind))
            {
                yield return $"event {System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString())}";
            }
        }

        var codes = new SortedSet<ResponseCode>();
        for (var situation = 0; situation < SituationLog.Count; situation++)
        {
            if (SituationLog.CodeOf(situation) is { } code && tallies.Any(tally => tally.Situations[situation] != 0))
            {
                codes.Add(code);
            }
        }

        foreach (var code in SituationLog.KnownCodes.Where(code => !codes.Contains(code)))
        {
            yield return $"RC {(byte)code:X2} {ResponseCodeText.Name(code)}";
        }
    }
}
