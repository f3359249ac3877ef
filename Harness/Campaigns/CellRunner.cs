using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>Makes the runs of one cell for one worker: one engine for each scenario, made when it is first needed.</summary>
internal sealed class CellRunner
{
    /// <summary>Every so many runs one is made twice and compared (design law 5).</summary>
    internal const int TwiceEvery = 50;

    private readonly Campaign _campaign;
    private readonly CampaignCell _cell;
    private readonly IReadOnlyList<Scenario> _scenarios;
    private readonly RunEngine?[] _engines;
    private readonly RandomWalk _walk = new();

    internal CellRunner(Campaign campaign, CampaignCell cell, IReadOnlyList<Scenario> scenarios)
    {
        _campaign = campaign;
        _cell = cell;
        _scenarios = scenarios;
        _engines = new RunEngine?[scenarios.Count];
    }

    /// <summary>The engine that runs now; read by the watchdog.</summary>
    internal volatile RunEngine? Current;

    /// <summary>Makes an engine.</summary>
    internal static RunEngine MakeEngine(
        DriverEntry driver, Plan plan, FirmwareProfile firmware, Scenario scenario, RunBudgets budgets, Catalogue catalogue) =>
        new(new RunSetup(driver.Create(), firmware, scenario, plan.Arm(catalogue, scenario.Topology), catalogue.CreateOracles(), budgets));

    /// <summary>Seed of a run's choices. The driver is left out, so that drivers can be compared on the same choices.</summary>
    internal static ulong SeedOf(Campaign campaign, CampaignCell cell, int run) =>
        RandomNumbers.Seed($"{campaign.Seed}/{cell.Plan.Name}/{cell.Firmware.Id}", (ulong)run);

    /// <summary>Makes one run.</summary>
    internal RunEngine Run(int run)
    {
        var engine = EngineOf(run);
        Current = engine;
        _walk.Restart(SeedOf(_campaign, _cell, run));
        engine.Run(_walk);
        return engine;
    }

    /// <summary>Makes one run and notes it; some runs are made twice.</summary>
    internal void Run(int run, CellTally tally)
    {
        var engine = Run(run);
        tally.Add(run, engine);
        if (run % TwiceEvery == 0)
        {
            var (hash, steps) = (engine.Hash, engine.Steps);
            Run(run);
            if ((engine.Hash, engine.Steps) != (hash, steps) && tally.DivergedRun < 0)
            {
                tally.DivergedRun = run;
            }
        }
    }

    /// <summary>Makes one run up to an oracle's finding and returns its choices.</summary>
    internal (RunEngine Engine, int[] Choices) Record(int run, int oracle)
    {
        var engine = EngineOf(run);
        engine.StopAtOracle = oracle;
        try
        {
            Run(run);
            return (engine, engine.Choices.Values.ToArray());
        }
        finally
        {
            engine.StopAtOracle = -1;
        }
    }

    /// <summary>Makes one run twice with traces and says where they part.</summary>
    internal string DescribeDivergence(int run)
    {
        var (first, second) = (new Trace(), new Trace());
        var engine = EngineOf(run);
        var seed = SeedOf(_campaign, _cell, run);
        _walk.Restart(seed);
        engine.Run(_walk, first);
        _walk.Restart(seed);
        engine.Run(_walk, second);
        return TraceComparison.Describe(first, second) is { } difference
            ? $"run {run} is not deterministic: {difference}"
            : $"run {run} is not deterministic: its hash differed once and not again";
    }

    internal Scenario ScenarioOf(int run) => _scenarios[run % _scenarios.Count];

    private RunEngine EngineOf(int run) => _engines[run % _scenarios.Count] ??=
        MakeEngine(_cell.Driver, _cell.Plan, _cell.Firmware, ScenarioOf(run), _campaign.Budgets, _campaign.Catalogue);
}
