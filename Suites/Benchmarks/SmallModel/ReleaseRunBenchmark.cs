namespace ApChaos.Suites.Benchmarks;

/// <summary>
/// Scenario S on a small machine, sequential code, against the C program; and on the full machine against the small one. Goals 1 and 12.
/// </summary>
internal static class ReleaseRunBenchmark
{
    internal static int Run(Options options)
    {
        using var folder = new ScratchFolder();
        var floor = new ReleaseProgram(folder.Path);
        var small = new ReleaseRun();
        var full = new EngineForm("all oracles", ScenarioS.AllOracles());
        var expected = floor.Run(1, options.Runs);
        if (!small.Measure(1, options.Runs).DidTheSameAs(expected))
        {
            Console.Error.WriteLine($"not the same work: sequential code and the C program differ for seeds 1..{options.Runs}");
            return 1;
        }

        Warm.Up(() => small.Measure(1, Math.Min(options.Runs, 20_000)));
        Warm.Up(() => full.Measure(Math.Min(options.Runs, 20_000)));
        var pairs = new Pairs("1", "scenario S on a small machine, sequential code, trace hash and oracle, against C -O2, per step", "ns");
        var machines = new Pairs("12", "runs of scenario S on the full machine, all oracles, against the small machine, per step", "ns");
        for (var round = 0; round < options.Rounds; round++)
        {
            pairs.Measure(round, () => small.Measure(1, options.Runs).NsPerStep, () => floor.Run(1, options.Runs).NsPerStep);
            machines.Measure(round, () => full.Measure(options.Runs / 2).NsPerStep, () => small.Measure(1, options.Runs).NsPerStep);
        }

        pairs.Report(options, new { bytesPerRun = small.BytesPerRun, stepsPerRun = expected.Steps / (double)options.Runs, violating = expected.Violations / (double)options.Runs });
        machines.Report(options, new { full.StepsPerRun });
        return 0;
    }
}
