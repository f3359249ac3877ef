using System.Globalization;

namespace ApChaos.Suites.Benchmarks;

/// <summary>What the command line of a benchmark says.</summary>
internal sealed record Options
{
    /// <summary>The verb.</summary>
    internal string Benchmark { get; init; } = "";

    /// <summary>Queues of the small model, 1..8.</summary>
    internal int Queues { get; init; }

    /// <summary>Runs of one measurement.</summary>
    internal int Runs { get; init; } = 1;

    /// <summary>Alternating pairs.</summary>
    internal int Rounds { get; init; } = 7;

    /// <summary>Whether the driver waits until the queue is empty.</summary>
    internal bool Patient { get; init; }

    /// <summary>Threads of a search.</summary>
    internal int Workers { get; init; } = 1;

    /// <summary>Whether a search keeps whole states.</summary>
    internal bool Exact { get; init; }

    /// <summary>File to which results are appended as JSON lines, or null.</summary>
    internal string? Out { get; init; }

    /// <summary>Form that is run alone, without the other side, for a profiler; or null.</summary>
    internal string? Only { get; init; }

    /// <summary>Seconds of the long measurement of memory.</summary>
    internal int Seconds { get; init; } = 600;

    /// <summary>The command that measures the same.</summary>
    internal string Command { get; init; } = "";

    internal static Options Parse(string[] args, Options options) =>
        Parse(args[0], args[1..], $"dotnet run -c Release --project Suites/Benchmarks -- {args[0]}", options);

    /// <summary>Reads the options of a benchmark.</summary>
    /// <param name="benchmark">Its name.</param>
    /// <param name="args">The options as words.</param>
    /// <param name="command">What comes before them, so that the same can be measured again.</param>
    /// <param name="options">What holds where nothing is said.</param>
    internal static Options Parse(string benchmark, string[] args, string command, Options options)
    {
        options = options with { Benchmark = benchmark, Command = command + WordsOf(args) };
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new BenchmarkException($"{args[i]} needs a value");
            options = args[i] switch
            {
                "--queues" => options with { Queues = Number(args[i], value, 1, SmallState.QueuesMax) },
                "--runs" => options with { Runs = Number(args[i], value, 1, 100_000_000) },
                "--rounds" => options with { Rounds = Number(args[i], value, 1, 1_000) },
                "--patient" => options with { Patient = Number(args[i], value, 0, 1) == 1 },
                "--workers" => options with { Workers = Number(args[i], value, 1, 64) },
                "--exact" => options with { Exact = Number(args[i], value, 0, 1) == 1 },
                "--out" => options with { Out = value },
                "--only" => options with { Only = value },
                "--seconds" => options with { Seconds = Number(args[i], value, 20, 86_400) },
                _ => throw new BenchmarkException(
                    $"unknown option {args[i]}; expected --queues, --runs, --rounds, --patient, --workers, --exact, --only, --seconds or --out"),
            };
        }

        return options;
    }

    /// <summary>Where the result goes is not part of how it is measured.</summary>
    private static string WordsOf(string[] args)
    {
        var at = Array.IndexOf(args, "--out");
        string[] measuring = at < 0 ? args : [.. args[..at], .. args[Math.Min(at + 2, args.Length)..]];
        return string.Concat(measuring.Select(word => " " + word));
    }

    private static int Number(string option, string text, int minimum, int maximum) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? number
            : throw new BenchmarkException($"{option} {text}: expected a whole number from {minimum} to {maximum}");
}
