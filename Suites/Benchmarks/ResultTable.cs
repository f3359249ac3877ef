using System.Globalization;
using System.Text;

namespace ApChaos.Suites.Benchmarks;

/// <summary>The table of README.md, made of the lines in Results/: of each result the one that was measured last.</summary>
internal static class ResultTable
{
    internal const string Begin = "<!-- results: written by the verb table -->";
    internal const string End = "<!-- end of results -->";

    /// <summary>Renders the lines of all files.</summary>
    internal static string Render(string folder)
    {
        var lines = Lines(folder);
        var text = new StringBuilder("| goal | ours against the other | ratio | spread | N | load | command |\n|---|---|---|---|---|---|---|\n");
        foreach (var line in lines)
        {
            var load = line.Load.Split(' ')[0];
            text.Append(CultureInfo.InvariantCulture, $"| {line.Goal} | {line.What} ({line.Unit}) | {line.Ratio} | {line.Spread} | {line.Rounds} | {load} | `{line.Command}` |\n");
        }

        return text.ToString();
    }

    /// <summary>The results that count, in the order of their goals.</summary>
    internal static IReadOnlyList<ResultLine> Lines(string folder) =>
    [
        .. Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal)
            .SelectMany(File.ReadAllLines)
            .Select(ResultLine.Parse)
            .GroupBy(line => (line.Benchmark, line.Goal, line.What))
            .Select(group => group.Last())
            .OrderBy(line => int.TryParse(line.Goal, CultureInfo.InvariantCulture, out var goal) ? goal : line.Goal == "growth" ? 100 : 101),
    ];

    /// <summary>Puts the table into the README of a folder.</summary>
    internal static int Write(string folder)
    {
        var readme = Path.Combine(folder, "README.md");
        if (!File.Exists(readme))
            throw new BenchmarkException($"{readme} is not there: run table in the root of the repository");

        File.WriteAllText(readme, Replace(File.ReadAllText(readme), Render(Path.Combine(folder, "Results"))));
        return 0;
    }

    /// <summary>A text with its table replaced.</summary>
    internal static string Replace(string text, string table)
    {
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        return begin >= 0 && end > begin
            ? $"{text[..(begin + Begin.Length)]}\n\n{table}\n{text[end..]}"
            : throw new BenchmarkException($"README.md has no place for the table: expected the lines {Begin} and {End}");
    }
}
