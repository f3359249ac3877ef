using System.Diagnostics;
using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Native;
using ApChaos.Running;

namespace ApChaos.Cli;

/// <summary>Runs per second of a tree's driver beside those of the variant in C# that is its model: in turns, so that both meet the same load.</summary>
internal static class KernelSpeed
{
    private const int Rounds = 5;
    private const double RoundSeconds = 0.2;
    private const string Plan = "slow-reset";
    private const string Firmware = "documented";

    /// <summary>One line.</summary>
    public static string Compare(KernelTree tree, NativeOptions options)
    {
        var model = tree.HasResetWork ? "vfio-ap-6.9" : "vfio-ap-5.11";
        var (kernel, csharp) = (Engine("kernel:" + tree.Root + options), Engine(model));
        var (kernelRuns, csharpRuns) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var (one, other) = (RunsPerSecond(kernel), RunsPerSecond(csharp));
            if (round > 0)
            {
                kernelRuns.Add(one);
                csharpRuns.Add(other);
            }
        }

        var ratios = kernelRuns.Zip(csharpRuns, (one, other) => other / one).Order().ToList();
        return $"{Median(kernelRuns):0} runs/s ({Plan}, {Firmware}), {model} in C# {Median(csharpRuns):0}: "
            + $"the kernel's driver takes {ratios[Rounds / 2]:0.0} times as long ({ratios[0]:0.0} to {ratios[^1]:0.0} in {Rounds} pairs)";
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double RunsPerSecond(RunEngine engine)
    {
        var walk = new RandomWalk();
        var clock = Stopwatch.StartNew();
        var runs = 0;
        do
        {
            walk.Restart(RandomNumbers.Seed("speed", (ulong)runs++));
            engine.Run(walk);
        }
        while (clock.Elapsed.TotalSeconds < RoundSeconds);
        return runs / clock.Elapsed.TotalSeconds;
    }

    private static RunEngine Engine(string driver)
    {
        var catalogue = Catalogue.Shipped;
        var scenario = ScenarioFaker.Draw("speed", 0, TopologySpec.Default);
        return new RunEngine(new RunSetup(
            DriverSource.Resolve(driver, catalogue)[0].Create(),
            FirmwareFile.LoadShipped().Single(profile => profile.Id == Firmware),
            scenario,
            catalogue.FindPlans(Plan)[0].Arm(catalogue, scenario.Topology),
            catalogue.CreateOracles(),
            RunBudgets.Default));
    }
}
