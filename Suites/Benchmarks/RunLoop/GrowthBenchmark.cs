using System.Diagnostics;
using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Suites.Benchmarks;

/// <summary>
/// How the run engine grows: with queues, with actors, with the length of a run; whether it needs more memory the longer it runs; what a second
/// worker brings. All on the full machine, with all oracles.
/// </summary>
internal static class GrowthBenchmark
{
    private const int ShortRuns = 200;
    private const int LongFactor = 60;

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

        Memory(options);
        TwoWorkers(options);
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

    private static void Memory(Options options)
    {
        var subject = new Subject(4, 4, 4);
        var pairs = new Pairs("3", $"memory after {LongFactor} times as many runs against memory after the first tenth of a minute's work, scaled down", "bytes");
        subject.NsPerStep(options.Runs);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        subject.NsPerStep(options.Runs * LongFactor);
        pairs.Add(GC.GetTotalMemory(forceFullCollection: true), before);
        pairs.Report(options, new { runsBefore = options.Runs, runsAfter = options.Runs * (LongFactor + 1), bytesPerRun = subject.BytesPerRun });
    }

    private static void TwoWorkers(Options options)
    {
        Subject[] subjects = [new(4, 4, 4), new(4, 4, 4)];
        Array.ForEach(subjects, subject => Warm.Up(() => subject.NsPerStep(ShortRuns)));
        var pairs = new Pairs("10", "runs by two workers against one, the same number of runs in all", "ms wall");
        var runs = options.Runs * 5;
        for (var round = 0; round < options.Rounds; round++)
        {
            pairs.Measure(round, () => Wall(() => Parallel.ForEach(subjects, subject => subject.NsPerStep(runs / 2))), () => Wall(() => subjects[0].NsPerStep(runs)));
        }

        pairs.Report(options, new { runs });
    }

    private static double Wall(Action work)
    {
        var began = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
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

        internal double BytesPerRun { get; private set; }

        internal double NsPerStep(int runs)
        {
            long steps = 0;
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            var began = CpuClock.ThreadNs();
            for (var i = 0; i < runs; i++)
            {
                _walk.Restart((ulong)i);
                _engine.Run(_walk);
                steps += _engine.Steps;
            }

            var took = CpuClock.ThreadNs() - began;
            (StepsPerRun, RunsPerSecond) = (steps / (double)runs, runs * 1e9 / took);
            BytesPerRun = (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)runs;
            return took / (double)steps;
        }
    }
}
