using System.Diagnostics;

namespace ApChaos.Suites.Benchmarks;

/// <summary>What a process wrote, and what it took.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="CpuNs">Its CPU time and that of its children.</param>
/// <param name="WallNs">Time from start to end.</param>
internal sealed record Finished(string Output, long CpuNs, long WallNs);

/// <summary>Programs that are not ours.</summary>
internal static class Tool
{
    internal static string Execute(string file, string arguments, string folder) => Measure(file, arguments, folder).Output;

    /// <summary>Whether a program can be started.</summary>
    internal static bool IsThere(string file) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, file)));

    /// <summary>Runs a program to its end.</summary>
    internal static Finished Measure(string file, string arguments, string folder)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        try
        {
            var (cpu, wall) = (CpuClock.ChildrenNs(), Stopwatch.GetTimestamp());
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            var took = Stopwatch.GetElapsedTime(wall);
            return process.ExitCode == 0
                ? new(output, CpuClock.ChildrenNs() - cpu, took.Ticks * 100)
                : throw new BenchmarkException($"{file} {arguments} ended with {process.ExitCode}: {error.Result.Trim()}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new BenchmarkException($"{file} was not found: {Advice(file)}");
        }
    }

    private static string Advice(string file) => file switch
    {
        "gcc" => "the C programs are compiled by it (Debian: apt-get install gcc libc6-dev)",
        "spin" => "it is the model checker that is compared with (Debian: apt-get install spin)",
        _ => "is it installed?",
    };
}
