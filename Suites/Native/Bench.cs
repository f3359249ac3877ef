using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Native;
using ApChaos.Running;

namespace ApChaos.Suites.Native;

/// <summary>Runs a driver in one cell and says what the oracles found.</summary>
internal static class Bench
{
    private const int Scenarios = 4;

    internal static RunEngine Engine(string driver, string plan, string firmware, int scenario = 0) =>
        Engine(driver, Catalogue.Shipped.FindPlans(plan)[0], firmware, ScenarioFaker.Draw("native", scenario, TopologySpec.Default));

    private static RunEngine Engine(string driver, Plan plan, string firmware, Scenario drawn)
    {
        var catalogue = Catalogue.Shipped;
        return new RunEngine(new RunSetup(
            DriverSource.Resolve(driver, catalogue)[0].Create(),
            FirmwareFile.LoadShipped().Single(profile => profile.Id == firmware),
            drawn,
            plan.Arm(catalogue, drawn.Topology),
            catalogue.CreateOracles(),
            RunBudgets.Default));
    }

    /// <summary>Runs a driver in a plan under irq-off-at-end, where the card may store until a reset is complete: 100 runs in four scenarios.</summary>
    /// <param name="seed">Draws scenarios and choices.</param>
    internal static void Run(string driver, string planJson, string seed, Action<RunEngine, Trace> each)
    {
        var plan = PlanFile.Read(planJson, "plan.json", Catalogue.Shipped);
        var walk = new RandomWalk();
        var trace = new Trace();
        for (var scenario = 0; scenario < Scenarios; scenario++)
        {
            var engine = Engine(driver, plan, "irq-off-at-end", ScenarioFaker.Draw(seed, scenario, TopologySpec.Default));
            for (var run = 0; run < 25; run++)
            {
                walk.Restart(RandomNumbers.Seed(seed, (ulong)run));
                engine.Run(walk, trace);
                each(engine, trace);
            }
        }
    }

    /// <summary>Adds what the last run found: oracle and, of the first run that shows it, the message.</summary>
    internal static void Note(RunEngine engine, SortedDictionary<string, string> found)
    {
        foreach (var finding in engine.Findings)
        {
            found.TryAdd(engine.Setup.Oracles[finding.Oracle].Id, finding.Message ?? "");
        }
    }

    /// <summary>What was found: oracle and, of the first run that shows it, the message.</summary>
    internal static SortedDictionary<string, string> Findings(string driver, string plan = "calm", string firmware = "documented", int runs = 40)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var walk = new RandomWalk();
        var trace = new Trace();
        for (var scenario = 0; scenario < Scenarios; scenario++)
        {
            var engine = Engine(driver, plan, firmware, scenario);
            for (var run = 0; run < runs / Scenarios; run++)
            {
                walk.Restart(RandomNumbers.Seed($"native/{plan}/{firmware}", (ulong)run));
                engine.Run(walk, trace);
                Note(engine, found);
                if (engine.End == RunEnd.Crash)
                {
                    return found;
                }
            }
        }

        return found;
    }

    /// <summary>Runs two engines on the same choices: each run ends after the same steps with the same hash.</summary>
    internal static void RequireSameHashes(RunEngine one, RunEngine other, int runs)
    {
        var walk = new RandomWalk();
        for (var run = 0; run < runs; run++)
        {
            walk.Restart(RandomNumbers.Seed("same", (ulong)run));
            one.Run(walk);
            walk.Restart(RandomNumbers.Seed("same", (ulong)run));
            other.Run(walk);
            Assert.That((other.Hash, other.Steps), Is.EqualTo((one.Hash, one.Steps)), $"run {run}");
        }
    }

    internal static string Of(string tree) => "kernel:" + tree;
}
