using System.Diagnostics;

namespace ApChaos.Suites.Engine.Cli;

/// <summary>The real command in a process of its own, in a folder of its own.</summary>
internal sealed class Apchaos : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The built program, of the configuration that the tests were built in.</summary>
    private static readonly string Assembly = Path.Combine(
        Repository.Root, "Harness/Cli/bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, new DirectoryInfo(AppContext.BaseDirectory).Name, "apchaos.dll");

    /// <summary>Where it runs.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("apchaos-cli-").FullName;

    /// <summary>Every file in the folder with its content.</summary>
    public SortedDictionary<string, string> Files => new(
        Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(Folder, path), File.ReadAllText),
        StringComparer.Ordinal);

    public void Put(string name, string text) => File.WriteAllText(Path.Combine(Folder, name), text);

    public string Get(string name) => File.ReadAllText(Path.Combine(Folder, name));

    /// <summary>Starts it; nobody sits in front of it and nothing says CI.</summary>
    public Process Start(IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("CI");
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits for its end.</summary>
    public static Ending Finish(Process process)
    {
        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"apchaos did not end within {Patience.TotalSeconds} s");
            }

            return new Ending(process.ExitCode, output.Result, errors.Result);
        }
    }

    public Ending Run(params string[] arguments) => Finish(Start(arguments));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>What is left of a process.</summary>
internal sealed record Ending(int ExitCode, string Output, string Errors)
{
    public string[] OutputLines => Output.TrimEnd('\n').Split('\n');
}
