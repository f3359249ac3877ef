using ApChaos.Oracles;

namespace ApChaos.Suites.Benchmarks;

/// <summary>
/// The run loop against a C program of the same small model. First both make the same seeds and must have done the same work: steps, sum of
/// the trace hashes, violations. Then they are measured in alternating pairs.
/// </summary>
internal static class RunLoopBenchmark
{
    internal const ulong FirstSeed = 1;

    internal static int Run(Options options)
    {
        if (options.Only is { } only)
        {
            return RunAlone(options, only);
        }

        var floor = FloorProgram.Compile();
        EngineForm[] forms = [new("all oracles", ScenarioS.AllOracles()), new("nib oracle only", [new NibStoreAfterUnpin()]), new("no oracles", [])];
        if (!SameWork(options, floor, forms))
        {
            return 1;
        }

        foreach (var form in forms)
        {
            Warm.Up(() => form.Measure(Math.Min(options.Runs, 20_000)));
        }

        var pairs = forms.Select(form => new Pairs("1", $"full machine, scenario S, sequential drivers, {form.Name}, per step, against C -O2", "ns")).ToArray();
        for (var round = 0; round < options.Rounds; round++)
        {
            for (var i = 0; i < forms.Length; i++)
            {
                var form = forms[i];
                pairs[i].Measure(round, () => form.Measure(options.Runs).NsPerStep, () => floor.Measure(options.Runs).NsPerStep);
            }
        }

        for (var i = 0; i < forms.Length; i++)
        {
            pairs[i].Report(options, new { forms[i].StepsPerRun, runs = options.Runs, floor = floor.Compiler });
        }

        var bytes = new Pairs("3", "full machine, scenario S, all oracles: allocated in steady state", "bytes/run");
        bytes.Add(forms[0].BytesPerRun, null);
        bytes.Report(options, new { runs = options.Runs });
        return 0;
    }

    /// <summary>For a profiler and for trials: one form, again and again.</summary>
    private static int RunAlone(Options options, string name)
    {
        var form = new EngineForm(name, name == "all" ? ScenarioS.AllOracles() : []);
        Warm.Up(() => form.Measure(Math.Min(options.Runs, 20_000)));
        var values = Enumerable.Range(0, options.Rounds).Select(_ => form.Measure(options.Runs)).ToList();
        Console.WriteLine($"{form.Name}: {ResultLine.Median(values.Select(v => v.NsPerStep)):0.00} ns/step (from {values.Min(v => v.NsPerStep):0.00}), hash {values[0].Hashes:x16}, {values[0].Steps} steps");
        return 0;
    }

    private static bool SameWork(Options options, FloorProgram floor, EngineForm[] forms)
    {
        var expected = floor.Measure(options.Runs);
        foreach (var form in forms)
        {
            var actual = form.Measure(options.Runs);
            if (form.SeesViolations ? !actual.DidTheSameAs(expected) : !(actual with { Violations = expected.Violations }).DidTheSameAs(expected))
            {
                Console.Error.WriteLine($"not the same work: C      {Describe(expected)}");
                Console.Error.WriteLine($"                   engine {Describe(actual)} ({form.Name})");
                return false;
            }
        }

        Console.WriteLine($"same work for seeds {FirstSeed}..{options.Runs}: {Describe(expected)}");
        return true;
    }

    private static string Describe(Measurement m) => $"{m.Steps} steps, hashes {m.Hashes:x16}, {m.Violations} runs with nib-store-after-unpin";
}
