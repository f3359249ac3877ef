using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>What is explored, and how.</summary>
/// <param name="Campaign">The cells; its runs and formats do not matter.</param>
/// <param name="Scenario">The scenario of every cell.</param>
/// <param name="Options">Bounds and means.</param>
public sealed record ExploreTask(Campaign Campaign, Scenario Scenario, ExplorationOptions Options)
{
    /// <summary>Whether each cell is explored once more without each reduction, to see what it saves.</summary>
    public bool KeepsLedger { get; init; }
}

/// <summary>How far the exploration of a cell is.</summary>
/// <param name="Cell">Name of the cell.</param>
/// <param name="Progress">How far it is.</param>
public sealed record ExploreProgress(string Cell, ExplorationProgress Progress);

/// <summary>
/// Explores the cells of a campaign, several at a time; workers that have no cell of their own help. Every counterexample is run again from its choices before anybody sees it (design
/// law 9). The result depends on the inputs alone, as long as no time is up.
/// </summary>
public sealed class ExploreRunner
{
    /// <summary>Most lines of a counterexample.</summary>
    public const int HistoryLinesMax = 12;

    private readonly ExploreTask _task;
    private readonly Watchdog? _watchdog;
    private readonly CellResult?[] _results;
    private int _helpers = 1;
    private CancellationToken _stop;

    /// <summary>Prepares it.</summary>
    /// <param name="task">What and how.</param>
    /// <param name="watchdog">Told of every exploration, so that it notices a driver that never returns; or null.</param>
    public ExploreRunner(ExploreTask task, Watchdog? watchdog = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        _task = task;
        _watchdog = watchdog;
        _results = new CellResult?[task.Campaign.Cells.Count];
    }

    /// <summary>Explores.</summary>
    /// <param name="workers">Threads, at least 1.</param>
    /// <param name="budget">Real time after which it stops, or null.</param>
    /// <param name="progress">Told now and then, by any thread; or null.</param>
    /// <param name="stop">Stops it; what was seen is kept.</param>
    /// <returns>The result, without files.</returns>
    public CampaignResult Run(int workers, TimeSpan? budget, Action<ExploreProgress>? progress, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (budget is { } time)
        {
            limit.CancelAfter(time);
        }

        _stop = stop;
        _helpers = Math.Clamp(workers / _results.Length, 1, SearchOptions.WorkersMax);
        Workers.Share("an exploration", workers, _results.Length, (i, token) => _results[i] = Explore(_task.Campaign.Cells[i], progress, token), limit.Token);
        return Conclude();
    }

    private CellResult Explore(CampaignCell cell, Action<ExploreProgress>? progress, CancellationToken stop)
    {
        var campaign = _task.Campaign;
        RunEngine Make() => CellRunner.MakeEngine(cell.Driver, cell.Plan, cell.Firmware, _task.Scenario, campaign.Budgets, campaign.Catalogue);
        ExplorationResult Run(ExplorationOptions options, string name)
        {
            var exploration = new Exploration(Make, options with { Workers = _helpers, Progress = seen => progress?.Invoke(new ExploreProgress(name, seen)) });
            using (_watchdog?.Watch(cell.Driver.Id, () => exploration.LastOperation, () => exploration.Moves))
            {
                return exploration.Run(stop);
            }
        }

        try
        {
            var result = Run(_task.Options, cell.Name);
            var ledger = _task.KeepsLedger ? Ledger.Of(result, _task.Options, options => Run(options, $"ledger of {cell.Name}")) : [];
            return Conclude(cell, result, ledger);
        }
        catch (ExplorationException e)
        {
            return Cell(cell, CellVerdict.Undecided, e.Message, [], null);
        }
        catch (OutOfMemoryException)
        {
            return Cell(cell, CellVerdict.Undecided, "the system gave no more memory; expected a --memory that it has", [], null);
        }
    }

    private CellResult Conclude(CampaignCell cell, ExplorationResult result, IReadOnlyList<LedgerRow> ledger)
    {
        if (ledger.FirstOrDefault(row => row.SameVerdict == false) is { } wrong)
        {
            throw new CampaignException($"the verdict of {cell.Name} is another one {wrong.Name}", new InvalidOperationException("a reduction is not sound"));
        }

        var violations = new List<ViolationResult>();
        foreach (var history in result.Histories)
        {
            violations.Add(Confirm(cell, history));
        }

        violations.Sort((one, other) => string.CompareOrdinal(one.Oracle, other.Oracle));
        var explored = new Explored(
            result.States,
            result.Transitions,
            result.Complete,
            violations.Count == 0 ? null : violations.Min(violation => violation.Steps),
            result.Depth,
            result.Memory,
            result.Mode,
            result.Executions,
            result.CollisionOdds)
        {
            ModeReason = result.ModeReason,
            Interchangeable = result.Interchangeable,
            NotInterchangeable = result.NotInterchangeable,
            Ledger = ledger,
        };
        var never = cell.Plan.Faults.Where((_, i) => !result.Fired[i]).Select(fault => fault.Fault.Id).ToList();
        var (verdict, reason) = violations.Count > 0 ? (CellVerdict.Violated, (string?)null)
            : !result.Complete ? (CellVerdict.Undecided, Bound(result.Bound!))
            : result.MayCircle ? (CellVerdict.Undecided, "some code may turn in a circle without time passing, so that its histories have no end")
            : never.Count > 0 ? (CellVerdict.Stale, $"never fired: {string.Join(", ", never)}")
            : (CellVerdict.Safe, null);
        return Cell(cell, verdict, reason, violations, explored);
    }

    private string Bound(string bound) =>
        bound != "stopped" ? $"the bound of {bound} was reached" : _stop.IsCancellationRequested ? "it was interrupted" : "the bound of time was reached";

    private static CellResult Cell(CampaignCell cell, CellVerdict verdict, string? reason, IReadOnlyList<ViolationResult> violations, Explored? explored) => new()
    {
        Driver = cell.Driver.Id,
        Plan = cell.Plan.Name,
        Firmware = cell.Firmware.Id,
        Runs = 0,
        Verdict = verdict,
        Reason = reason,
        Expected = violations.All(violation => violation.Expected),
        Violations = violations,
        Explored = explored,
    };

    /// <summary>Runs a history twice from its choices: once for its hash, once as a replay of its file.</summary>
    private ViolationResult Confirm(CampaignCell cell, ShortestHistory history)
    {
        var campaign = _task.Campaign;
        var engine = CellRunner.MakeEngine(cell.Driver, cell.Plan, cell.Firmware, _task.Scenario, campaign.Budgets, campaign.Catalogue);
        engine.StopAtOracle = history.Oracle;
        engine.Run(new RecordedChoices(history.Choices));
        var oracle = engine.Setup.Oracles[history.Oracle].Id;
        var file = new ReplayFile
        {
            Driver = cell.Driver.Reference,
            DriverId = cell.Driver.Id,
            Plan = cell.Plan,
            Firmware = cell.Firmware,
            Scenario = _task.Scenario,
            Budgets = campaign.Budgets,
            Oracle = oracle,
            Choices = history.Choices,
            Steps = engine.Steps,
            Hash = engine.Hash,
            Origin = "explored: no history to it has fewer steps",
        };
        var outcome = Replayer.Replay(file, cell.Driver, campaign.Catalogue, HistoryLinesMax);
        return outcome is { SameHash: true, Violation: { } violation } && outcome.Steps == history.Steps
            ? violation with { Expected = cell.Expected.Contains(oracle), File = file }
            : throw new ExplorationException($"{oracle} was found after {history.Steps} steps, but its replay parts from it after {outcome.Steps} steps");
    }

    private CampaignResult Conclude()
    {
        List<CellResult> cells = [.. _results.OfType<CellResult>()];
        var unexpected = cells.Exists(cell => !cell.Expected);
        var undecided = cells.Exists(cell => cell.Verdict is CellVerdict.Undecided or CellVerdict.Stale || cell.Explored is { Complete: false });
        return new CampaignResult
        {
            Seed = _task.Campaign.Seed,
            RunsPerCell = 0,
            Cells = cells,
            Firmware =
            [
                .. _task.Campaign.Cells.Select(cell => cell.Firmware).DistinctBy(firmware => firmware.Id)
                    .Select(firmware => new FirmwareUsed(firmware.Id, firmware.Summary, firmware.SafetyImpossible, firmware.Assumptions)),
            ],
            Interrupted = cells.Exists(cell => cell.Explored is { Complete: false }),
            Verdict = unexpected ? "fail" : undecided ? "undecided" : "pass",
            ExitCode = unexpected ? 1 : undecided ? 3 : 0,
        };
    }
}
