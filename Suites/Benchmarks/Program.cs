using ApChaos.Suites.Benchmarks;

// A benchmark is a verb. Exit codes: 0 measured, 1 the two sides did not do the same work, 2 bad input or no compiler.
try
{
    switch (args.FirstOrDefault())
    {
        case "run-loop":
            return RunLoopBenchmark.Run(RunLoopOptions.Parse(args[1..]));
        default:
            throw new BenchmarkException("expected a benchmark: run-loop [--seeds N] [--rounds N] [--out FILE]");
    }
}
catch (BenchmarkException e)
{
    Console.Error.WriteLine($"benchmarks: {e.Message}");
    return 2;
}
