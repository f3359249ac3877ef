using System.Diagnostics;
using ApChaos.Hosting;

namespace ApChaos.Suites.Benchmarks;

/// <summary>What the cache of compiled scripts brings: a script that is read from it, against one that is compiled and evaluated.</summary>
internal static class ScriptBenchmark
{
    private const string Script = "Plan(\"bench\");\nforeach (var ms in new[] { 10, 20, 30 }) Fault(\"slow-reset\").With(\"duration\", $\"{ms}ms\");\n// ";

    internal static int Run(Options options)
    {
        using var scratch = new ScratchFolder();
        var cold = new Pairs("cache", "a plan script from the cache against one that starts the compiler", "ms");
        var warm = new Pairs("cache", "a plan script from the cache against one that a running compiler compiles", "ms");
        using var host = new ScriptHost(scratch.Path);
        Read(host, "warm");
        for (var round = 0; round < options.Rounds; round++)
        {
            var text = $"round {round}";
            cold.Measure(round, () => Read(host, "warm"), () => ReadFresh(text));
            warm.Measure(round, () => Read(host, "warm"), () => Read(host, text));
        }

        cold.Report(options);
        warm.Report(options);
        return 0;
    }

    private static double ReadFresh(string text)
    {
        using var host = new ScriptHost(null);
        return Read(host, text);
    }

    private static double Read(ScriptHost host, string text)
    {
        var watch = Stopwatch.StartNew();
        host.ReadPlan(Script + text, null, Catalogue.Shipped);
        return watch.Elapsed.TotalMilliseconds;
    }
}
