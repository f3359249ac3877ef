using System.Globalization;
using System.Text.Json;
using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Oracles;
using ApChaos.Running;

namespace ApChaos.Suites.Benchmarks;

/// <summary>
/// The run loop against a C program of the same small model. First both make the same seeds and must have done the same work: steps, sum of
/// the trace hashes, violations. Then they are measured in alternating pairs.
/// </summary>
internal static class RunLoopBenchmark
{
    internal const ulong FirstSeed = 1;

    internal static int Run(RunLoopOptions options)
    {
        if (options.Only is { } only)
        {
            return RunAlone(options, only);
        }

        var floor = FloorProgram.Compile();
        Form[] forms = [new("all oracles", ScenarioS.AllOracles()), new("nib oracle only", [new NibStoreAfterUnpin()]), new("no oracles", [])];
        if (!SameWork(options, floor, forms))
        {
            return 1;
        }

        foreach (var form in forms)
        {
            Warm.Up(() => form.Measure(Math.Min(options.Seeds, 20_000)));
        }

        var pairs = forms.Select(_ => new List<(double Form, double Floor)>()).ToArray();
        for (var round = 0; round < options.Rounds; round++)
        {
            for (var i = 0; i < forms.Length; i++)
            {
                pairs[i].Add(MeasurePair(forms[i], floor, options.Seeds, formFirst: round % 2 == 0));
            }
        }

        Print(options, floor, forms, pairs);
        return 0;
    }

    /// <summary>For a profiler and for trials: one form, again and again.</summary>
    private static int RunAlone(RunLoopOptions options, string name)
    {
        var form = new Form(name, name == "all" ? ScenarioS.AllOracles() : []);
        Warm.Up(() => form.Measure(Math.Min(options.Seeds, 20_000)));
        var values = Enumerable.Range(0, options.Rounds).Select(_ => form.Measure(options.Seeds)).ToList();
        Console.WriteLine($"{form.Name}: {Median([.. values.Select(v => v.NsPerStep)]):0.00} ns/step (from {values.Min(v => v.NsPerStep):0.00}), hash {values[0].Hashes:x16}, {values[0].Steps} steps");
        return 0;
    }

    private static bool SameWork(RunLoopOptions options, FloorProgram floor, Form[] forms)
    {
        var expected = floor.Measure(options.Seeds);
        foreach (var form in forms)
        {
            var actual = form.Measure(options.Seeds);
            if (form.SeesViolations ? !actual.DidTheSameAs(expected) : !(actual with { Violations = expected.Violations }).DidTheSameAs(expected))
            {
                Console.Error.WriteLine($"not the same work: C      {Describe(expected)}");
                Console.Error.WriteLine($"                   engine {Describe(actual)} ({form.Name})");
                return false;
            }
        }

        Console.WriteLine($"same work for seeds {FirstSeed}..{options.Seeds}: {Describe(expected)}");
        return true;
    }

    private static string Describe(Measurement m) => $"{m.Steps} steps, hashes {m.Hashes:x16}, {m.Violations} runs with nib-store-after-unpin";

    private static (double Form, double Floor) MeasurePair(Form form, FloorProgram floor, int seeds, bool formFirst)
    {
        var first = formFirst ? form.Measure(seeds) : floor.Measure(seeds);
        var second = formFirst ? floor.Measure(seeds) : form.Measure(seeds);
        return formFirst ? (first.NsPerStep, second.NsPerStep) : (second.NsPerStep, first.NsPerStep);
    }

    private static void Print(RunLoopOptions options, FloorProgram floor, Form[] forms, List<(double Form, double Floor)>[] pairs)
    {
        Console.WriteLine($"{options.Rounds} alternating pairs of {options.Seeds} runs each, CPU time, medians; floor: {floor.Compiler}");
        Console.WriteLine();
        Console.WriteLine("form              ns/step   floor   ratio   spread of the ratio   bytes/run   runs/s");
        for (var i = 0; i < forms.Length; i++)
        {
            var ratios = pairs[i].Select(p => p.Form / p.Floor).Order().ToArray();
            var (ns, floorNs, ratio) = (Median([.. pairs[i].Select(p => p.Form)]), Median([.. pairs[i].Select(p => p.Floor)]), Median(ratios));
            var stepsPerRun = forms[i].StepsPerRun;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{forms[i].Name,-16} {ns,8:0.0} {floorNs,7:0.0} {ratio,6:0.00}x   {ratios[0],6:0.00}x ..{ratios[^1],6:0.00}x {forms[i].BytesPerRun,14:0.##} {1e9 / (ns * stepsPerRun),8:0}"));
            if (options.Out is { } file)
            {
                File.AppendAllText(file, JsonSerializer.Serialize(new
                {
                    benchmark = "run-loop",
                    form = forms[i].Name,
                    ratio = Math.Round(ratio, 3),
                    ratioMin = Math.Round(ratios[0], 3),
                    ratioMax = Math.Round(ratios[^1], 3),
                    nsPerStep = Math.Round(ns, 2),
                    floorNsPerStep = Math.Round(floorNs, 2),
                    stepsPerRun = Math.Round(stepsPerRun, 2),
                    bytesPerRun = forms[i].BytesPerRun,
                    n = options.Seeds,
                    rounds = options.Rounds,
                    floor = floor.Compiler,
                    runtime = Environment.Version.ToString(),
                    command = options.Command,
                }) + "\n");
            }
        }
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values.Length % 2 == 1 ? values[values.Length / 2] : (values[(values.Length / 2) - 1] + values[values.Length / 2]) / 2;
    }

    /// <summary>One way of running the engine.</summary>
    private sealed class Form
    {
        private readonly RunEngine _engine;
        private readonly RandomWalk _walk = new();
        private readonly int _nibOracle;

        internal Form(string name, IReadOnlyList<Oracle> oracles)
        {
            Name = name;
            _engine = ScenarioS.MakeEngine(oracles);
            _nibOracle = oracles.Select((oracle, index) => (oracle, index)).FirstOrDefault(pair => pair.oracle is NibStoreAfterUnpin, (null!, -1)).index;
        }

        internal string Name { get; }

        internal bool SeesViolations => _nibOracle >= 0;

        /// <summary>Of the last measurement.</summary>
        internal double BytesPerRun { get; private set; }

        /// <summary>Of the last measurement.</summary>
        internal double StepsPerRun { get; private set; }

        internal Measurement Measure(int seeds)
        {
            var (steps, hashes, violations) = (0L, 0UL, 0L);
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            var began = CpuClock.ThreadNs();
            for (var i = 0; i < seeds; i++)
            {
                _walk.Restart(FirstSeed + (ulong)i);
                _engine.Run(_walk);
                steps += _engine.Steps;
                hashes += _engine.Hash;
                foreach (ref readonly var finding in _engine.Findings)
                {
                    violations += finding.Oracle == _nibOracle ? 1 : 0;
                }
            }

            var took = CpuClock.ThreadNs() - began;
            BytesPerRun = (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)seeds;
            StepsPerRun = steps / (double)seeds;
            return new Measurement(steps, hashes, violations, took);
        }
    }
}
