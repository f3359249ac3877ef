using System.Diagnostics;
using System.Text;
using ApChaos.Scripts;

namespace ApChaos.Hosting;

/// <summary>What the process that compiles scripts answered.</summary>
/// <param name="IsDone">Whether the script is right; otherwise <paramref name="Bytes"/> is a sentence.</param>
/// <param name="Line">Where it is wrong.</param>
/// <param name="Column">Where it is wrong.</param>
/// <param name="Bytes">The result, or a sentence in UTF-8.</param>
internal sealed record ScriptAnswer(bool IsDone, int Line, int Column, byte[] Bytes);

/// <summary>
/// A child process that compiles and evaluates scripts, one after the other: its memory has a hard limit, and it is killed when it does not
/// answer. The harness itself never loads the compiler.
/// </summary>
internal sealed class ScriptProcess : IDisposable
{
    // The states of an answer; the protocol is described in the program.
    private const byte Done = 0;
    private const byte Refused = 1;
    private const byte RefusedForGood = 2;

    // What a shell calls the signals ABRT, KILL and SEGV: out of memory, out of stack.
    private const int Aborted = 128 + 6;
    private const int Killed = 128 + 9;
    private const int Faulted = 128 + 11;

    private readonly Process _process;
    private readonly BinaryWriter _requests;
    private readonly BinaryReader _answers;
    private readonly ScriptLimits _limits;
    private string? _complaint;

    private ScriptProcess(Process process, ScriptLimits limits)
    {
        _process = process;
        _limits = limits;
        _requests = new BinaryWriter(process.StandardInput.BaseStream, Encoding.UTF8);
        _answers = new BinaryReader(process.StandardOutput.BaseStream, Encoding.UTF8);
        process.ErrorDataReceived += (_, line) => _complaint ??= line.Data;
        process.BeginErrorReadLine();
    }

    /// <summary>Whether it can take another request.</summary>
    internal bool IsUsable { get; private set; } = true;

    /// <summary>Its id.</summary>
    internal int Id => _process.Id;

    /// <summary>How many requests it has answered.</summary>
    internal int Answered { get; private set; }

    /// <summary>Memory that it holds now, in bytes.</summary>
    internal long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? 0 : _process.WorkingSet64;
        }
    }

    /// <summary>Starts the process.</summary>
    internal static ScriptProcess Start(ScriptLimits limits)
    {
        var start = new ProcessStartInfo(HostProgram())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        start.ArgumentList.Add(typeof(PlanScript).Assembly.Location);
        start.ArgumentList.Add(((int)limits.Processor.TotalMilliseconds).ToString());
        start.Environment["DOTNET_GCHeapHardLimit"] = limits.MemoryBytes.ToString("x");
        start.Environment["DOTNET_GCgen0size"] = "1000000";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        start.Environment["DOTNET_TieredCompilation"] = "1";
        var process = Process.Start(start) ?? throw new InvalidOperationException("the process that compiles scripts cannot be started");
        return new ScriptProcess(process, limits);
    }

    /// <summary>Compiles a script.</summary>
    /// <param name="kind">0 a plan, 1 a driver.</param>
    /// <param name="source">Its text.</param>
    internal ScriptAnswer Ask(byte kind, string source)
    {
        // On a thread of its own: reading from a pipe has no time limit.
        ScriptAnswer? answer = null;
        string? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                _requests.Write(kind);
                _requests.Write(source);
                _requests.Flush();
                var state = _answers.ReadByte();
                var (line, column) = (_answers.ReadInt32(), _answers.ReadInt32());
                var bytes = _answers.ReadBytes(_answers.ReadInt32());
                IsUsable = state is Done or Refused;
                fault = state is Done or Refused or RefusedForGood ? null : Encoding.UTF8.GetString(bytes);
                answer = new ScriptAnswer(state == Done, line, column, bytes);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                IsUsable = false;
            }
        })
        { IsBackground = true, Name = "script" };
        thread.Start();
        Answered++;
        if (!thread.Join(_limits.Patience))
        {
            IsUsable = false;
            Kill();
            thread.Join();
            return Stopped($"the script has not been compiled and evaluated within {_limits.Patience.TotalSeconds:0.#} s; expected one that ends");
        }

        if (fault is not null)
        {
            throw new InvalidOperationException($"a script cannot be compiled: {fault}");
        }

        if (answer is null && _process.WaitForExit(1000) && _process.ExitCode is not (Aborted or Killed or Faulted or 0))
        {
            throw new InvalidOperationException($"the process that compiles scripts ended with {_process.ExitCode}: {_complaint}");
        }

        return answer ?? Stopped(
            $"the script was stopped: it needs more than {_limits.MemoryBytes >> 20} MB of memory, or is nested too deeply; expected one that needs less");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private static ScriptAnswer Stopped(string message) => new(false, 1, 1, Encoding.UTF8.GetBytes(message));

    /// <summary>The program that runs .NET programs: that which runs this one.</summary>
    private static string HostProgram()
    {
        // …/dotnet/shared/Microsoft.NETCore.App/10.0.0/
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var runtime = System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory();
        var beside = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", name));
        return File.Exists(beside) ? beside : name;
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
            _process.WaitForExit(1000);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or NotSupportedException)
        {
            // It has ended by itself.
        }
    }
}
