using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>
/// Looks for the history that shows best where two drivers part: the shortest that ends with a violation of one of them alone, those of
/// memory first; when there is none, the run of the cells in which they part first.
/// </summary>
/// <param name="campaign">The campaign.</param>
/// <param name="first">The first driver.</param>
/// <param name="second">The second driver.</param>
internal sealed class PartingSearch(Campaign campaign, DriverEntry first, DriverEntry second)
{
    private const int SharedLines = 2;
    private const int PlainRuns = 4;

    /// <summary>Looks for it.</summary>
    /// <param name="pairs">The cells of both drivers.</param>
    /// <returns>Where they part, or null when they do the same in all that was tried.</returns>
    internal Parting? Find(List<(CellResult First, CellResult Second)> pairs) =>
        pairs.SelectMany(pair => Only(pair.First, pair.Second).Concat(Only(pair.Second, pair.First)))
            .OrderBy(found => found.Violation.Group).ThenBy(found => found.Violation.Steps)
            .Select(found => At(found.Violation.File!, (found.Cell.Driver, found.Violation))).FirstOrDefault()
        ?? Plain();

    private static IEnumerable<(CellResult Cell, ViolationResult Violation)> Only(CellResult cell, CellResult other) => cell.Violations
        .Where(violation => violation.File is not null && !DriverComparison.Oracles(other).Contains(violation.Oracle)).Select(violation => (cell, violation));

    /// <summary>No verdict differs: the first step that does, in a few runs of each cell.</summary>
    private Parting? Plain()
    {
        Parting? earliest = null;
        foreach (var cell in campaign.Cells.Where(cell => cell.Driver.Id == first.Id))
        {
            for (var run = 0; run < PlainRuns; run++)
            {
                var scenario = ScenarioFaker.Draw(campaign.Seed, run % ScenarioFaker.PerCell, campaign.Topology);
                var walk = new RandomWalk();
                walk.Restart(CellRunner.SeedOf(campaign, cell, run));
                var engine = CellRunner.MakeEngine(first, cell.Plan, cell.Firmware, scenario, campaign.Budgets, campaign.Catalogue);
                engine.Run(walk);
                var parting = At(
                    new ReplayFile
                    {
                        Driver = first.Reference,
                        DriverId = first.Id,
                        Plan = cell.Plan,
                        Firmware = cell.Firmware,
                        Scenario = scenario,
                        Budgets = campaign.Budgets,
                        Oracle = "",
                        Choices = engine.Choices.Values.ToArray(),
                        Steps = engine.Steps,
                        Hash = engine.Hash,
                        Origin = "",
                    },
                    null);
                if (parting is not null && (earliest is null || Step(parting) < Step(earliest)))
                {
                    earliest = parting;
                }
            }
        }

        return earliest;
    }

    private static int Step(Parting parting) => (parting.First ?? parting.Second)!.Step;

    private Parting? At(ReplayFile file, (string Driver, ViolationResult Result)? violation)
    {
        var (one, other) = (Trace(file, first), Trace(file, second));
        var shared = one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
        return shared == one.Count && shared == other.Count
            ? null
            : new Parting(
                file.Plan.Name,
                file.Firmware.Id,
                [.. one.Take(shared).Skip(Math.Max(0, shared - SharedLines))],
                one.ElementAtOrDefault(shared),
                other.ElementAtOrDefault(shared),
                violation);
    }

    /// <summary>All lines of a driver on recorded choices, to the end of the run.</summary>
    private IReadOnlyList<HistoryLine> Trace(ReplayFile file, DriverEntry driver)
    {
        var engine = CellRunner.MakeEngine(driver, file.Plan, file.Firmware, file.Scenario, file.Budgets, campaign.Catalogue);
        var trace = new Trace();
        engine.Run(new RecordedChoices(file.Choices), trace);
        return HistoryWriter.Full(trace, engine);
    }
}
