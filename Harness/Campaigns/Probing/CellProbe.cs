using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>What probes of many cells share.</summary>
/// <param name="Seed">Seed: any text.</param>
/// <param name="Runs">Most runs of a cell.</param>
/// <param name="Topology">The configured topology.</param>
/// <param name="Budgets">Bounds of a run.</param>
/// <param name="Catalogue">Oracles and faults.</param>
/// <param name="Oracles">Ids of the oracles that count; at least one.</param>
/// <param name="Watchdog">Told of every probe, or null.</param>
/// <param name="Scenarios">Scenarios that the runs take in turn; null for those of a campaign with this seed.</param>
public sealed record ProbeSettings(
    string Seed,
    int Runs,
    TopologySpec Topology,
    RunBudgets Budgets,
    Catalogue Catalogue,
    IReadOnlyList<string> Oracles,
    Watchdog? Watchdog = null,
    IReadOnlyList<Scenario>? Scenarios = null)
{
    /// <summary>The oracles that count when nothing is said: what the hardware stores into memory that was given back.</summary>
    /// <param name="catalogue">The known oracles.</param>
    /// <returns>Their ids.</returns>
    public static IReadOnlyList<string> LateStores(Catalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        return
        [
            .. catalogue.Oracles.Where(oracle => oracle.Group == OracleGroup.MemorySafety && oracle.Id.Contains("-store-", StringComparison.Ordinal)).Select(oracle => oracle.Id),
        ];
    }
}

/// <summary>A run in which an oracle spoke.</summary>
/// <param name="Run">Number of the run.</param>
/// <param name="Oracle">The oracle.</param>
/// <param name="Steps">Steps up to its finding.</param>
/// <param name="TimeNs">Virtual time of its finding.</param>
public sealed record ProbeHit(int Run, string Oracle, int Steps, long TimeNs);

/// <summary>
/// Asks whether a cell is violated: its runs in order, until an oracle that counts speaks. All cells are asked with the same choices, so that
/// two of them differ by what they are and not by chance.
/// </summary>
/// <param name="settings">What the probes share.</param>
public sealed class CellProbe(ProbeSettings settings)
{
    private readonly Scenario[] _scenarios = settings.Scenarios is { } given
        ? [.. given]
        : [.. Enumerable.Range(0, ScenarioFaker.PerCell).Select(number => ScenarioFaker.Draw(settings.Seed, number, settings.Topology))];

    private long _runs;

    /// <summary>What the probes share.</summary>
    public ProbeSettings Settings => settings;

    /// <summary>How many runs were made.</summary>
    public long Runs => Interlocked.Read(ref _runs);

    /// <summary>The first run that violates.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="firmware">The hardware.</param>
    /// <param name="stop">Stops it with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The run, or null when none does.</returns>
    public ProbeHit? First(DriverEntry driver, Plan plan, FirmwareProfile firmware, CancellationToken stop) => Hits(driver, plan, firmware, stop).FirstOrDefault();

    /// <summary>The run that violates after the fewest steps; of equals the first.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="firmware">The hardware.</param>
    /// <param name="stop">Stops it with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The run, or null when none does.</returns>
    public ProbeHit? Shortest(DriverEntry driver, Plan plan, FirmwareProfile firmware, CancellationToken stop) =>
        Hits(driver, plan, firmware, stop).MinBy(hit => (hit.Steps, hit.Run));

    /// <summary>The history of a hit, as it can be replayed.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="firmware">The hardware.</param>
    /// <param name="hit">The hit.</param>
    /// <returns>The history.</returns>
    public ReplayFile Record(DriverEntry driver, Plan plan, FirmwareProfile firmware, ProbeHit hit)
    {
        ArgumentNullException.ThrowIfNull(driver);
        ArgumentNullException.ThrowIfNull(hit);
        var scenario = _scenarios[hit.Run % _scenarios.Length];
        var engine = CellRunner.MakeEngine(driver, plan, firmware, scenario, settings.Budgets, settings.Catalogue);
        engine.StopAtOracle = settings.Catalogue.Oracles.TakeWhile(oracle => oracle.Id != hit.Oracle).Count();
        var walk = new RandomWalk();
        walk.Restart(SeedOf(hit.Run));
        engine.Run(walk);
        return new ReplayFile
        {
            Driver = driver.Reference,
            DriverId = driver.Id,
            Plan = plan,
            Firmware = firmware,
            Scenario = scenario,
            Budgets = settings.Budgets,
            Oracle = hit.Oracle,
            Choices = engine.Choices.Values.ToArray(),
            Steps = engine.Steps,
            Hash = engine.Hash,
            Origin = $"seed '{settings.Seed}', probe {hit.Run}",
        };
    }

    private IEnumerable<ProbeHit> Hits(DriverEntry driver, Plan plan, FirmwareProfile firmware, CancellationToken stop)
    {
        var engines = new RunEngine?[_scenarios.Length];
        var walk = new RandomWalk();
        RunEngine? current = null;
        var made = 0L;
        using var watch = settings.Watchdog?.Watch(driver.Id, () => current?.LastOperation ?? "the constructor", () => made);
        for (var run = 0; run < settings.Runs; run++)
        {
            stop.ThrowIfCancellationRequested();
            var engine = current = engines[run % engines.Length] ??= Make(driver, plan, firmware, _scenarios[run % _scenarios.Length]);
            walk.Restart(SeedOf(run));
            engine.Run(walk);
            made++;
            Interlocked.Increment(ref _runs);
            if (engine.FindingCount > 0)
            {
                var finding = engine.Findings[0];
                yield return new ProbeHit(run, engine.Setup.Oracles[finding.Oracle].Id, finding.Event.Step, finding.Event.TimeNs);
            }
        }
    }

    private RunEngine Make(DriverEntry driver, Plan plan, FirmwareProfile firmware, Scenario scenario) => new(new RunSetup(
        driver.Create(),
        firmware,
        scenario,
        plan.Arm(settings.Catalogue, scenario.Topology),
        [.. settings.Catalogue.CreateOracles().Where(oracle => settings.Oracles.Contains(oracle.Id))],
        settings.Budgets));

    private ulong SeedOf(int run) => RandomNumbers.Seed(settings.Seed + "/probe", (ulong)run);
}
