using System.Diagnostics;
using System.Text.Json;

namespace ApChaos.Suites.Engine.Cli;

[TestFixture]
[Parallelizable(ParallelScope.Children)]
public sealed class RunTests
{
    private const string Calm = """{ "runs": 20, "drivers": ["golden"], "plans": ["calm"] }""";

    private const string Broken = """
        { "runs": 50, "drivers": ["vfio-ap-2019-v2"], "plans": ["thread-scenario-2"], "firmware": ["irq-off-at-end"] }
        """;

    [Test]
    public void All_as_expected_is_exit_0_with_a_matrix_and_reports()
    {
        using Apchaos apchaos = With(Calm);
        Ending ending = apchaos.Run();
        Assert.That((ending.ExitCode, ending.Errors), Is.EqualTo((0, "")));
        Assert.That(ending.Output, Does.Match(@"golden +\."));
        Assert.That(ending.OutputLines[^1], Is.EqualTo("reports and replay files: artifacts"));
        Assert.That(apchaos.Files.Keys, Is.EqualTo(["artifacts/approval.txt", "artifacts/report.txt", "artifacts/result.json", "artifacts/run.json", "chaos.json"]));
    }

    [Test]
    public void What_is_not_expected_is_exit_1_and_at_most_twenty_lines_with_the_command_that_replays_it()
    {
        using Apchaos apchaos = With(Broken);
        Ending ending = apchaos.Run();
        Assert.That(ending.ExitCode, Is.EqualTo(1), ending.Errors);
        Assert.That(ending.OutputLines, Has.Length.LessThanOrEqualTo(20));
        string replay = ending.OutputLines.First(line => line.StartsWith("  apchaos replay ", StringComparison.Ordinal));
        Ending again = apchaos.Run(replay.Trim().Split(' ')[1..]);
        Assert.That(again.ExitCode, Is.Zero, again.Output + again.Errors);
        Assert.That(again.OutputLines[^1], Does.StartWith("the same as recorded: last step "));
    }

    [Test]
    public void Each_violation_has_a_replay_file_and_the_next_run_removes_it()
    {
        using Apchaos apchaos = With(Broken);
        apchaos.Run("--out", "there");
        JsonElement cell = JsonDocument.Parse(apchaos.Get("there/result.json")).RootElement.GetProperty("cells")[0];
        string?[] replays = [.. cell.GetProperty("violations").EnumerateArray().Select(violation => violation.GetProperty("replay").GetString())];
        Assert.That(replays, Is.Not.Empty);
        Assert.That(replays, Has.All.StartsWith("there/failures/"));
        string[] files = [.. apchaos.Files.Keys.Where(name => name.Contains("failures", StringComparison.Ordinal))];
        Assert.That(files.Where(name => !name.Contains(".min.", StringComparison.Ordinal)), Is.EquivalentTo(replays));

        // None was expected: each was shrunk, and what it was shrunk to replays.
        JsonElement[] minimal = [.. cell.GetProperty("violations").EnumerateArray().Select(violation => violation.GetProperty("minimal"))];
        Assert.That(files, Is.SupersetOf(minimal.Select(shrunk => shrunk.GetProperty("replay").GetString())));
        Assert.That(apchaos.Get("there/report.txt"), Does.Contain("\n  minimal:\n    plan      {\"name\":\"thread-scenario-2\""));
        Assert.That(apchaos.Run("replay", minimal[0].GetProperty("replay").GetString()!).ExitCode, Is.Zero);

        apchaos.Put("there/failures/mine.json", "{}");
        apchaos.Put("chaos.json", Calm);
        apchaos.Run("--out", "there");
        Assert.That(apchaos.Files.Keys.Where(name => name.Contains("failures", StringComparison.Ordinal)), Is.EqualTo(["there/failures/mine.json"]));
    }

    [Test]
    public void Json_on_standard_output_is_alone_there_and_does_not_depend_on_the_workers()
    {
        using Apchaos apchaos = With(Broken);
        Ending one = apchaos.Run("--json", "-", "--workers", "1"), three = apchaos.Run("--json", "-", "--workers", "3");
        Assert.That(JsonDocument.Parse(one.Output).RootElement.GetProperty("schema").GetString(), Is.EqualTo("apchaos.result/1"));
        Assert.That(three.Output, Is.EqualTo(one.Output));
        Assert.That(one.Output, Is.EqualTo(apchaos.Get("artifacts/result.json")));
    }

    [Test]
    public void Expectations_make_it_exit_0()
    {
        using Apchaos apchaos = With(Broken.Replace("\"runs\"", "\"expect\": { \"vfio-*@irq-off-at-?nd/thread-*\": [\"*\"] }, \"runs\"", StringComparison.Ordinal));
        Assert.That(apchaos.Run().ExitCode, Is.Zero);
    }

    [Test]
    public void An_interrupted_run_keeps_what_was_done()
    {
        using Apchaos apchaos = With(Calm);
        Process process = apchaos.Start(["--runs", "10000000"]);
        process.StandardError.ReadLine();
        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
            kill.WaitForExit();
        Ending ending = Apchaos.Finish(process);
        Assert.That(ending.ExitCode, Is.EqualTo(130), ending.Errors);
        JsonElement result = JsonDocument.Parse(apchaos.Get("artifacts/result.json")).RootElement;
        Assert.That(result.GetProperty("interrupted").GetBoolean(), Is.True);
        Assert.That(result.GetProperty("cells")[0].GetProperty("runs").GetInt32(), Is.GreaterThan(0));
    }

    [Test]
    public void A_budget_of_real_time_ends_it_undecided()
    {
        using Apchaos apchaos = With(Calm);
        Assert.That(apchaos.Run("--runs", "10000000", "--budget", "300ms", "--quiet").ExitCode, Is.EqualTo(3));
    }

    [Test]
    public void A_driver_in_a_class_library_of_its_own_runs_as_the_first_page_says()
    {
        using Apchaos apchaos = With(Broken);
        string library = Path.Combine(Repository.Root, $"Suites/Samples/ImpatientDriver/bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/net10.0/ImpatientDriver.dll");
        Ending ending = apchaos.Run("--driver", $"plugin:{library}#Samples.ImpatientDriver");
        Assert.That(ending.ExitCode, Is.EqualTo(1), ending.Errors);
        Assert.That(ending.Output, Does.Contain("impatient: nib-store-after-unpin"));
    }

    private static Apchaos With(string configuration)
    {
        var apchaos = new Apchaos();
        apchaos.Put("chaos.json", configuration);
        return apchaos;
    }
}
