using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>
/// The denominator of coverage: all situations that exhaustive search reaches in the thread's model with a deconfiguration. Small, so that
/// it is complete in a moment, and rich enough for every answer that a release meets.
/// </summary>
internal static class CoverageModel
{
    private const long StatesMax = 10_000;

    private const string Json =
        """
        { "name": "coverage-model",
          "summary": "one ZAPQ of the guest, resets that end at once or outlast two polls, the adapter deconfigured for a while or for good",
          "faults": [
            { "fault": "guest-zapq", "on": { "operation": "close-device", "when": "entry", "chance": 0.5 },
              "duration": { "oneOf": ["0ms", "40ms"] }, "count": 1 },
            { "fault": "slow-reset", "duration": { "oneOf": ["0ms", "40ms"] } },
            { "fault": "deconfigure", "on": { "instruction": "zapq", "actor": "driver", "when": "after", "nth": 1, "chance": 0.5 },
              "duration": { "oneOf": ["10ms", "never"] }, "count": 1 }
          ] }
        """;

    /// <summary>Explores the model for a driver.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="firmware">The hardware.</param>
    /// <param name="campaign">Bounds of runs, faults and oracles.</param>
    /// <param name="watchdog">Told of it, or null.</param>
    /// <param name="stop">Stops it.</param>
    /// <returns>The situations, and why they are not all; null when they are.</returns>
    internal static (IReadOnlyList<int>? Situations, string? Reason) Explore(
        DriverEntry driver, FirmwareProfile firmware, Campaign campaign, Watchdog? watchdog, CancellationToken stop)
    {
        var log = new SituationLog();
        var plan = PlanFile.Parse(Json, null, campaign.Catalogue);
        RunEngine Make()
        {
            var engine = CellRunner.MakeEngine(driver, plan, firmware, ThreadModel.Scenario, campaign.Budgets, campaign.Catalogue);
            engine.Situations = log;
            return engine;
        }

        try
        {
            var exploration = new Exploration(Make, new ExplorationOptions { Bounds = ExplorationBounds.Default with { States = StatesMax }, MayReexecute = false });
            using (watchdog?.Watch(driver.Id, () => exploration.LastOperation, () => exploration.Moves))
            {
                var result = exploration.Run(stop);
                return (stop.IsCancellationRequested ? null : [.. log.Seen], result.Complete ? null : $"the search ended at its bound of {result.Bound}");
            }
        }
        catch (ExplorationException e)
        {
            return (null, e.Message);
        }
    }
}
