using System.ComponentModel;
using System.Diagnostics;

namespace ApChaos.Native;

/// <summary>The user's gcc and its tools.</summary>
internal static class Compiler
{
    /// <summary>The version line of a tool.</summary>
    /// <param name="tool">Its command.</param>
    /// <param name="package">Debian's package that has it.</param>
    /// <exception cref="KernelTreeException">It is not there.</exception>
    internal static string Find(string tool, string package)
    {
        try
        {
            return Run(tool, ["--version"], null).Output.Split('\n')[0];
        }
        catch (Win32Exception)
        {
            var what = tool.EndsWith("gcc", StringComparison.Ordinal) ? "a C compiler to build the driver of a kernel tree with" : "it to run the driver of a kernel tree with";
            throw new KernelTreeException($"{tool} is not there; expected {what} (Debian and Ubuntu: apt-get install {package})");
        }
    }

    /// <summary>Runs a tool to its end.</summary>
    /// <returns>Its exit code, and all that it printed.</returns>
    internal static (int Code, string Output) Run(string tool, IEnumerable<string> arguments, string? folder) => RunAll(tool, [[.. arguments]], folder)[0];

    /// <summary>Runs a tool several times at once.</summary>
    /// <returns>For each its exit code, and all that it printed.</returns>
    internal static IReadOnlyList<(int Code, string Output)> RunAll(string tool, IReadOnlyList<List<string>> calls, string? folder)
    {
        var running = calls.Select(arguments =>
        {
            var start = new ProcessStartInfo(tool, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                WorkingDirectory = folder ?? "",
            };
            start.Environment["LC_ALL"] = "C";
            return Process.Start(start)!;
        }).ToList();
        List<(int, string)> ended = [];
        foreach (var process in running)
        {
            using (process)
            {
#pragma warning disable RS0030 // Both pipes have to be read at the same time; this is before any run.
                var errors = process.StandardError.ReadToEndAsync();
                var output = process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                ended.Add((process.ExitCode, output + errors.GetAwaiter().GetResult()));
#pragma warning restore RS0030
            }
        }

        return ended;
    }
}
