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
    public void A_report_that_cannot_be_written_goes_elsewhere_and_the_others_stay_where_they_belong()
    {
        using Apchaos apchaos = With(Broken);
        Directory.CreateDirectory(Path.Combine(apchaos.Folder, "artifacts/report.txt"));
        Directory.CreateDirectory(Path.Combine(apchaos.Folder, "spare"));
        Ending ending = Apchaos.Finish(apchaos.Start(["run", "--quiet"], ("TMPDIR", Path.Combine(apchaos.Folder, "spare"))));
        Assert.That(ending.ExitCode, Is.EqualTo(2));
        Assert.That(ending.Errors, Does.Match(@"^apchaos: cannot write .*artifacts/report\.txt: [^;\n]+; it is in \S*/spare/apchaos-\w+; expected a place that can be written\n$"));
        string folder = ending.Errors.Split("it is in ")[1].Split(';')[0];
        Assert.That(File.ReadAllText(Path.Combine(folder, "report.txt")), Does.StartWith("ApChaos: "));
        Assert.That(apchaos.Files.Keys, Is.SupersetOf(["artifacts/result.json", "artifacts/run.json"]));
        Assert.That(apchaos.Files.Keys.Where(name => name.EndsWith(".tmp", StringComparison.Ordinal)), Is.Empty);
        string replay = ending.OutputLines.First(line => line.StartsWith("  apchaos replay ", StringComparison.Ordinal));
        Assert.That(apchaos.Run(replay.Trim().Split(' ')[1..]).ExitCode, Is.Zero);
    }

    [Test]
    public void Where_nothing_can_be_written_the_screen_still_says_what_was_found()
    {
        Assume.That(Directory.Exists("/proc"), "a folder in which nobody can write, not even root: run this test on Linux");
        using Apchaos apchaos = With(Broken);
        Directory.CreateDirectory(Path.Combine(apchaos.Folder, "artifacts/report.txt"));
        Ending ending = Apchaos.Finish(apchaos.Start(["run", "--quiet"], ("TMPDIR", "/proc")));
        Assert.That(ending.ExitCode, Is.EqualTo(2));
        Assert.That(ending.Errors, Does.EndWith("; nothing else could be written either; expected a place that can be written\n"));
        Assert.That(ending.Errors.Count(c => c == '\n'), Is.EqualTo(1), ending.Errors);
        Assert.That(ending.Output, Does.Contain("nib-store-after-unpin"));
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
