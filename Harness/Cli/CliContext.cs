using System.Runtime.InteropServices;
using System.Text;
using Spectre.Console;

namespace ApChaos.Cli;

/// <summary>The surroundings of a verb: where it prints, where it is, and when it should stop.</summary>
internal sealed class CliContext : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _signals = [];

    private CliContext(TextWriter output, TextWriter errors, string folder)
    {
        (Output, Errors, Folder) = (output, errors, folder);
        Terminal = MakeTerminal(color: true);
    }

    /// <summary>Results. Lines are written as they are: no width, no markup.</summary>
    public TextWriter Output { get; }

    /// <summary>Errors and progress.</summary>
    public TextWriter Errors { get; }

    /// <summary>The screen behind <see cref="Errors"/>, for the live view.</summary>
    public IAnsiConsole Terminal { get; private set; }

    /// <summary>The current folder.</summary>
    public string Folder { get; }

    /// <summary>Set when the user asks to stop; what was done is kept.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Whether there is a terminal on which a live view makes sense.</summary>
    public bool IsLive => Terminal.Profile.Out.IsTerminal && Terminal.Profile.Capabilities is { Ansi: true, Interactive: true };

    /// <summary>Whether nobody sits in front of it.</summary>
    public static bool IsContinuousIntegration => Environment.GetEnvironmentVariable("CI") is "true" or "1";

    /// <summary>Whether the trace of an unexpected exception is shown without --verbose.</summary>
    public static bool IsDebug => Environment.GetEnvironmentVariable("APCHAOS_DEBUG") == "1";

    /// <summary>The context of this process; the first Ctrl+C asks it to stop, the second kills it.</summary>
    public static CliContext OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var context = new CliContext(
            new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true, NewLine = "\n" },
            Console.IsErrorRedirected ? new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true, NewLine = "\n" } : Console.Error,
            Directory.GetCurrentDirectory());
        context._signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context.OnSignal));
        context._signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context.OnSignal));
        return context;
    }

    /// <summary>Takes the colours away.</summary>
    public void WithoutColor() => Terminal = MakeTerminal(color: false);

    /// <summary>Path of something that the user named.</summary>
    public string PathOf(string shown) => Path.GetFullPath(shown, Folder);

    /// <summary>Ends the process at once with one line: code that never returns cannot be stopped.</summary>
    public void Abandon(string message, int exitCode)
    {
        if (IsLive)
        {
            Terminal.Cursor.Show();
        }

        Errors.WriteLine($"{CommandLine.Program}: {message}");
        Environment.Exit(exitCode);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _signals.ForEach(signal => signal.Dispose());
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = !_stop.IsCancellationRequested;
        _stop.Cancel();
    }

    private IAnsiConsole MakeTerminal(bool color) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Errors),
        ColorSystem = color ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
    });
}
