using System.Diagnostics;
using ApChaos.Hosting;

namespace ApChaos.Cli;

/// <summary>
/// The same command once more, in a process of its own that is thrown away: code of a kernel may write where nothing is contained, and
/// then only this process is lost.
/// </summary>
internal static class KernelWorker
{
    private const int SignalBase = 128;

    public static int Run(CliContext context)
    {
        var program = Environment.ProcessPath ?? throw new InputException("the program's own path is unknown; expected --in-process");
        var arguments = Environment.GetCommandLineArgs()[1..];
        var isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        var start = new ProcessStartInfo(program, [.. isHost ? [Environment.GetCommandLineArgs()[0]] : Array.Empty<string>(), .. arguments, "--in-process"])
        {
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode <= SignalBase || process.ExitCode == ExitCode.Interrupted)
        {
            return process.ExitCode;
        }

        context.Errors.WriteLine(
            $"{CommandLine.Program}: the worker process was killed by signal {process.ExitCode - SignalBase}: the driver wrote into memory that is not its own; "
            + "what was found before is lost; narrow it down with --plan and --firmware");
        return ExitCode.Differs;
    }
}
