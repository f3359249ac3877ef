namespace ApChaos.Suites.Engine.Cli;

/// <summary>A run is not lost because its reports cannot be put where they were to go.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
public sealed class OutFolderTests
{
    private const string Broken = """
        { "runs": 50, "drivers": ["vfio-ap-2019-v2"], "plans": ["thread-scenario-2"], "firmware": ["irq-off-at-end"] }
        """;

    [Test]
    public void A_report_that_cannot_be_written_goes_elsewhere_with_all_the_others()
    {
        using Apchaos apchaos = With(Broken);
        Directory.CreateDirectory(Path.Combine(apchaos.Folder, "artifacts/report.txt"));
        Directory.CreateDirectory(Path.Combine(apchaos.Folder, "spare"));
        Ending ending = Apchaos.Finish(apchaos.Start(["run", "--quiet"], ("TMPDIR", Path.Combine(apchaos.Folder, "spare"))));
        Assert.That(ending.ExitCode, Is.EqualTo(2));
        Assert.That(ending.Errors.TrimEnd('\n'), Does.Match(@"^apchaos: cannot write .*artifacts/report\.txt: .*; the results are in .*/spare/apchaos-[0-9a-f]{8}$"));
        string folder = ending.Errors.TrimEnd('\n').Split("the results are in ")[1];
        Assert.That(ending.Output, Does.Contain($"apchaos replay {folder}/failures/").And.Contain($"reports and replay files: {folder}"));
        string[] written = [.. apchaos.Files.Keys.Where(name => name.StartsWith("spare/", StringComparison.Ordinal)).Select(name => Path.GetFileName(name))];
        Assert.That(written, Does.Contain("report.txt").And.Contain("result.json").And.Contain("run.json"));
        Assert.That(apchaos.Files.Keys.Where(name => name.EndsWith(".tmp", StringComparison.Ordinal)), Is.Empty);
        string replay = ending.OutputLines.First(line => line.StartsWith("  apchaos replay ", StringComparison.Ordinal));
        Assert.That(apchaos.Run(replay.Trim().Split(' ')[1..]).ExitCode, Is.Zero);
    }

    [Test]
    public void Where_nothing_can_be_written_the_screen_still_says_what_was_found()
    {
        Assume.That(Directory.Exists("/proc"), "a folder in which nobody can write");
        using Apchaos apchaos = With(Broken);
        Directory.CreateDirectory(Path.Combine(apchaos.Folder, "artifacts/report.txt"));
        Ending ending = Apchaos.Finish(apchaos.Start(["run", "--quiet"], ("TMPDIR", "/proc")));
        Assert.That(ending.ExitCode, Is.EqualTo(2));
        Assert.That(ending.Errors.TrimEnd('\n'), Does.EndWith("there is no other place either: what is printed here is all that is left").And.Not.Contain("\n"));
        Assert.That(ending.Output, Does.Contain("nib-store-after-unpin"));
    }

    [Test]
    public void A_folder_that_cannot_be_written_to_is_refused_before_the_first_run()
    {
        Assume.That(Directory.Exists("/proc"), "a folder in which nobody can write");
        using Apchaos apchaos = With(Broken);
        Ending ending = apchaos.Run("run", "--out", "/proc/apchaos");
        Assert.That((ending.ExitCode, ending.Output), Is.EqualTo((2, "")));
        Assert.That(ending.Errors.TrimEnd('\n'), Does.StartWith("apchaos: the out folder '/proc/apchaos' cannot be written to: ").And.Not.Contain("\n"));
        Assert.That(apchaos.Files.Keys, Is.EqualTo(["chaos.json"]));
    }

    [Test]
    public void A_replay_becomes_a_page_that_depends_on_the_history_alone()
    {
        using Apchaos apchaos = With(Broken);
        apchaos.Run("run", "--quiet");
        string file = apchaos.Files.Keys.First(name => name.Contains("nib-store-after-unpin", StringComparison.Ordinal));
        Assert.That(apchaos.Run("replay", file, "--html", "one.html").ExitCode, Is.Zero);
        Assert.That(apchaos.Run("replay", file, "--html", "two.html", "--quiet").ExitCode, Is.Zero);
        Assert.That(apchaos.Get("one.html"), Does.StartWith("<!DOCTYPE html>").And.EndsWith("</html>\n").And.Contain("id=\"history-0\""));
        Assert.That(apchaos.Get("two.html"), Is.EqualTo(apchaos.Get("one.html")));
    }

    [Test]
    public void A_page_that_has_no_folder_is_wrong_input()
    {
        using Apchaos apchaos = With(Broken);
        apchaos.Run("run", "--quiet");
        string file = apchaos.Files.Keys.First(name => name.Contains("nib-store-after-unpin", StringComparison.Ordinal));
        Ending ending = apchaos.Run("replay", file, "--html", "nowhere/one.html");
        Assert.That((ending.ExitCode, ending.Output), Is.EqualTo((2, "")));
        Assert.That(ending.Errors, Is.EqualTo("apchaos: --html 'nowhere/one.html' is no file in a folder that is there; expected PATH\n"));
    }

    private static Apchaos With(string config)
    {
        var apchaos = new Apchaos();
        apchaos.Put("chaos.json", config);
        return apchaos;
    }
}
