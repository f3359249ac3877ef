using System.Globalization;
using ApChaos.Exploring;

namespace ApChaos.Suites.Benchmarks;

/// <summary>Exhaustive search of the small model against SPIN, and against itself. Goals 5 to 11.</summary>
internal static class SearchBenchmark
{
    private const string FastSpin = "-O3 -DNOREDUCE -DNOFAIR";

    // Hash table of pan: 2^24 entries or 2^27, so that it is not what slows SPIN down.
    private const string LargeTable = "-w24";
    private const string HugeTable = "-w27";

    /// <summary>In one process, compiled and warm, against pan's own process: CPU time per state; wall time where two workers are measured.</summary>
    internal static int Run(Options options)
    {
        using var folder = new ScratchFolder();
        var spin = FlatSpin(options, folder.Path);
        var (exact, prints) = (new SearchOptions(), new SearchOptions { Visited = VisitedSet.Fingerprint64 });
        var (counts, _, _) = spin.Search(LargeTable);
        var ours = SmallSearch.Natural(options.Queues, options.Patient, exact, out var automata);
        if (new SmallCounts(ours.States, ours.Transitions + 1, ours.Violations) != counts)
        {
            Console.Error.WriteLine($"not the same work: SPIN {counts}, ours {ours.States} states, {ours.Transitions} transitions, {ours.Violations} violations");
            return 1;
        }

        Warm.Up(() => Cpu(options, exact));
        Warm.Up(() => Wall(options, prints with { Workers = 2 }));
        var details = DetailsOf(options, ours);
        var one = new Pairs("5", "search by sequential code, exact set, one core, against SPIN -O3 on the flat model", "ns/state");
        var two = new Pairs("6", "search by sequential code, 64-bit fingerprints, two workers, against SPIN -O3 exact", "ns/state");
        for (var round = 0; round < options.Rounds; round++)
        {
            Finished pan = new("", 0, 0);
            one.Measure(round, () => Cpu(options, exact), () => (pan = spin.Search(LargeTable).Process).CpuNs / (double)counts.States);
            two.Add(Wall(options, prints with { Workers = 2 }), pan.WallNs / (double)counts.States);
        }

        one.Report(options, details);
        two.Report(options, details);
        var code = new Pairs("9", "driver code run per ten million transitions, audit on", "runs");
        code.Add(automata.CodeRuns * 1e7 / Math.Max(1e7, ours.Transitions), null);
        code.Report(options, new { automata.CodeRuns, ours.Transitions, localStates = automata.Count });
        return 0;
    }

    /// <summary>Sequential code against state machines written by hand: one search is short and what neighbours do moves it, so there are many pairs.</summary>
    internal static int RunForms(Options options)
    {
        var exact = new SearchOptions();
        Warm.Up(() => Cpu(options, exact));
        Warm.Up(() => CpuByHand(options, exact));
        var hand = new Pairs("8", "search by sequential code against hand-written state machines, exact set", "ns/state");
        for (var round = 0; round < options.Rounds; round++)
        {
            hand.Measure(round, () => Cpu(options, exact), () => CpuByHand(options, exact));
        }

        hand.Report(options, DetailsOf(options, SmallSearch.Natural(options.Queues, options.Patient, exact, out _)));
        return 0;
    }

    /// <summary>Two workers against one, wall time, and what both together cost.</summary>
    internal static int RunWorkers(Options options)
    {
        var one = new SearchOptions { Visited = VisitedSet.Fingerprint64 };
        var two = one with { Workers = 2 };
        var model = options.Patient ? "a model without violation" : "a model with a violation, whose history one worker finds afterwards";
        var wall = new WorkerPairs("search", $"64-bit fingerprints, {model}", "ns/state");
        var work = new Pairs("10", $"search with two workers against one, {model}: CPU time of all workers together", "ns/state");
        Warm.Up(() => Wall(options, one));
        Warm.Up(() => Wall(options, two));
        for (var round = 0; round < options.Rounds; round++)
        {
            var (cpuOfTwo, cpuOfOne) = (0.0, 0.0);
            wall.Measure(
                round,
                () => Wall(options, two, WallClock.Ms, out cpuOfTwo),
                () => Wall(options, one, WallClock.Ms, out cpuOfOne),
                () => Wall(options, one, WallClock.HalfMsOfTwo, out _));
            work.Add(cpuOfTwo, cpuOfOne);
        }

        var details = DetailsOf(options, SmallSearch.Natural(options.Queues, options.Patient, one, out _));
        wall.Report(options, details);
        work.Report(options, details);
        return 0;
    }

    /// <summary>Whole processes, start-up and compilation included.</summary>
    internal static int RunProcesses(Options options)
    {
        using var folder = new ScratchFolder();
        var spin = FlatSpin(options, folder.Path);
        var exact = new Pairs("5", "whole process, exact set, one worker, against SPIN -O3 exact", "s cpu");
        var prints = new Pairs("6", "whole process, 64-bit fingerprints, two workers, against SPIN -O3 exact", "s wall");
        var memory = new Pairs("6", "memory of the whole process, 64-bit fingerprints, against SPIN -O3 exact", "MiB");
        for (var round = 0; round < options.Rounds; round++)
        {
            (SmallCounts Counts, double Megabytes, Finished Process) pan = (new(0, 0, 0), 0, new("", 0, 0));
            exact.Measure(round, () => Once(options, exact: true, 1).Process.CpuNs / 1e9, () => (pan = spin.Search(LargeTable)).Process.CpuNs / 1e9);
            var (peak, process) = Once(options, exact: false, 2);
            prints.Add(process.WallNs / 1e9, pan.Process.WallNs / 1e9);
            memory.Add(peak, pan.Megabytes);
        }

        var details = new { queues = options.Queues, patient = options.Patient };
        exact.Report(options, details);
        prints.Report(options, details);
        memory.Report(options, details);
        return 0;
    }

    /// <summary>One search, for <see cref="RunProcesses"/> and for a profiler: counts, and the most memory that the process had.</summary>
    internal static int RunOnce(Options options)
    {
        var search = new SearchOptions { Visited = options.Exact ? VisitedSet.Exact : VisitedSet.Fingerprint64, Workers = options.Workers };
        var result = SmallSearch.Natural(options.Queues, options.Patient, search, out _);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.States} states, {result.Transitions} transitions, {result.Violations} violations, peak {PeakMegabytes():0.0} MiB"));
        return 0;
    }

    /// <summary>Most memory that this process had. Not asked of <see cref="Process"/>: to load that takes a tenth of a short search.</summary>
    private static double PeakMegabytes()
    {
        const string peak = "VmHWM:";
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(peak, StringComparison.Ordinal));
        return long.Parse(line[peak.Length..^"kB".Length], CultureInfo.InvariantCulture) / 1024.0;
    }

    /// <summary>Time to the verdict against the model as a user of SPIN would write it, in two ways, with its partial order reduction.</summary>
    internal static int RunNatural(Options options)
    {
        using var folder = new ScratchFolder();
        var prints = new SearchOptions { Visited = VisitedSet.Fingerprint64 };
        Warm.Up(() => Cpu(options, prints));
        var states = SmallSearch.Natural(options.Queues, options.Patient, prints, out _).States;
        foreach (var (model, words, table, rounds) in new[]
        {
            ("m1-natural.pml", "shared variables, instructions marked atomic", LargeTable, options.Rounds),
            ("m1-messages.pml", "a process for each queue, instructions as messages", HugeTable, 1),
        })
        {
            var spin = new PromelaSearch(model, Path.Combine(folder.Path, Path.GetFileNameWithoutExtension(model)), $"-DN={options.Queues}", "-O3");
            var pairs = new Pairs("7", $"time to the verdict against SPIN -O3 on the naturally written model: {words}", "ms cpu");
            (SmallCounts Counts, double Megabytes, Finished Process) pan = (new(0, 0, 0), 0, new("", 0, 0));
            for (var round = 0; round < rounds; round++)
            {
                pairs.Measure(round, () => Cpu(options, prints) * states / 1e6, () => (pan = spin.Search(table)).Process.CpuNs / 1e6);
            }

            pairs.Report(options, new { queues = options.Queues, states, spinStates = pan.Counts.States, spinMegabytes = pan.Megabytes });
        }

        return 0;
    }

    /// <summary>From nothing to the verdict: our process against writing, compiling and running SPIN's searcher.</summary>
    internal static int RunCold(Options options)
    {
        using var folder = new ScratchFolder();
        var pairs = new Pairs("11", "verdict, whole process from cold, against spin -a + cc -O2 + pan", "ms cpu");
        for (var round = 0; round < options.Rounds; round++)
        {
            var scratch = Path.Combine(folder.Path, $"{round}");
            pairs.Measure(round, () => Once(options, exact: true, 1).Process.CpuNs / 1e6, () =>
            {
                var before = CpuClock.ChildrenNs();
                new PromelaSearch("m1-flat.pml", scratch, $"-DN={options.Queues}", "-O2 -DNOREDUCE").Search();
                return (CpuClock.ChildrenNs() - before) / 1e6;
            });
        }

        pairs.Report(options, new { queues = options.Queues });
        return 0;
    }

    private static PromelaSearch FlatSpin(Options options, string folder) =>
        new("m1-flat.pml", Path.Combine(folder, "flat"), $"-DN={options.Queues} -DFIXED={(options.Patient ? 1 : 0)}", FastSpin);

    private static object DetailsOf(Options options, SearchResult<SmallState> result) =>
        new { states = result.States, transitions = result.Transitions, violations = result.Violations, queues = options.Queues, patient = options.Patient };

    private static double Cpu(Options options, SearchOptions search)
    {
        var began = CpuClock.ThreadNs();
        var states = SmallSearch.Natural(options.Queues, options.Patient, search, out _).States;
        return (CpuClock.ThreadNs() - began) / (double)states;
    }

    private static double CpuByHand(Options options, SearchOptions search)
    {
        var began = CpuClock.ThreadNs();
        var states = SmallSearch.HandWritten(options.Queues, options.Patient, search).States;
        return (CpuClock.ThreadNs() - began) / (double)states;
    }

    private static double Wall(Options options, SearchOptions search) => Wall(options, search, WallClock.Ms, out _);

    /// <summary>Wall time for a state by some clock, and CPU time of all workers together.</summary>
    private static double Wall(Options options, SearchOptions search, Func<Action, double> clock, out double cpu)
    {
        long states = 0;
        var began = CpuClock.ProcessNs();
        var ms = clock(() => states = SmallSearch.Natural(options.Queues, options.Patient, search, out _).States);
        cpu = (CpuClock.ProcessNs() - began) / (double)states;
        return ms * 1e6 / states;
    }

    private static (double PeakMegabytes, Finished Process) Once(Options options, bool exact, int workers)
    {
        var arguments = $"search-once --queues {options.Queues} --patient {(options.Patient ? 1 : 0)} --exact {(exact ? 1 : 0)} --workers {workers}";
        var process = Tool.Measure(Environment.ProcessPath!, arguments, ".");
        var peak = process.Output.Split("peak ")[1].Split(' ')[0];
        return (double.Parse(peak, CultureInfo.InvariantCulture), process);
    }
}
