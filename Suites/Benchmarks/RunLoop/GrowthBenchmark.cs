using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Suites.Benchmarks;

/// <summary>
/// How the run engine grows: with queues, with actors, with the length of a run; what a second worker
/// brings. All on the full machine, with all oracles.
/// </summary>
internal static class GrowthBenchmark
{
    private const int ShortRuns = 200;
    private const int PartRuns = 250;

    internal static int Run(Options options)
    {
        var smallest = new Subject(queues: 1, vcpus: 1, requests: 4);
        foreach (var queues in new[] { 4, 16, 64, 256 })
        {
            Compare(options, "growth", $"{queues} queues (1 vCPU) against 1 queue, per step", smallest, new Subject(queues, 1, 4));
        }

        foreach (var actors in new[] { 4, 8, 16, 32 })
        {
            Compare(options, "growth", $"{actors} actors (16 queues) against 2, per step", new Subject(16, 1, 4), new Subject(16, actors - 1, 4));
        }

        foreach (var requests in new[] { 16, 64, 256 })
        {
            Compare(options, "growth", $"runs with {requests} requests a vCPU against 4, per step", new Subject(4, 4, 4), new Subject(4, 4, requests));
        }

        return 0;
    }

    /// <summary>Ours is the larger one: how many times a step of the smaller one it costs is the inverse of the ratio.</summary>
    private static void Compare(Options options, string goal, string what, Subject small, Subject large)
    {
        var pairs = new Pairs(goal, what, "ns/step");
        Warm.Up(() => small.NsPerStep(ShortRuns));
        Warm.Up(() => large.NsPerStep(ShortRuns / 4));
        for (var round = 0; round < options.Rounds; round++)
        {
            pairs.Measure(round, () => large.NsPerStep(Math.Max(20, options.Runs / 10)), () => small.NsPerStep(options.Runs));
        }

        pairs.Report(options, new { stepsPerRun = large.StepsPerRun, runsPerSecond = Math.Round(large.RunsPerSecond), smallRunsPerSecond = Math.Round(small.RunsPerSecond) });
    }

    /// <summary>Two workers, each with an engine of its own, against one.</summary>
    internal static int RunWorkers(Options options)
    {
        Subject[] subjects = [new(4, 4, 4), new(4, 4, 4)];
        Array.ForEach(subjects, subject => Warm.Up(() => subject.NsPerStep(ShortRuns)));
        var pairs = new Pairs("10", "runs by two workers against one, the same number of runs in all", "ms wall");
        var cpu = new Pairs("10", "runs by two workers against one: CPU time of all workers together", "ms cpu");
        var runs = options.Runs;
        for (var round = 0; round < options.Rounds; round++)
        {
            var took = new (double Wall, double Cpu)[2];
            foreach (var workers in round % 2 == 0 ? [2, 1] : new[] { 1, 2 })
            {
                var before = CpuClock.ProcessNs();
                var wall = WallClock.Ms(() => Share(subjects[..workers], runs / PartRuns));
                took[workers - 1] = (wall, (CpuClock.ProcessNs() - before) / 1e6);
            }

            pairs.Add(took[1].Wall, took[0].Wall);
            cpu.Add(took[1].Cpu, took[0].Cpu);
        }

        pairs.Report(options, new { runs });
        cpu.Report(options, new { runs, says = "where both processors are free, two workers are 2 / this as fast" });
        return 0;
    }

    /// <summary>Whoever is free takes the next part, as in a campaign.</summary>
    private static void Share(Subject[] subjects, int parts)
    {
        var next = 0;
        Parallel.ForEach(subjects, subject =>
        {
            while (Interlocked.Increment(ref next) - 1 is var part && part < parts)
            {
                subject.NsPerStep(PartRuns, part * PartRuns);
            }
        });
    }

    /// <summary>An engine of some size: one guest whose vCPUs make requests on its queues, then close.</summary>
    private sealed class Subject
    {
        private readonly RunEngine _engine;
        private readonly RandomWalk _walk = new();

        internal Subject(int queues, int vcpus, int requests)
        {
            _engine = ScenarioS.MakeEngine(queues, vcpus, requests);
        }

        internal double StepsPerRun { get; private set; }

        internal double RunsPerSecond { get; private set; }

        internal double NsPerStep(int runs, int firstSeed = 0)
        {
            long steps = 0;
            var began = CpuClock.ThreadNs();
            for (var i = 0; i < runs; i++)
            {
                _walk.Restart((ulong)(firstSeed + i));
                _engine.Run(_walk);
                steps += _engine.Steps;
            }

            var took = CpuClock.ThreadNs() - began;
            (StepsPerRun, RunsPerSecond) = (steps / (double)runs, runs * 1e9 / took);
            return took / (double)steps;
        }
    }
}
