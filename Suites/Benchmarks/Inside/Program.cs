using ApChaos.Suites.Benchmarks;
using ApChaos.Suites.Benchmarks.Inside;

// Exit codes as those of the other benchmarks: 0 measured, 2 bad input.
try
{
    return Measuring.Run(Options.Parse("inside", args, "dotnet run -c Release --project Suites/Benchmarks/Inside --", new() { Rounds = 15 }));
}
catch (BenchmarkException e)
{
    Console.Error.WriteLine($"benchmarks: {e.Message}");
    return 2;
}
