using ApChaos.Suites.Benchmarks;

// A benchmark is a verb. Exit codes: 0 measured, 1 the two sides did not do the same work, 2 bad input or a program is missing.
try
{
    return args.FirstOrDefault() switch
    {
        "run-loop" => RunLoopBenchmark.Run(Options.Parse(args, new() { Runs = 50_000, Rounds = 11 })),
        "small-run" => SmallRunBenchmark.Run(Options.Parse(args, new() { Queues = 4, Runs = 200_000 })),
        "release-run" => ReleaseRunBenchmark.Run(Options.Parse(args, new() { Runs = 20_000 })),
        "coyote" => CoyoteBenchmark.Run(Options.Parse(args, new() { Queues = 1, Runs = 300_000, Rounds = 5 })),
        "search" => SearchBenchmark.Run(Options.Parse(args, new() { Queues = 5, Rounds = 5 })),
        "search-forms" => SearchBenchmark.RunForms(Options.Parse(args, new() { Queues = 5, Rounds = 31 })),
        "search-workers" => SearchBenchmark.RunWorkers(Options.Parse(args, new() { Queues = 6, Rounds = 11 })),
        "search-process" => SearchBenchmark.RunProcesses(Options.Parse(args, new() { Queues = 6, Rounds = 3 })),
        "search-once" => SearchBenchmark.RunOnce(Options.Parse(args, new() { Queues = 6 })),
        "natural" => SearchBenchmark.RunNatural(Options.Parse(args, new() { Queues = 3, Rounds = 3 })),
        "cold" => SearchBenchmark.RunCold(Options.Parse(args, new() { Queues = 1, Rounds = 5 })),
        "explore" => ExploreBenchmark.Run(Options.Parse(args, new() { Queues = 4, Runs = 30_000, Rounds = 5 })),
        "explore-workers" => ExploreBenchmark.RunWorkers(Options.Parse(args, new() { Queues = 4, Runs = 150_000, Rounds = 21 })),
        "growth" => GrowthBenchmark.Run(Options.Parse(args, new() { Runs = 2_000, Rounds = 3 })),
        "workers" => GrowthBenchmark.RunWorkers(Options.Parse(args, new() { Runs = 20_000 })),
        "memory" => MemoryBenchmark.Run(Options.Parse(args, new())),
        "table" => ResultTable.Write("Suites/Benchmarks"),
        "scripts" => ScriptBenchmark.Run(Options.Parse(args, new() { Rounds = 5 })),
        _ => throw new BenchmarkException(
            "expected a benchmark: run-loop, small-run, release-run, coyote, search, search-forms, search-workers, search-process, natural, cold, explore, explore-workers, growth, workers, memory, table or scripts; "
            + "see Suites/Benchmarks/README.md"),
    };
}
catch (BenchmarkException e)
{
    Console.Error.WriteLine($"benchmarks: {e.Message}");
    return 2;
}
