using ApChaos.Exploring;
using ApChaos.Running;
using BenchmarkDotNet.Attributes;

namespace ApChaos.Suites.Benchmarks.Inside;

/// <summary>What is added to a run: scenario S, a hundred seeds.</summary>
public class Runs
{
    private const int Seeds = 100;

    private readonly RunEngine _bare = ScenarioS.MakeEngine([]);
    private readonly RunEngine _watched = ScenarioS.MakeEngine(ScenarioS.AllOracles());
    private readonly RandomWalk _walk = new();
    private readonly Trace _trace = new();

    /// <summary>Trace hash and choices only.</summary>
    /// <returns>Sum of the hashes.</returns>
    [Benchmark(Baseline = true, OperationsPerInvoke = Seeds)]
    public ulong A_run_without_oracles() => Run(_bare, null);

    /// <summary>With every oracle.</summary>
    /// <returns>Sum of the hashes.</returns>
    [Benchmark(OperationsPerInvoke = Seeds)]
    public ulong A_run_with_all_oracles() => Run(_watched, null);

    /// <summary>With every oracle, and written down as for a history.</summary>
    /// <returns>Sum of the hashes.</returns>
    [Benchmark(OperationsPerInvoke = Seeds)]
    public ulong A_run_with_all_oracles_and_its_trace() => Run(_watched, _trace);

    private ulong Run(RunEngine engine, Trace? trace)
    {
        ulong hashes = 0;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            _walk.Restart(seed);
            engine.Run(_walk, trace);
            hashes += engine.Hash;
        }

        return hashes;
    }
}
