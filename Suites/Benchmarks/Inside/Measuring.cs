using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace ApChaos.Suites.Benchmarks.Inside;

/// <summary>Measures each class of this project with BenchmarkDotNet; what is kept are the ratios to the class's baseline.</summary>
internal static class Measuring
{
    private const string Goal = "inside";

    internal static int Run(Options options)
    {
        using var folder = new ScratchFolder();
        Type[] all = [.. typeof(Measuring).Assembly.GetExportedTypes().OrderBy(type => type.Name, StringComparer.Ordinal)];
        var classes = options.Only is { } only ? Array.FindAll(all, type => type.Name.Equals(only, StringComparison.OrdinalIgnoreCase)) : all;
        if (classes.Length == 0)
        {
            throw new BenchmarkException($"--only {options.Only}: expected one of: {string.Join(", ", all.Select(type => type.Name))}");
        }

        foreach (var type in classes)
        {
            var summary = BenchmarkRunner.Run(type, ConfigOf(options, folder.Path));
            if (summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success))
            {
                throw new BenchmarkException($"{type.Name} could not be measured: {summary.ValidationErrors.FirstOrDefault()?.Message ?? "see above"}");
            }

            foreach (var line in LinesOf(options, summary))
            {
                line.Write(options);
            }
        }

        return 0;
    }

    // In this process: a project that is generated and built for each benchmark would be built under the rules of this repository.
    private static ManualConfig ConfigOf(Options options, string artifacts) => ManualConfig.CreateEmpty()
        .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithIterationCount(options.Rounds))
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddLogger(ConsoleLogger.Default)
        .WithCultureInfo(CultureInfo.InvariantCulture)
        .WithArtifactsPath(artifacts);

    private static IEnumerable<ResultLine> LinesOf(Options options, Summary summary)
    {
        var baseline = summary.Reports.Single(report => report.BenchmarkCase.Descriptor.Baseline);
        foreach (var report in summary.Reports.Where(report => report != baseline))
        {
            var values = Values(report).Zip(Values(baseline), (ours, other) => (ours, (double?)other)).ToList();
            var bytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase);
            yield return ResultLine.Of(options, Goal, $"{Words(report)} against {Words(baseline)}", "ns", values, new { bytes });
        }
    }

    private static IReadOnlyList<double> Values(BenchmarkReport report) => report.ResultStatistics!.OriginalValues;

    private static string Words(BenchmarkReport report) => report.BenchmarkCase.Descriptor.WorkloadMethod.Name.Replace('_', ' ').ToLowerInvariant();
}
