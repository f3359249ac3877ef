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
    internal static RunEngine Engine(string driver, string plan, string firmware, int scenario = 0)
    {
        var catalogue = Catalogue.Shipped;
        var drawn = ScenarioFaker.Draw("native", scenario, TopologySpec.Default);
        return new RunEngine(new RunSetup(
            DriverSource.Resolve(driver, catalogue)[0].Create(),
            FirmwareFile.LoadShipped().Single(profile => profile.Id == firmware),
            drawn,
            catalogue.FindPlans(plan)[0].Arm(catalogue, drawn.Topology),
            catalogue.CreateOracles(),
            RunBudgets.Default));
    }

    /// <summary>What was found: oracle and, of the first run that shows it, the message.</summary>
    internal static SortedDictionary<string, string> Findings(string driver, string plan = "calm", string firmware = "documented", int runs = 40)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var walk = new RandomWalk();
        var trace = new Trace();
        for (var scenario = 0; scenario < 4; scenario++)
        {
            var engine = Engine(driver, plan, firmware, scenario);
            for (var run = 0; run < runs / 4; run++)
            {
                walk.Restart(RandomNumbers.Seed($"native/{plan}/{firmware}", (ulong)run));
                engine.Run(walk, trace);
                foreach (var finding in engine.Findings)
                {
                    found.TryAdd(engine.Setup.Oracles[finding.Oracle].Id, finding.Message ?? "");
                }

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
