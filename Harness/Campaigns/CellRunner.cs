using System.Numerics;
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

    /// <summary>What is said of a run that parts from itself.</summary>
    internal const string NotDeterministic = "is not deterministic";

    private readonly Campaign _campaign;
    private readonly CampaignCell _cell;
    private readonly IReadOnlyList<Scenario> _scenarios;
    private readonly RunEngine?[] _engines;
    private readonly Strategy?[] _strategies;
    private readonly RunShape[] _shapes;
    private readonly bool[] _exhausted;
    private readonly SituationLog _situations = new();

    internal CellRunner(Campaign campaign, CampaignCell cell, IReadOnlyList<Scenario> scenarios)
    {
        _campaign = campaign;
        _cell = cell;
        _scenarios = scenarios;
        _engines = new RunEngine?[scenarios.Count];
        _strategies = new Strategy?[scenarios.Count];
        _shapes = new RunShape[scenarios.Count];
        _exhausted = new bool[scenarios.Count];
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

    /// <summary>Makes one run of a strategy that needs no others before it.</summary>
    internal RunEngine Run(int run)
    {
        var engine = EngineOf(run);
        Current = engine;
        engine.Run(Begun(run));
        return engine;
    }

    /// <summary>Makes one run and notes it; some runs are made twice.</summary>
    /// <returns>Whether it was made: false when the strategy has gone through all sequences of choices of the scenario.</returns>
    internal bool Run(int run, CellTally tally)
    {
        var index = run % _scenarios.Count;
        if (_exhausted[index])
        {
            tally.Skipped++;
            return false;
        }

        var engine = Run(run);
        var systematic = _strategies[index]!.IsSystematic;
        tally.Add(run, engine, keepsChoices: systematic);
        if (_strategies[index]!.PctDepth is > 0 and var depth)
        {
            tally.AddPct(depth, index, _shapes[index]);
        }

        if (run % TwiceEvery == 0)
        {
            tally.Twice++;
            RunAgain(run, engine, systematic, tally);
        }

        _exhausted[index] = !_strategies[index]!.MoveOn();
        return true;
    }

    /// <summary>Share of the sequences of choices that was gone through; null when the strategy does not know.</summary>
    internal double? ShareExplored => Array.Exists(_strategies, strategy => strategy is { ShareExplored: null })
        ? null
        : _strategies.Sum(strategy => strategy?.ShareExplored ?? 0) / _strategies.Length;

    /// <summary>How many scenarios were gone through, each sequence of choices of theirs.</summary>
    internal int CompleteScenarios => _strategies.Count(strategy => strategy is { IsComplete: true });

    /// <summary>Makes one run up to an oracle's finding and returns its choices.</summary>
    internal (RunEngine Engine, int[] Choices) Record(int run, int oracle, CellTally tally)
    {
        var engine = EngineOf(run);
        ChoiceSource source = tally.ShortestChoices[oracle] is { } recorded ? new RecordedChoices(recorded) : Begun(run);
        engine.StopAtOracle = oracle;
        try
        {
            engine.Run(source);
            return (engine, engine.Choices.Values.ToArray());
        }
        finally
        {
            engine.StopAtOracle = -1;
        }
    }

    /// <summary>Makes one run twice with traces and says where they part.</summary>
    internal string DescribeDivergence(int run, CellTally tally)
    {
        var (first, second) = (new Trace(), new Trace());
        var engine = EngineOf(run);
        engine.Run(tally.DivergedChoices is { } choices ? new RecordedChoices(choices) : Begun(run), first);
        engine.Run(tally.DivergedChoices is { } again ? new RecordedChoices(again) : Begun(run), second);
        return TraceComparison.Describe(first, second) is { } difference
            ? $"run {run} {NotDeterministic}: {difference}"
            : $"run {run} {NotDeterministic}: its hash differed once and not again";
    }

    internal Scenario ScenarioOf(int run) => _scenarios[run % _scenarios.Count];

    private RunEngine EngineOf(int run)
    {
        ref var engine = ref _engines[run % _scenarios.Count];
        if (engine is null)
        {
            engine = MakeEngine(_cell.Driver, _cell.Plan, _cell.Firmware, ScenarioOf(run), _campaign.Budgets, _campaign.Catalogue);
            engine.Situations = _situations;
        }

        return engine;
    }

    private void RunAgain(int run, RunEngine engine, bool systematic, CellTally tally)
    {
        var (hash, steps) = (engine.Hash, engine.Steps);
        var choices = systematic ? engine.Choices.Values.ToArray() : null;
        engine.Run(choices is null ? Begun(run) : new RecordedChoices(choices));
        if ((engine.Hash, engine.Steps) != (hash, steps) && tally.DivergedRun < 0)
        {
            (tally.DivergedRun, tally.DivergedChoices) = (run, choices);
        }
    }

    /// <summary>The strategy at the beginning of a run.</summary>
    private Strategy Begun(int run)
    {
        var index = run % _scenarios.Count;
        var engine = EngineOf(run);
        if (_strategies[index] is not { } strategy)
        {
            _strategies[index] = strategy = _campaign.Strategy.Create();
            _shapes[index] = strategy.WantsLength ? Measure(engine, index) : new RunShape(engine.SlotCount, 1);
        }

        strategy.Begin(SeedOf(_campaign, _cell, run), _shapes[index]);
        return strategy;
    }

    /// <summary>The shape of the runs of a scenario, from one random run: the same for every worker.</summary>
    private RunShape Measure(RunEngine engine, int index)
    {
        var walk = new RandomWalk();
        walk.Restart(RandomNumbers.Seed($"{_campaign.Seed}/length", (ulong)index));
        engine.Run(walk);
        var choices = engine.Choices.Labels.Count(ChoiceLabel.Schedule);
        return new RunShape(engine.SlotCount, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, choices)));
    }
}
