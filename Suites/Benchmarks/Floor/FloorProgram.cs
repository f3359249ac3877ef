using System.Globalization;
using System.Text;
using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Suites.Benchmarks;

/// <summary>What one measurement gives: the work that was done, so that it can be compared, and the CPU time that it took.</summary>
/// <param name="Steps">Steps of all runs.</param>
/// <param name="Hashes">Sum of the hashes of all runs.</param>
/// <param name="Violations">Runs with <c>nib-store-after-unpin</c>.</param>
/// <param name="CpuNs">Nanoseconds of CPU.</param>
internal sealed record Measurement(long Steps, ulong Hashes, long Violations, long CpuNs)
{
    internal double NsPerStep => CpuNs / (double)Steps;

    internal bool DidTheSameAs(Measurement other) => (Steps, Hashes, Violations) == (other.Steps, other.Hashes, other.Violations);
}

/// <summary>The C program: compiled by gcc -O2 next to this program, run as a process of its own that measures its own CPU time.</summary>
internal sealed class FloorProgram
{
    private const string Flags = "-std=gnu11 -O2 -Wall -Wextra -Wno-unused-const-variable";

    private readonly string _path;

    private FloorProgram(string path, string compiler) => (_path, Compiler) = (path, compiler);

    /// <summary>What compiled it, and how.</summary>
    internal string Compiler { get; }

    internal static FloorProgram Compile()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Floor");
        var program = Path.Combine(folder, "floor");
        File.WriteAllText(Path.Combine(folder, "floor.h"), Header());
        var version = Tool.Execute("gcc", "-dumpfullversion", folder).Trim();
        Tool.Execute("gcc", $"{Flags} -o {program} floor.c", folder);
        return new FloorProgram(program, $"gcc {version} -O2");
    }

    internal Measurement Measure(int seeds) => Peers.Measured(Tool.Execute(_path, $"{RunLoopBenchmark.FirstSeed} {seeds}", "."));

    /// <summary>The engine's numbers and the scenario's figures, so that the C program needs no edit when they change.</summary>
    private static string Header()
    {
        var text = new StringBuilder("/* Written by the benchmark: the engine's numbers, and scenario S. */\n");
        Define<Op>(text, "OP");
        Define<EventKind>(text, "EVENT");
        Define<DriverOperation>(text, "OPERATION");
        Define<ActorClass>(text, "ISSUER");
        text.Append(CultureInfo.InvariantCulture, $"#define QUEUES {ScenarioS.Queues}\n#define VCPUS {ScenarioS.Queues}\n");
        text.Append(CultureInfo.InvariantCulture, $"#define REQUESTS {ScenarioS.RequestsPerVcpu}\n#define NIB_OFFSET {ScenarioS.NibOffset}\n");
        text.Append(CultureInfo.InvariantCulture, $"#define TIMERS_PER_QUEUE {ApMachine.TimersPerQueue}\n#define TIMER_RESET_END {ApMachine.ResetEndTimer}\n");
        text.Append(CultureInfo.InvariantCulture, $"#define TIMER_SERVICE {ApMachine.ServiceTimer}\n#define TIMER_AQIC {ApMachine.AqicTimer}\n");
        text.Append(CultureInfo.InvariantCulture, $"#define TIMER_NIB_STORE {ApMachine.NibStoreTimer}\n#define TIMER_IPM_STORE {ApMachine.IpmStoreTimer}\n");
        DefineList(text, "LIFE_NS", ScenarioS.LifeNs);
        DefineList(text, "PAUSE_NS", ScenarioS.PauseNs);
        DefineList(text, "SERVICE_NS", ScenarioS.ServiceNs);
        DefineList(text, "RESET_NS", ScenarioS.ResetNs);
        DefineList(text, "LATENCY_NS", ScenarioS.AqicLatencyNs);
        return text.ToString();
    }

    private static void Define<T>(StringBuilder text, string prefix)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            text.Append(CultureInfo.InvariantCulture, $"#define {prefix}_{value} {Convert.ToInt32(value, CultureInfo.InvariantCulture)}\n");
        }
    }

    private static void DefineList(StringBuilder text, string name, long[] values) =>
        text.Append(CultureInfo.InvariantCulture, $"#define {name} {{ {string.Join(", ", values)} }}\n");
}
