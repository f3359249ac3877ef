using System.Globalization;
using System.Text.Json;

namespace ApChaos.Suites.Benchmarks;

/// <summary>Measurements of two sides, taken in turn: what is reported is the ratio of each pair, never a figure of one side alone.</summary>
/// <param name="goal">The goal that it belongs to, as in README.md.</param>
/// <param name="what">What is compared.</param>
/// <param name="unit">Unit of both sides.</param>
internal sealed class Pairs(string goal, string what, string unit)
{
    private readonly List<(double Ours, double Theirs)> _values = [];

    /// <summary>The middle ratio, theirs to ours: how many times as much the other side takes.</summary>
    internal double Ratio => Median(_values.Select(v => v.Theirs / v.Ours));

    internal void Add(double ours, double theirs) => _values.Add((ours, theirs));

    /// <summary>Measures a pair; who comes first changes from round to round.</summary>
    internal void Measure(int round, Func<double> ours, Func<double> theirs)
    {
        if (round % 2 == 0)
        {
            var first = ours();
            Add(first, theirs());
        }
        else
        {
            var first = theirs();
            Add(ours(), first);
        }
    }

    /// <summary>Prints the result, and appends it to the file that the options name.</summary>
    internal void Report(Options options, object? details = null)
    {
        var ratios = _values.Select(v => v.Theirs / v.Ours).Order().ToArray();
        var (ours, theirs) = (Median(_values.Select(v => v.Ours)), Median(_values.Select(v => v.Theirs)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{goal,-4} {what}: ours {ours:0.####}, other {theirs:0.####} {unit}; other / ours {Ratio:0.###} ({ratios[0]:0.###} .. {ratios[^1]:0.###}, N={ratios.Length}); ours / other {1 / Ratio:0.###}"));
        if (options.Out is { } file)
        {
            File.AppendAllText(file, JsonSerializer.Serialize(new
            {
                benchmark = options.Benchmark,
                goal,
                what,
                unit,
                otherPerOurs = Round(Ratio),
                min = Round(ratios[0]),
                max = Round(ratios[^1]),
                ours = Round(ours),
                other = Round(theirs),
                rounds = ratios.Length,
                details,
                runtime = Environment.Version.ToString(),
                command = options.Command,
            }) + "\n");
        }
    }

    private static double Round(double value) => double.Parse(value.ToString("g5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
