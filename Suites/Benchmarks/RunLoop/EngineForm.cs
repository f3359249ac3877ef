using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Oracles;
using ApChaos.Running;

namespace ApChaos.Suites.Benchmarks;

/// <summary>One way of running scenario S on the full machine.</summary>
internal sealed class EngineForm
{
    private readonly RunEngine _engine;
    private readonly RandomWalk _walk = new();
    private readonly int _nibOracle;

    internal EngineForm(string name, IReadOnlyList<Oracle> oracles)
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
            _walk.Restart(RunLoopBenchmark.FirstSeed + (ulong)i);
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
