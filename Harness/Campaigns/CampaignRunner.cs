using System.Diagnostics;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>
/// Runs a campaign: the runs of all cells, spread over workers; then each violation is replayed from its recorded choices before
/// anybody sees it (design law 9). The result depends on the inputs alone.
/// </summary>
public sealed class CampaignRunner
{
    private const int RunsPerPartUsual = 100;

    private readonly Campaign _campaign;
    private readonly Scenario[] _scenarios;
    private readonly CellTally[] _tallies;
    private readonly int[] _partsLeft;
    private readonly int _partsPerCell;
    private readonly int _runsPerPart;
    private readonly Watchdog? _watchdog;
    private int _cellsDone;
    private long _runsDone;

    /// <summary>Prepares a campaign.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="watchdog">Told of every run, so that it notices a driver that never returns; or null.</param>
    public CampaignRunner(Campaign campaign, Watchdog? watchdog = null)
    {
        _campaign = campaign;
        _watchdog = watchdog;
        _scenarios = [.. Enumerable.Range(0, ScenarioFaker.PerCell).Select(number => ScenarioFaker.Draw(campaign.Seed, number, campaign.Topology))];
        _runsPerPart = campaign.Strategy.IsSystematic ? campaign.Runs : RunsPerPartUsual;
        _partsPerCell = (campaign.Runs + _runsPerPart - 1) / _runsPerPart;
        var oracles = campaign.Catalogue.CreateOracles().Count;
        _tallies = [.. campaign.Cells.Select(cell => new CellTally(oracles, cell.Plan.Faults.Count))];
        _partsLeft = [.. Enumerable.Repeat(_partsPerCell, campaign.Cells.Count)];
    }

    /// <summary>Runs it.</summary>
    /// <param name="workers">Threads, at least 1; the result does not depend on it.</param>
    /// <param name="budget">Real time after which it stops, or null.</param>
    /// <param name="progress">Told a few times a second, or null.</param>
    /// <param name="stop">Stops it; what was done is kept.</param>
    /// <returns>The result, without files.</returns>
    public CampaignResult Run(int workers, TimeSpan? budget, IProgress<CampaignProgress>? progress, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (budget is { } time)
        {
            limit.CancelAfter(time);
        }

        Workers.Share("a run", workers, _partsPerCell * _campaign.Cells.Count, () => Worker(progress), limit.Token);
        return Conclude(workers, interrupted: _runsDone < (long)_campaign.Runs * _campaign.Cells.Count, limit.Token);
    }

    private Action<int, CancellationToken> Worker(IProgress<CampaignProgress>? progress)
    {
        var cellIndex = -1;
        CellRunner? runner = null;
        var sinceReport = Stopwatch.StartNew();
        return (part, stop) =>
        {
            if (stop.IsCancellationRequested)
            {
                return;
            }

            if (cellIndex != part / _partsPerCell)
            {
                cellIndex = part / _partsPerCell;
                runner = new CellRunner(_campaign, _campaign.Cells[cellIndex], _scenarios);
            }

            MakePart(cellIndex, part % _partsPerCell, runner!, stop);
            if (progress is not null && sinceReport.ElapsedMilliseconds > 200)
            {
                sinceReport.Restart();
                progress.Report(new CampaignProgress(
                    Volatile.Read(ref _cellsDone), _campaign.Cells.Count, Interlocked.Read(ref _runsDone), (long)_campaign.Runs * _campaign.Cells.Count, _campaign.Cells[cellIndex].Name));
            }
        };
    }

    private void MakePart(int cellIndex, int part, CellRunner runner, CancellationToken stop)
    {
        var tally = new CellTally(_tallies[cellIndex].Spoke.Length, _tallies[cellIndex].Fired.Length);
        var end = Math.Min((part + 1) * _runsPerPart, _campaign.Runs);
        using (_watchdog?.Watch(_campaign.Cells[cellIndex].Driver.Id, () => runner.Current?.LastOperation ?? "the constructor", () => tally.Runs))
        {
            for (var run = part * _runsPerPart; run < end && !stop.IsCancellationRequested; run++)
            {
                runner.Run(run, tally);
            }

            tally.CompleteScenarios = _campaign.Strategy.IsSystematic ? runner.CompleteScenarios : 0;
            tally.ShareExplored = _campaign.Strategy.IsSystematic ? runner.ShareExplored : null;
        }

        lock (_tallies)
        {
            _tallies[cellIndex].Add(tally);
            _runsDone += tally.Runs + tally.Skipped;
            if (--_partsLeft[cellIndex] == 0)
            {
                _cellsDone++;
            }
        }
    }

    private CampaignResult Conclude(int workers, bool interrupted, CancellationToken stop)
    {
        // Whoever stops wants to see what was found: it is confirmed all the same.
        var concluded = new CellResult?[_campaign.Cells.Count];
        Workers.Share("the replay of a violation", workers, concluded.Length, (i, _) => concluded[i] = _tallies[i].Runs > 0 ? ConcludeCell(_campaign.Cells[i], _tallies[i]) : null, CancellationToken.None);
        List<CellResult> cells = [.. concluded.OfType<CellResult>()];
        var coverage = new CoverageTally(_campaign, _tallies).Count(workers, _watchdog, stop);

        var unexpected = cells.Exists(cell => !cell.Expected);
        var undecided = cells.Exists(cell => cell.Verdict is CellVerdict.Undecided or CellVerdict.Stale);
        return new CampaignResult
        {
            Seed = _campaign.Seed,
            RunsPerCell = _campaign.Runs,
            Cells = cells,
            Firmware =
            [
                .. _campaign.Cells.Select(cell => cell.Firmware).DistinctBy(firmware => firmware.Id)
                    .Select(firmware => new FirmwareUsed(firmware.Id, firmware.Summary, firmware.SafetyImpossible, firmware.Assumptions)),
            ],
            DriverAssumptions = _campaign.Cells.Select(cell => cell.Driver.Assumptions).FirstOrDefault(some => some is not null)
                ?? new SortedDictionary<string, string>(),
            Coverage = coverage,
            Sentinel = SentinelOf(cells),
            Interrupted = interrupted,
            Verdict = unexpected ? "fail" : undecided || interrupted ? "undecided" : "pass",
            ExitCode = unexpected ? 1 : undecided || interrupted ? 3 : 0,
        };
    }

    private Sentinel SentinelOf(List<CellResult> cells) => new(
        _tallies.Sum(tally => (long)tally.Twice),
        _tallies.Sum(tally => (long)tally.Runs),
        [.. cells.Where(cell => cell.Reason?.Contains(CellRunner.NotDeterministic, StringComparison.Ordinal) == true)
            .Select(cell => $"{cell.Driver} / {cell.Plan} / {cell.Firmware}: {cell.Reason}")]);

    private Confidence ConfidenceOf(CampaignCell cell, CellTally tally) => new()
    {
        UnseenMass = _campaign.Strategy.IsSystematic ? null : (double)tally.Situations.AsSpan().Count((byte)1) / tally.Runs,
        Situations = tally.Situations.Length - tally.Situations.AsSpan().Count((byte)0),
        ShareExplored = tally.ShareExplored,
        Pct = [.. tally.PctRuns.GroupBy(item => item.Key.Depth).Select(depth => BoundOf(depth.Key, depth.Select(item => item.Value)))],
        MadeTwice = tally.Twice,
        NeverFired = [.. cell.Plan.Faults.Where((_, i) => tally.Fired[i] == 0).Select(fault => fault.Fault.Id).Distinct()],
    };

    private static PctBound BoundOf(int depth, IEnumerable<(int Runs, RunShape Shape)> scenarios)
    {
        var (all, slots, choices, missed) = (0, 0, 0, 1.0);
        foreach (var (count, shape) in scenarios)
        {
            (all, slots, choices) = (all + count, Math.Max(slots, shape.Slots), Math.Max(choices, shape.Choices));
            missed *= Math.Pow(1 - PriorityChanges.ChanceAtLeast(shape, depth), count);
        }

        return new PctBound(depth, all, slots, choices, 1 - missed);
    }

    private CellResult ConcludeCell(CampaignCell cell, CellTally tally)
    {
        var runner = new CellRunner(_campaign, cell, _scenarios);
        string? undecided = null;
        if (tally.DivergedRun >= 0)
        {
            undecided = runner.DescribeDivergence(tally.DivergedRun, tally);
        }

        var violations = new List<ViolationResult>();
        var oracles = _campaign.Catalogue.CreateOracles();
        for (var oracle = 0; oracle < tally.Spoke.Length && undecided is null; oracle++)
        {
            if (tally.Spoke[oracle] > 0)
            {
                var violation = Confirm(cell, runner, oracle, oracles[oracle].Id, tally, out undecided);
                if (violation is not null)
                {
                    violations.Add(violation);
                }
            }
        }

        var stale = undecided is null ? StaleFaults(cell, tally) : null;
        var verdict = undecided is not null ? CellVerdict.Undecided
            : stale is not null ? CellVerdict.Stale
            : violations.Count > 0 ? CellVerdict.Violated
            : CellVerdict.Safe;
        return new CellResult
        {
            Driver = cell.Driver.Id,
            Plan = cell.Plan.Name,
            Firmware = cell.Firmware.Id,
            Runs = tally.Runs,
            Verdict = verdict,
            Reason = undecided ?? stale,
            Expected = violations.TrueForAll(violation => violation.Expected),
            UpperBound95 = verdict == CellVerdict.Safe && !_campaign.Strategy.IsSystematic ? 1 - Math.Pow(0.05, 1.0 / tally.Runs) : null,
            Confidence = ConfidenceOf(cell, tally),
            Violations = violations,
        };
    }

    /// <summary>Replays the shortest history of an oracle from its choices; only what comes out the same is a violation.</summary>
    private ViolationResult? Confirm(CampaignCell cell, CellRunner runner, int oracle, string id, CellTally tally, out string? undecided)
    {
        undecided = null;
        var run = tally.Shortest[oracle].Run;
        var (engine, choices) = runner.Record(run, oracle, tally);
        var file = new ReplayFile
        {
            Driver = cell.Driver.Reference,
            DriverId = cell.Driver.Id,
            Plan = cell.Plan,
            Firmware = cell.Firmware,
            Scenario = runner.ScenarioOf(run),
            Budgets = _campaign.Budgets,
            Oracle = id,
            Choices = choices,
            Steps = engine.Steps,
            Hash = engine.Hash,
            Origin = $"seed '{_campaign.Seed}', run {run}",
        };
        var outcome = Replayer.Replay(file, cell.Driver, _campaign.Catalogue);
        if (!outcome.SameHash || outcome.Violation is null)
        {
            undecided = $"{id} was found in run {run}, but its replay parts from it after {outcome.Steps} steps";
            return null;
        }

        return outcome.Violation with
        {
            Runs = tally.Spoke[oracle],
            Expected = cell.Expected.Contains(id),
            File = file,
        };
    }

    private static string? StaleFaults(CampaignCell cell, CellTally tally)
    {
        var never = cell.Plan.Faults.Where((_, i) => tally.Fired[i] == 0).Select(fault => fault.Fault.Id).ToList();
        if (cell.Plan.Swarm is not null && never.Count < cell.Plan.Faults.Count)
        {
            // Of a swarm some are never there, or find nothing to do with this driver: that is what a swarm is.
            return null;
        }

        return never.Count == 0 ? null : $"never fired: {string.Join(", ", never)}";
    }
}

/// <summary>A fault of ApChaos itself (exit code 4).</summary>
public sealed class CampaignException : Exception
{
    /// <summary>Makes the exception.</summary>
    public CampaignException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened.</param>
    public CampaignException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public CampaignException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
