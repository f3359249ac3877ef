using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>What became of a saved failure.</summary>
/// <param name="Verdict">Violated: it is back, or still there. Safe: all faults fired and the oracle is silent. Stale: the plan no longer fits.</param>
/// <param name="Reason">Which faults never fired, when it is stale; else null.</param>
/// <param name="Runs">Runs made.</param>
public sealed record RegressionOutcome(CellVerdict Verdict, string? Reason, int Runs);

/// <summary>
/// The corpus of failures: each is a replay file whose plan is anchored to events. While the driver is as it was, the recorded choices show the
/// failure at once; when the driver has changed and they no longer fit, random walks under the same plan look for it.
/// </summary>
public static class Regression
{
    /// <summary>Runs that look for a failure whose recorded choices do not show it.</summary>
    public const int RunsUsual = 300;

    private const int RunsToNarrow = 100;

    /// <summary>Makes a saved failure of a history.</summary>
    /// <param name="file">The history.</param>
    /// <param name="driver">Its driver.</param>
    /// <param name="catalogue">Oracles and faults.</param>
    /// <param name="name">Name of the saved failure and of its plan.</param>
    /// <returns>The history of the same violation under the anchored plan.</returns>
    /// <exception cref="InputException">The name is none, the history does not come out the same, or the violation needs more than its faults.</exception>
    public static ReplayFile Save(ReplayFile file, DriverEntry driver, Catalogue catalogue, string name)
    {
        CheckName(name);
        var engine = CellRunner.MakeEngine(driver, file.Plan, file.Firmware, file.Scenario, file.Budgets, catalogue);
        var trace = new Trace();
        engine.StopAtOracle = OracleOf(engine, file.Oracle);
        engine.Run(new RecordedChoices(file.Choices), trace);
        if (engine.End != RunEnd.Stopped)
        {
            throw new InputException($"{file.Oracle} did not speak when the history was run again; expected a replay file that comes out the same");
        }

        var faults = Anchoring.Of(file.Plan, trace.Events, file.Scenario.Topology);
        var found = Try(faults, RunsUsual)
            ?? Try([.. file.Plan.Faults], RunsUsual)
            ?? throw new InputException($"{file.Oracle} was not seen again in {RunsUsual} runs under the plan's faults alone: it hangs on the schedule more than on faults; keep the replay file itself");
        return Narrow(found);

        ReplayFile? Try(IReadOnlyList<PlannedFault> some, int runs) => Find(file with { Plan = PlanOf(name, file, some), DriverId = driver.Id }, driver, catalogue, runs);

        // What the violation does not need goes; of several values of an option the first that shows it stays.
        ReplayFile Narrow(ReplayFile best)
        {
            for (var i = best.Plan.Faults.Count - 1; i >= 0 && best.Plan.Faults.Count > 1; i--)
            {
                best = Try([.. best.Plan.Faults.Where((_, other) => other != i)], RunsToNarrow) ?? best;
            }

            for (var i = 0; i < best.Plan.Faults.Count; i++)
            {
                for (var option = 0; option < best.Plan.Faults[i].Values.Count; option++)
                {
                    best = NarrowOption(best, i, option);
                }
            }

            return best;
        }

        ReplayFile NarrowOption(ReplayFile best, int fault, int option)
        {
            var values = best.Plan.Faults[fault].Values[option];
            foreach (var value in values.Count > 1 ? values : [])
            {
                var narrowed = best.Plan.Faults[fault] with { Values = [.. best.Plan.Faults[fault].Values.Select((old, i) => i == option ? [value] : old)] };
                if (Try([.. best.Plan.Faults.Select((old, i) => i == fault ? narrowed : old)], RunsToNarrow) is { } better)
                {
                    return better;
                }
            }

            return best;
        }
    }

    /// <summary>Looks whether a saved failure is there.</summary>
    /// <param name="file">The saved failure.</param>
    /// <param name="driver">The driver: the file's own, as it is now, or another.</param>
    /// <param name="catalogue">Oracles and faults.</param>
    /// <param name="runs">Random walks when the recorded choices do not show it.</param>
    /// <returns>What became of it.</returns>
    public static RegressionOutcome Check(ReplayFile file, DriverEntry driver, Catalogue catalogue, int runs = RunsUsual)
    {
        var engine = CellRunner.MakeEngine(driver, file.Plan, file.Firmware, file.Scenario, file.Budgets, catalogue);
        engine.StopAtOracle = OracleOf(engine, file.Oracle);
        engine.Run(new RecordedChoices(file.Choices));
        var fired = new bool[file.Plan.Faults.Count];
        var walk = new RandomWalk();
        var run = 0;
        for (Note(); engine.End != RunEnd.Stopped && run < runs; Note())
        {
            walk.Restart(RandomNumbers.Seed(file.Plan.Name, (ulong)run++));
            engine.Run(walk);
        }

        if (engine.End == RunEnd.Stopped)
        {
            return new RegressionOutcome(CellVerdict.Violated, null, run + 1);
        }

        var never = file.Plan.Faults.Where((_, i) => !fired[i]).Select(fault => fault.Fault.Id).ToList();
        return never.Count == 0
            ? new RegressionOutcome(CellVerdict.Safe, null, run + 1)
            : new RegressionOutcome(CellVerdict.Stale, $"never fired: {string.Join(", ", never)}", run + 1);

        void Note()
        {
            for (var i = 0; i < fired.Length; i++)
            {
                fired[i] |= engine.FaultStates[i].Fired > 0;
            }
        }
    }

    /// <summary>Refuses what is no name of a saved failure.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="InputException">It is none.</exception>
    public static void CheckName(string name)
    {
        if (!IdPattern.IsId(name))
        {
            throw new InputException($"--save is {InputText.Quote(name)}; expected a name: {IdPattern.Expected}");
        }
    }

    private static Plan PlanOf(string name, ReplayFile file, IReadOnlyList<PlannedFault> faults)
    {
        var summary = $"{file.Oracle}, first seen in {file.DriverId} under {file.Plan.Name} on {file.Firmware.Id}";
        return new Plan(name, summary, faults, PlanFile.Write(name, summary, [], null, faults));
    }

    /// <summary>The shortest history in which the oracle speaks, of so many random walks; null when there is none.</summary>
    private static ReplayFile? Find(ReplayFile file, DriverEntry driver, Catalogue catalogue, int runs)
    {
        var engine = CellRunner.MakeEngine(driver, file.Plan, file.Firmware, file.Scenario, file.Budgets, catalogue);
        engine.StopAtOracle = OracleOf(engine, file.Oracle);
        var walk = new RandomWalk();
        ReplayFile? best = null;
        for (var run = 0; run < runs; run++)
        {
            walk.Restart(RandomNumbers.Seed(file.Plan.Name, (ulong)run));
            engine.Run(walk);
            if (engine.End == RunEnd.Stopped && (best is null || engine.Steps < best.Steps))
            {
                best = file with { Choices = engine.Choices.Values.ToArray(), Steps = engine.Steps, Hash = engine.Hash };
            }
        }

        return best;
    }

    private static int OracleOf(RunEngine engine, string id)
    {
        var oracle = Enumerable.Range(0, engine.Setup.Oracles.Count).FirstOrDefault(i => engine.Setup.Oracles[i].Id == id, -1);
        return oracle >= 0 ? oracle : throw new InputException(InputText.Unknown("oracle", id, [.. engine.Setup.Oracles.Select(known => known.Id)]));
    }
}
