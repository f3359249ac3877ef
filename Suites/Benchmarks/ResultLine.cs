using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ApChaos.Suites.Benchmarks;

/// <summary>One measured result: a line of a file in Results/.</summary>
/// <param name="Benchmark">The verb.</param>
/// <param name="Goal">The goal that it belongs to, as in README.md; "growth" or "-" for none.</param>
/// <param name="What">What is compared.</param>
/// <param name="Unit">Unit of both sides.</param>
/// <param name="Ours">Middle value of our side.</param>
/// <param name="Other">Middle value of the other side; null when there is none.</param>
/// <param name="OtherPerOurs">Middle of the ratios of the pairs; null without another side.</param>
/// <param name="Min">Smallest ratio.</param>
/// <param name="Max">Largest ratio.</param>
/// <param name="LowQuarter">A quarter of the ratios are smaller; null for few pairs.</param>
/// <param name="HighQuarter">A quarter of the ratios are larger; null for few pairs.</param>
/// <param name="Rounds">Pairs.</param>
/// <param name="Details">Sizes, and what else explains the result.</param>
/// <param name="Load">Load average of the machine over the last minute, and its processors.</param>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="Command">What measures the same again.</param>
internal sealed record ResultLine(
    string Benchmark,
    string Goal,
    string What,
    string Unit,
    double Ours,
    double? Other,
    double? OtherPerOurs,
    double? Min,
    double? Max,
    double? LowQuarter,
    double? HighQuarter,
    int Rounds,
    JsonElement? Details,
    string Load,
    string Runtime,
    string Command)
{
    // Of so many pairs the smallest and the largest ratio say nothing any more: neighbours disturb some of them.
    private const int ManyPairs = 20;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What the table says: how many times less ours takes, or how many times more.</summary>
    internal string Ratio => this switch
    {
        { OtherPerOurs: null } => Text(Ours),
        { OtherPerOurs: >= 1 } => $"{Text(OtherPerOurs.Value)} × less",
        _ => $"{Text(1 / OtherPerOurs.Value)} × as much",
    };

    /// <summary>The smallest and the largest ratio, of many pairs the middle half, in the words of <see cref="Ratio"/>.</summary>
    internal string Spread => this switch
    {
        { OtherPerOurs: null } or { Rounds: < 2 } => "",
        { OtherPerOurs: >= 1 } => $"{Text(LowQuarter ?? Min!.Value)} … {Text(HighQuarter ?? Max!.Value)}",
        _ => $"{Text(1 / (HighQuarter ?? Max!.Value))} … {Text(1 / (LowQuarter ?? Min!.Value))}",
    };

    /// <summary>A result without another side, or of two sides measured in pairs.</summary>
    internal static ResultLine Of(Options options, string goal, string what, string unit, IReadOnlyList<(double Ours, double? Other)> values, object? details)
    {
        var ratios = values.Where(v => v.Other is not null && v.Ours > 0).Select(v => v.Other!.Value / v.Ours).Order().ToArray();
        var isRatio = ratios.Length == values.Count;
        return new(
            options.Benchmark,
            goal,
            what,
            unit,
            Round(Median(values.Select(v => v.Ours))),
            isRatio ? Round(Median(values.Select(v => v.Other!.Value))) : null,
            isRatio ? Round(Median(ratios)) : null,
            isRatio ? Round(ratios[0]) : null,
            isRatio ? Round(ratios[^1]) : null,
            isRatio && ratios.Length >= ManyPairs ? Round(ratios[ratios.Length / 4]) : null,
            isRatio && ratios.Length >= ManyPairs ? Round(ratios[ratios.Length * 3 / 4]) : null,
            values.Count,
            details is null ? null : JsonSerializer.SerializeToElement(details, Json),
            $"{LoadAverage()} on {Environment.ProcessorCount} processors",
            Environment.Version.ToString(),
            options.Command);
    }

    internal static ResultLine Parse(string line) => JsonSerializer.Deserialize<ResultLine>(line, Json)!;

    internal string Format() => JsonSerializer.Serialize(this, Json);

    /// <summary>Prints the result, and appends it to the file that the options name.</summary>
    internal void Write(Options options)
    {
        Console.WriteLine(OtherPerOurs is null
            ? $"{Goal,-4} {What}: {Text(Ours)} {Unit}"
            : $"{Goal,-4} {What}: ours {Text(Ours)}, other {Text(Other!.Value)} {Unit}; {Ratio} ({Spread}, N={Rounds})");
        if (options.Out is { } file)
            File.AppendAllText(file, Format() + "\n");
    }

    internal static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Text(double value) => value.ToString(value >= 100 ? "#,0" : "0.##", CultureInfo.InvariantCulture);

    private static double Round(double value) => double.Parse(value.ToString("g5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
