using System.Diagnostics;
using ApChaos.Exploring;

namespace ApChaos.Suites.Benchmarks;

/// <summary>Whether the run engine needs more memory the longer it runs: the same engine, run after run, looked at early and late.</summary>
internal static class MemoryBenchmark
{
    private const int EarlySeconds = 10;
    private const int RunsAtOnce = 1_000;

    internal static int Run(Options options)
    {
        var engine = ScenarioS.MakeEngine(ScenarioS.AllOracles());
        var walk = new RandomWalk();
        var clock = Stopwatch.StartNew();
        var seed = 0UL;
        (double Heap, double Resident) Until(int seconds)
        {
            while (clock.Elapsed.TotalSeconds < seconds)
            {
                for (var i = 0; i < RunsAtOnce; i++)
                {
                    walk.Restart(++seed);
                    engine.Run(walk);
                }
            }

            return (GC.GetTotalMemory(forceFullCollection: true) / 1024.0, Environment.WorkingSet / 1024.0);
        }

        var (heap, resident) = Until(EarlySeconds);
        var runsEarly = seed;
        var (heapLate, residentLate) = Until(options.Seconds);
        var details = new { runsAfterTenSeconds = runsEarly, runsAtTheEnd = seed, seconds = options.Seconds };
        var ofHeap = new Pairs("growth", $"managed heap after {options.Seconds} s against after {EarlySeconds} s", "KiB");
        ofHeap.Add(heapLate, heap);
        ofHeap.Report(options, details);
        var ofProcess = new Pairs("growth", $"resident memory after {options.Seconds} s against after {EarlySeconds} s", "KiB");
        ofProcess.Add(residentLate, resident);
        ofProcess.Report(options, details);
        return 0;
    }
}
