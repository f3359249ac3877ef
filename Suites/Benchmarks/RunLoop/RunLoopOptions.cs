using System.Globalization;

namespace ApChaos.Suites.Benchmarks;

/// <summary>What the command line says.</summary>
/// <param name="Seeds">Runs of one measurement.</param>
/// <param name="Rounds">Pairs of measurements.</param>
/// <param name="Out">File to which one JSON line per result is appended, or null.</param>
/// <param name="Only">Form that is run alone, without the C program, for a profiler; or null.</param>
internal sealed record RunLoopOptions(int Seeds, int Rounds, string? Out, string? Only)
{
    internal const int RoundsMin = 7;

    internal static RunLoopOptions Parse(string[] args)
    {
        var options = new RunLoopOptions(50_000, 11, null, null);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new BenchmarkException($"{args[i]} needs a value");
            options = args[i] switch
            {
                "--seeds" => options with { Seeds = Number(args[i], value, 1_000) },
                "--rounds" => options with { Rounds = Number(args[i], value, RoundsMin) },
                "--out" => options with { Out = value },
                "--only" => options with { Only = value },
                _ => throw new BenchmarkException($"unknown option {args[i]}; expected --seeds, --rounds, --out or --only"),
            };
        }

        return options;
    }

    /// <summary>The command that gives the same measurement.</summary>
    internal string Command => $"dotnet run -c Release --project Suites/Benchmarks -- run-loop --seeds {Seeds} --rounds {Rounds}";

    private static int Number(string option, string text, int minimum) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= 10_000_000
            ? number
            : throw new BenchmarkException($"{option} {text}: expected a whole number from {minimum} to 10000000");
}
