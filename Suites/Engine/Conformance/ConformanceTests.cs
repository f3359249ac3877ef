using System.Diagnostics;
using System.Text.RegularExpressions;
using ApChaos.Suites.Engine.Cli;

namespace ApChaos.Suites.Engine.Conformance;

/// <summary>The conformance kit as its user meets it: the sample project as a process of its own, with a driver that keeps no promise.</summary>
[TestFixture]
public sealed class ConformanceTests
{
    private const string Sample = "ConformanceOfMyDriver";
    private const string OneTest = "Driver=impatient&Plan=thread-scenario-2&Oracle=nib-store-after-unpin";
    private const int LinesMax = 20;

    private static readonly string Program = Path.Combine(
        Repository.Root, "Suites/Samples", Sample, "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, new DirectoryInfo(AppContext.BaseDirectory).Name, Sample + ".dll");

    [Test]
    public async Task A_broken_promise_is_said_in_twenty_lines_that_end_in_the_command_that_replays_it()
    {
        using var apchaos = new Apchaos();
        string output = RunSample(apchaos.Folder, OneTest, out int exitCode);
        Assert.That(exitCode, Is.Not.Zero);
        Assert.That(output, Does.Match(@"total: 1\n\s+failed: 1\n"), "the filter selects by driver, plan and oracle");
        string[] failure = FailureOf(output);
        Assert.That(failure, Has.Length.LessThanOrEqualTo(LinesMax));
        Assert.That(failure[^1], Does.StartWith("apchaos replay "));
        Ending replayed = apchaos.Run(failure[^1]["apchaos ".Length..].Split(' '));
        Assert.That(replayed.ExitCode, Is.Zero, replayed.Errors);
        Assert.That(replayed.Output, Does.Contain("the same as recorded"));
        failure[^1] = Regex.Replace(failure[^1], "replay .*/artifacts/", "replay …/artifacts/");
        await Verify(string.Join('\n', failure)).UseDirectory("Approved");
    }

    [Test]
    public void The_same_test_makes_the_same_runs_alone_and_among_others()
    {
        using var apchaos = new Apchaos();
        string alone = RunSample(apchaos.Folder, OneTest, out _);
        string among = RunSample(apchaos.Folder, "Driver=impatient", out _);
        Assert.That(among, Does.Match(@"total: 5\n"));
        Assert.That(Trimmed(among.Split('\n')), Does.Contain(Trimmed(FailureOf(alone))));

        static string Trimmed(string[] lines) => string.Join('\n', lines.Select(line => line.Trim()));
    }

    /// <summary>From the sentence of the assertion to the command.</summary>
    private static string[] FailureOf(string output)
    {
        string text = Regex.Match(output, @"^ *Assert\.That\(.*?^ *apchaos replay [^\n]*", RegexOptions.Singleline | RegexOptions.Multiline).Value;
        string[] lines = text.Split('\n');
        int indent = lines[0].Length - lines[0].TrimStart().Length;
        return [.. lines.Select(line => line[Math.Min(indent, line.Length - line.TrimStart().Length)..].TrimEnd())];
    }

    private static string RunSample(string folder, string filter, out int exitCode)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Program, "--filter", filter, "--no-ansi"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        exitCode = process.ExitCode;
        return output;
    }
}
