using System.Globalization;
using System.Text.RegularExpressions;

namespace ApChaos.Suites.Benchmarks;

/// <summary>What an exhaustive search of the small model must agree on.</summary>
/// <param name="States">Distinct states.</param>
/// <param name="Transitions">Transitions.</param>
/// <param name="Violations">Transitions that store into a page that is not pinned.</param>
internal sealed record SmallCounts(long States, long Transitions, long Violations);

/// <summary>The small model in C, compiled by gcc -O2.</summary>
internal sealed class SmallProgram
{
    private readonly string _path;

    internal SmallProgram(string folder)
    {
        _path = Path.Combine(folder, "m1");
        Peers.Compile("m1.c", _path);
    }

    internal SmallCounts Search(int queues, bool patient)
    {
        var fields = Tool.Execute(_path, $"search {queues} {(patient ? 1 : 0)}", ".").Split(' ').Select(text => Peers.Number(text.Trim())).ToArray();
        return new(fields[0], fields[1], fields[2]);
    }

    internal Measurement Run(int queues, ulong firstSeed, int runs) => Peers.Measured(Tool.Execute(_path, $"run {queues} 0 {firstSeed} {runs}", "."));
}

/// <summary>Scenario S on a small machine in C, compiled by gcc -O2.</summary>
internal sealed class ReleaseProgram
{
    private readonly string _path;

    internal ReleaseProgram(string folder)
    {
        _path = Path.Combine(folder, "release");
        Peers.Compile("release.c", _path);
    }

    internal Measurement Run(ulong firstSeed, int runs) => Peers.Measured(Tool.Execute(_path, $"{firstSeed} {runs}", "."));
}

/// <summary>The small model in Promela: SPIN writes a C program, the compiler makes a searcher of it.</summary>
internal sealed partial class PromelaSearch
{
    private readonly string _folder;

    /// <summary>Makes the searcher.</summary>
    /// <param name="model">File of the model.</param>
    /// <param name="folder">A folder of its own.</param>
    /// <param name="define">Definitions for the model.</param>
    /// <param name="options">Options of the compiler.</param>
    internal PromelaSearch(string model, string folder, string define, string options)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        Tool.Execute("spin", $"-a {define} {Peers.PathOf(model)}", _folder);

        // What is generated is not warning-free with every compiler.
        Tool.Execute("gcc", $"{options} -DSAFETY -w -o pan pan.c", _folder);
    }

    /// <summary>Searches all states; goes on behind each error.</summary>
    /// <param name="options">Further options of the searcher.</param>
    internal (SmallCounts Counts, double Megabytes, Finished Process) Search(string options = "")
    {
        var process = Tool.Measure(Path.Combine(_folder, "pan"), $"-c0 -m1000000 {options}", _folder);
        var counts = new SmallCounts(
            Peers.Number(Stored().Match(process.Output).Groups[1].Value),
            Peers.Number(Transitions().Match(process.Output).Groups[1].Value),
            Peers.Number(Errors().Match(process.Output).Groups[1].Value));
        return (counts, double.Parse(Memory().Match(process.Output).Groups[1].Value, CultureInfo.InvariantCulture), process);
    }

    [GeneratedRegex(@"(\d+) states, stored")]
    private static partial Regex Stored();

    [GeneratedRegex(@"(\d+) transitions")]
    private static partial Regex Transitions();

    [GeneratedRegex(@"errors: (\d+)")]
    private static partial Regex Errors();

    [GeneratedRegex(@"([\d.]+)\s+total actual memory usage")]
    private static partial Regex Memory();
}

/// <summary>The models of the peers.</summary>
internal static class Peers
{
    internal static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Peers", file);

    internal static void Compile(string file, string program) =>
        Tool.Execute("gcc", $"-std=gnu11 -O2 -Wall -Wextra -Werror -o {program} {PathOf(file)}", ".");

    /// <summary>What a program says of its runs: steps, sum of the trace hashes, runs with a violation, nanoseconds of CPU.</summary>
    internal static Measurement Measured(string output)
    {
        var fields = output.Split(' ', StringSplitOptions.TrimEntries);
        return new(Number(fields[0]), ulong.Parse(fields[1], CultureInfo.InvariantCulture), Number(fields[2]), Number(fields[3]));
    }

    internal static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
