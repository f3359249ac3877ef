using System.Text.Json;
using ApChaos.Campaigns;
using ApChaos.Reports;

namespace ApChaos.Suites.Engine.Cli;

/// <summary>Where reports go, and what happens when they cannot: one message, and the results are not lost.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
public sealed class ReportFilesTests
{
    private const string Calm = """{ "runs": 20, "drivers": ["golden"], "plans": ["calm"], "reports": { "formats": ["text", "mail", "junit", "markdown"] } }""";

    private static readonly string Here = typeof(ReportFilesTests).Assembly.Location;

    [Test]
    public void Formats_of_the_configuration_are_written_and_those_of_the_command_line_take_their_place()
    {
        using Apchaos apchaos = With(Calm);
        Assert.That(apchaos.Run().ExitCode, Is.Zero);
        Assert.That(apchaos.Files.Keys, Is.SupersetOf(["artifacts/junit.xml", "artifacts/mail.txt", "artifacts/report.txt", "artifacts/summary.md"]));
        Assert.That(apchaos.Run("--format", "json").ExitCode, Is.Zero);
        Assert.That(apchaos.Files.Keys, Is.EqualTo(["artifacts/approval.txt", "artifacts/result.json", "artifacts/run.json", "chaos.json"]));
        Assert.That(apchaos.Run("--format", "pigeon").Errors, Does.StartWith("apchaos: unknown report format 'pigeon'; expected one of: approval, "));
    }

    [Test]
    public void A_users_own_format_is_a_plugin()
    {
        using Apchaos apchaos = With(Calm.Replace("\"markdown\"", $"\"plugin:{Here}#{typeof(CountingReport).FullName}\"", StringComparison.Ordinal));
        Ending ending = apchaos.Run("--quiet");
        Assert.That((ending.ExitCode, ending.Errors), Is.EqualTo((0, "")));
        Assert.That(apchaos.Get("artifacts/count.txt"), Is.EqualTo("1 cell of seed apchaos\n"));
        Assert.That(
            apchaos.Run("--format", $"plugin:{Here}#{typeof(EscapingReport).FullName}").Errors,
            Does.Contain(" writes to '../count.txt'; expected the name of a file, without a folder"));
    }

    [Test]
    public void A_format_that_throws_loses_its_own_report_and_nothing_else()
    {
        using Apchaos apchaos = With(Calm);
        Ending ending = apchaos.Run("--quiet", "--format", $"plugin:{Here}#{typeof(ThrowingReport).FullName}", "--format", "text");
        Assert.That(ending.ExitCode, Is.EqualTo(2));
        Assert.That(ending.Errors, Does.StartWith("apchaos: cannot write artifacts/thrown.txt: InvalidOperationException: no words; "));
        Assert.That(ending.Output, Does.Contain("reports and replay files: artifacts"));
        Assert.That(apchaos.Files.Keys, Has.Member("artifacts/report.txt").And.No.Member("artifacts/thrown.txt"));
    }

    [Test]
    public void A_disk_that_is_full_is_one_message_and_the_report_is_elsewhere()
    {
        Assume.That(File.Exists("/dev/full"), "there is no /dev/full here: run this test on Linux");
        using Apchaos apchaos = With(Calm);
        Directory.CreateDirectory(Path.Combine(apchaos.Folder, "artifacts"));
        File.CreateSymbolicLink(Path.Combine(apchaos.Folder, "artifacts/report.txt"), "/dev/full");
        Ending ending = apchaos.Run("--quiet");
        Assert.That(ending.ExitCode, Is.EqualTo(2));
        Assert.That(ending.Errors, Does.Match("^apchaos: cannot write .*artifacts/report.txt: No space left on device; it is in .+; expected a place that can be written\n$"));
        Assert.That(ending.Output, Does.Contain("reports and replay files: artifacts"));
        Assert.That(File.Exists(Path.Combine(apchaos.Folder, "artifacts/mail.txt")), Is.True);
        string rescue = ending.Errors.Split("it is in ")[1].Split("; ")[0];
        Assert.That(File.ReadAllText(Path.Combine(rescue, "report.txt")), Does.StartWith("ApChaos: pass"));
        Directory.Delete(rescue, recursive: true);
        File.Delete(Path.Combine(apchaos.Folder, "artifacts/report.txt"));
    }

    [Test]
    public void A_folder_that_nobody_can_write_to_is_found_before_anything_runs()
    {
        Assume.That(Directory.Exists("/proc/self"), "there is no /proc here: run this test on Linux");
        using Apchaos apchaos = With(Calm);
        Ending ending = apchaos.Run("--out", "/proc/self/reports", "--runs", "10000000");
        Assert.That((ending.ExitCode, ending.Output), Is.EqualTo((2, "")));
        Assert.That(ending.Errors, Does.StartWith("apchaos: the out folder '/proc/self/reports' cannot be written: "));
        Assert.That(apchaos.Files.Keys, Is.EqualTo(["chaos.json"]));
    }

    [Test]
    public void Json_to_a_device_writes_to_the_device_and_leaves_it_one()
    {
        Assume.That(File.Exists("/dev/full"), "there is no /dev/full here: run this test on Linux");
        using Apchaos apchaos = With(Calm);
        Ending ending = apchaos.Run("--quiet", "--json", "/dev/full");
        Assert.That(ending.ExitCode, Is.EqualTo(2));
        Assert.That(ending.Errors, Does.StartWith("apchaos: cannot write /dev/full: No space left on device; "));
        Assert.That(new FileInfo("/dev/full").Length, Is.Zero);
        Assert.That(apchaos.Files.Keys, Has.Member("artifacts/report.txt"));
    }

    [Test]
    public void A_replay_file_of_another_version_is_named()
    {
        using Apchaos apchaos = With("""{ "runs": 50, "drivers": ["vfio-ap-2019-v2"], "plans": ["thread-scenario-2"], "firmware": ["irq-off-at-end"] }""");
        apchaos.Run();
        string name = apchaos.Files.Keys.First(key => key.Contains("failures/", StringComparison.Ordinal));
        string text = apchaos.Get(name);
        apchaos.Put("new.json", text.Replace("apchaos.replay/1", "apchaos.replay/2", StringComparison.Ordinal));
        Assert.That(apchaos.Run("replay", "new.json").Errors, Is.EqualTo("new.json:1:1: expected a replay file of schema 'apchaos.replay/1', found 'apchaos.replay/2'\n"));
        apchaos.Put("knob.json", text.Replace("\"irq-off-point\"", "\"irq-off-spot\"", StringComparison.Ordinal));
        Ending knob = apchaos.Run("replay", "knob.json");
        Assert.That((knob.ExitCode, knob.Errors), Is.EqualTo((2, knob.Errors)));
        Assert.That(knob.Errors, Does.StartWith("knob.json:1:1: this is not a replay file that 'apchaos run' wrote: firmware 'irq-off-at-end': unknown knob 'irq-off-spot'"));

        Ending mail = apchaos.Run("replay", name, "--format", "mail");
        Assert.That((mail.ExitCode, mail.Errors), Is.EqualTo((0, "")));
        Assert.That(mail.OutputLines, Has.All.Length.LessThanOrEqualTo(72));
        Assert.That(apchaos.Run("replay", name, "--format", "mail", "--format", "text").Errors, Does.StartWith("apchaos: standard output holds one text; "));
    }

    private static Apchaos With(string configuration)
    {
        var apchaos = new Apchaos();
        apchaos.Put("chaos.json", configuration);
        return apchaos;
    }
}

/// <summary>What a user writes: a report format of their own.</summary>
public class CountingReport : ReportFormat
{
    public override string Id => "count";

    public override string Summary => "how many cells there are";

    public override string FileName => "count.txt";

    public override void Write(CampaignResult result, TextWriter writer) =>
        writer.Write($"{result.Cells.Count} cell of seed {result.Seed}\n");
}

public sealed class EscapingReport : CountingReport
{
    public override string FileName => "../count.txt";
}

public sealed class ThrowingReport : CountingReport
{
    public override string FileName => "thrown.txt";

    public override void Write(CampaignResult result, TextWriter writer) => throw new InvalidOperationException("no words");
}
