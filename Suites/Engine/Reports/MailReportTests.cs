using System.Diagnostics;
using ApChaos.Campaigns;
using ApChaos.Reports;

namespace ApChaos.Suites.Engine.Reports;

[TestFixture]
public sealed class MailReportTests
{
    [TestCaseSource(typeof(ReportTests), nameof(ReportTests.Samples))]
    public void A_mail_is_ascii_of_at_most_72_columns(string sample)
    {
        string[] lines = new MailReport().ToText(ReportTests.Sample(sample)).Split('\n');
        Assert.That(lines.Where(line => line.Length > 72 || line.Any(c => c is < ' ' or > '~')), Is.Empty);
        Assert.That(lines.Where(line => line.EndsWith(' ')), Is.Empty);
    }

    [Test]
    public void The_command_of_a_mail_is_what_a_shell_makes_of_it()
    {
        // The worst that a name can be, and longer than a line: broken by backslashes, it is still one word.
        string name = "it's a $HOME `name` " + new string('x', 90) + "'" + new string('\'', 40) + "#";
        CampaignResult sample = SampleResults.Unexpected();
        CampaignResult result = sample with
        {
            Seed = "seed of \"mine\"",
            Cells = [.. sample.Cells.Select(cell => cell with { Driver = cell.Driver == "golden" ? name : cell.Driver })],
        };
        string mail = new MailReport().ToText(result);
        string[] lines = mail.Split('\n');
        int first = Array.FindIndex(lines, line => line.StartsWith("  apchaos run", StringComparison.Ordinal) && !line.Contains("2019", StringComparison.Ordinal));
        int last = Array.FindIndex(lines, first, line => !line.EndsWith('\\'));
        string script = "apchaos() { printf '%s\\n' \"$@\"; }\n" + string.Join('\n', lines[first..(last + 1)]) + "\n";
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { RedirectStandardOutput = true })!;
        string[] words = shell.StandardOutput.ReadToEnd().TrimEnd('\n').Split('\n');
        shell.WaitForExit();
        Assert.That(words, Is.EqualTo(["run", "--driver", name, "--plan", "slow-reset", "--firmware", "documented", "--seed", result.Seed, "--runs", "2000"]));
        Assert.That(lines.Select(line => line.Length), Is.All.LessThanOrEqualTo(72));
    }
}
