namespace ApChaos.Suites.Benchmarks;

/// <summary>What a campaign of Coyote did.</summary>
/// <param name="Executions">Executions of the model.</param>
/// <param name="Steps">Scheduling steps of all of them.</param>
/// <param name="Violating">Executions with the violation.</param>
/// <param name="Ns">Nanoseconds without start-up: wall or CPU time, whichever is less, so that neither neighbours nor a second thread count.</param>
internal sealed record CoyoteCampaign(long Executions, long Steps, long Violating, long Ns);

/// <summary>The small model for Microsoft Coyote, built and rewritten in a folder of its own.</summary>
internal sealed class CoyotePeer
{
    internal const string Version = "1.7.11";

    private const int AttemptsMax = 3;

    private readonly string _folder;

    internal CoyotePeer(string folder)
    {
        _folder = folder;
        foreach (var file in Directory.GetFiles(Peers.PathOf("Coyote")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file).Replace(".in", "", StringComparison.Ordinal)));

        Tool.Execute("dotnet", "build m1.csproj -c Release -o out -v q", folder);
        Tool.Execute("dotnet", $"tool install Microsoft.Coyote.CLI --version {Version} --tool-path tool", folder);

        // The tool is made for an earlier .NET.
        Tool.Execute("env", $"DOTNET_ROLL_FORWARD=Major {Path.Combine(folder, "tool", "coyote")} rewrite out/m1.dll", folder);
    }

    /// <summary>Runs a campaign.</summary>
    /// <param name="strategy">random or pct.</param>
    /// <param name="queues">Queues of the small model.</param>
    /// <param name="executions">How many executions.</param>
    /// <param name="seed">Its seed.</param>
    internal CoyoteCampaign Run(string strategy, int queues, int executions, int seed)
    {
        var output = Execute($"out/m1.dll {strategy} {queues} {executions} {seed}");
        var fields = output.TrimEnd().Split('\n')[^1].Split(' ').Select(Peers.Number).ToArray();
        return new(fields[0], fields[1], fields[2], Math.Min(fields[3], fields[4]));
    }

    /// <summary>Now and then Coyote interrupts a thread that is not waiting for it, and the process ends: then it is run again, and that is said.</summary>
    private string Execute(string arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Tool.Execute("dotnet", arguments, _folder);
            }
            catch (BenchmarkException e) when (attempt < AttemptsMax && e.Message.Contains(nameof(ThreadInterruptedException), StringComparison.Ordinal))
            {
                Console.Error.WriteLine($"dotnet {arguments} ended with a {nameof(ThreadInterruptedException)} of Coyote's own and is run again");
            }
        }
    }
}
