using System.Diagnostics;
using System.Text.Json;

namespace ApChaos.Suites.Engine.Cli;

/// <summary>The verbs that measure, as a user calls them: no chaos.json is needed.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
public sealed class ViewVerbTests
{
    [Test]
    public void Patience_prints_a_table_and_writes_json_and_a_picture()
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run("patience", "--driver", "vfio-ap-5.3", "--json", "points.json", "--svg", "patience.svg");
        Assert.That((ending.ExitCode, ending.Errors), Is.EqualTo((0, "")));
        Assert.That(ending.Output, Does.Contain("not 340ms, as in the thread of 2019"));
        Assert.That(JsonDocument.Parse(apchaos.Get("points.json")).RootElement.GetProperty("points").GetArrayLength(), Is.EqualTo(15));
        Assert.That(apchaos.Get("patience.svg"), Does.StartWith("<svg "));
        Ending alone = apchaos.Run("patience", "--driver", "vfio-ap-5.3", "--json", "-", "--workers", "1");
        Assert.That(alone.Output, Is.EqualTo(apchaos.Get("points.json")));
    }

    [Test]
    public void A_picture_can_be_made_of_pixels()
    {
        using var apchaos = new Apchaos();
        Assert.That(apchaos.Run("patience", "--driver", "golden", "--png", "patience.png", "--quiet").ExitCode, Is.Zero);
        byte[] picture = File.ReadAllBytes(Path.Combine(apchaos.Folder, "patience.png"));
        Assert.That(picture[1..4], Is.EqualTo("PNG"u8.ToArray()));
    }

    [Test]
    public void What_was_measured_is_not_lost_when_its_file_cannot_be_written()
    {
        Assume.That(File.Exists("/dev/full"), "there is no /dev/full here: run this test on Linux");
        using var apchaos = new Apchaos();
        Directory.CreateDirectory(Path.Combine(apchaos.Folder, "spare"));
        string[] arguments = ["sweep", "--x", "slow-reset.duration=0..100ms/4", "--driver", "vfio-ap-5.11", "--quiet", "--json", "/dev/full", "--svg", "map.svg"];
        Ending ending = Apchaos.Finish(apchaos.Start(arguments, ("TMPDIR", Path.Combine(apchaos.Folder, "spare"))));
        Assert.That(ending.ExitCode, Is.EqualTo(2));
        Assert.That(ending.Errors, Does.Match(@"^apchaos: cannot write /dev/full: No space left on device; it is in \S+/spare/apchaos-\w+; expected a place that can be written\n$"));
        string rescued = File.ReadAllText(Path.Combine(ending.Errors.Split("it is in ")[1].Split(';')[0], "full"));
        Assert.That(JsonDocument.Parse(rescued).RootElement.GetProperty("points").GetArrayLength(), Is.EqualTo(5));
        Assert.That(apchaos.Get("map.svg"), Does.StartWith("<svg "), "the other file is where it belongs");
    }

    [TestCase("sweep", "sweep over what? expected --x FAULT.OPTION=LOW..HIGH/STEPS, ")]
    [TestCase("sweep --x slow-reset.duration=0..1s/5 --svg nowhere/map.svg", "--svg 'nowhere/map.svg' is no file in a folder that is there; expected PATH")]
    [TestCase("patience --png nowhere/map.png", "--png 'nowhere/map.png' is no file in a folder that is there; expected PATH")]
    [TestCase("patience --driver nobody", "unknown driver 'nobody'")]
    [TestCase("assume --out /proc/self/reports", "the out folder '/proc/self/reports' cannot be written: ")]
    [TestCase("diff golden", "compare what? expected two drivers: diff A B")]
    [TestCase("diff golden golden", "both drivers have the id golden; expected two that differ")]
    [TestCase("diff golden vfio-ap-6.*", "'vfio-ap-6.*' names 3 drivers; expected one")]
    public void A_bad_command_line_is_one_line_and_nothing_is_measured(string arguments, string message)
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run(arguments.Split(' '));
        Assert.That((ending.ExitCode, ending.Output), Is.EqualTo((2, "")));
        Assert.That(ending.Errors, Does.StartWith("apchaos: " + message));
        Assert.That(ending.Errors.Count(c => c == '\n'), Is.EqualTo(1), ending.Errors);
        Assert.That(apchaos.Files, Is.Empty);
    }

    [Test]
    public void A_sweep_that_runs_out_of_time_is_exit_3_and_keeps_what_was_done()
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run("sweep", "--x", "slow-reset.duration=0..400ms/200", "--y", "reset-in-progress-storm.duration=0..400ms/200", "--runs", "1000", "--budget", "1s", "--json", "points.json", "--quiet");
        Assert.That((ending.ExitCode, ending.Errors), Is.EqualTo((3, "")));
        Assert.That(JsonDocument.Parse(apchaos.Get("points.json")).RootElement.GetProperty("verdict").GetString(), Is.EqualTo("undecided"));
    }

    [Test]
    public void A_sweep_that_is_interrupted_is_exit_130_and_shows_what_was_done()
    {
        using var apchaos = new Apchaos();
        Process process = apchaos.Start(["sweep", "--x", "slow-reset.duration=0..400ms/200", "--y", "reset-in-progress-storm.duration=0..400ms/200", "--runs", "1000"]);
        process.StandardError.ReadLine();
        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
            kill.WaitForExit();
        Ending ending = Apchaos.Finish(process);
        Assert.That(ending.ExitCode, Is.EqualTo(130), ending.Errors);
        Assert.That(string.Join(' ', ending.OutputLines), Does.Contain("It was stopped before its end."));
    }

    [Test]
    public void Assume_writes_its_counterexamples_and_they_replay()
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run("assume", "--driver", "vfio-ap-6.9", "--runs", "40", "--out", "there", "--quiet");
        Assert.That((ending.ExitCode, ending.Errors), Is.EqualTo((0, "")));
        string file = apchaos.Files.Keys.First(name => name.StartsWith("there/failures/vfio-ap-6.9--without-", StringComparison.Ordinal));
        Assert.That(apchaos.Run("replay", file).ExitCode, Is.Zero);
    }

    [Test]
    public Task Diff_says_in_thirty_lines_what_the_thread_argued_about()
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run("diff", "vfio-ap-5.3", "vfio-ap-2019-v2");
        Assert.That(ending.ExitCode, Is.Zero, ending.Errors);
        Assert.That(ending.OutputLines, Has.Length.LessThanOrEqualTo(30));
        Assert.That(ending.Output, Does.Contain("longest  A waits 260ms"));
        return Verify(ending.Output).UseDirectory("Approved");
    }

    [Test]
    public void Drivers_and_their_order_are_those_of_the_configuration_where_there_is_one()
    {
        using var apchaos = new Apchaos();
        apchaos.Put("chaos.json", """{ "drivers": ["vfio-ap-6.9", "golden"] }""");
        Ending ending = apchaos.Run("sweep", "--x", "slow-reset.duration=0..400ms/4", "--runs", "5");
        Assert.That((ending.ExitCode, ending.Errors), Is.EqualTo((0, "")));
        Assert.That(ending.OutputLines, Has.Some.Matches<string>(line => line!.StartsWith("vfio-ap-6.9", StringComparison.Ordinal) && line.TrimEnd().EndsWith("golden", StringComparison.Ordinal)));
        apchaos.Put("chaos.json", "{ \"drivers\": [");
        Assert.That(apchaos.Run("patience").Errors, Does.StartWith("chaos.json:1:"));
    }

    [Test]
    public void A_campaign_with_sweeps_has_them_in_its_html_report()
    {
        const string config = """{ "runs": 5, "drivers": ["golden"], "plans": ["calm"], "reports": { "formats": ["html"], "sweeps": [{ "x": "slow-reset.duration=0..40ms/2", "runs": 5 }] } }""";
        using var apchaos = new Apchaos();
        apchaos.Put("chaos.json", config);
        Assert.That(apchaos.Run("--quiet").ExitCode, Is.Zero);
        Assert.That(apchaos.Get("artifacts/report.html"), Does.Contain("<svg ").And.Contain("safe throughout"));
        apchaos.Put("chaos.json", config.Replace("40ms/2", "40ms", StringComparison.Ordinal));
        Assert.That(apchaos.Run().Errors, Does.Match("^chaos.json:1:[0-9]+: x is 'slow-reset.duration=0..40ms'; expected FAULT.OPTION=LOW..HIGH/STEPS, "));
    }
}
