using System.ComponentModel;
using System.Diagnostics;

namespace ApChaos.Native;

/// <summary>The user's gcc and its tools.</summary>
internal static class Compiler
{
    /// <summary>The compiler's version line.</summary>
    /// <exception cref="KernelTreeException">There is no gcc.</exception>
    internal static string Find()
    {
        try
        {
            return Run("gcc", ["--version"], null).Output.Split('\n')[0];
        }
        catch (Win32Exception)
        {
            throw new KernelTreeException("gcc is not there; expected a C compiler to build the driver of a kernel tree with (Debian and Ubuntu: apt-get install gcc)");
        }
    }

    /// <summary>Runs a tool to its end.</summary>
    /// <returns>Its exit code, and all that it printed.</returns>
    internal static (int Code, string Output) Run(string tool, IEnumerable<string> arguments, string? folder)
    {
        var start = new ProcessStartInfo(tool, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? "",
        };
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
#pragma warning disable RS0030 // Both pipes have to be read at the same time; this is before any run.
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
#pragma warning restore RS0030
    }
}
