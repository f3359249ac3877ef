using System.Globalization;
using ApChaos.Campaigns;
using ApChaos.Reports;

namespace ApChaos.Suites.Engine.Reports;

/// <summary>Reports are contracts: each sample's text is approved as a whole.</summary>
[TestFixture]
public sealed class ReportTests
{
    internal static readonly string[] Samples = ["AsExpected", "Unexpected", "Open", "Interrupted", "Nothing", "Hostile", "Wide"];

    private static readonly string[] Brief = ["Unexpected", "Open", "Hostile"];

    [TestCaseSource(nameof(Samples))]
    public Task Text_report(string sample) => Verify(new TextReport().ToText(Sample(sample))).UseDirectory("Approved");

    [TestCaseSource(nameof(Samples))]
    public Task Json_report(string sample) => Verify(new JsonReport().ToText(Sample(sample)), extension: "json").UseDirectory("Approved");

    [TestCaseSource(nameof(Samples))]
    public Task Terminal_summary(string sample) => Verify(string.Join('\n', TerminalSummary.Lines(Sample(sample)))).UseDirectory("Approved");

    [TestCaseSource(nameof(Brief))]
    public Task Mail_report(string sample) => Verify(new MailReport().ToText(Sample(sample))).UseDirectory("Approved");

    [TestCaseSource(nameof(Brief))]
    public Task Junit_report(string sample) => Verify(new JunitReport().ToText(Sample(sample)), extension: "xml").UseDirectory("Approved");

    [TestCaseSource(nameof(Brief))]
    public Task Markdown_report(string sample) => Verify(new MarkdownReport().ToText(Sample(sample)), extension: "md").UseDirectory("Approved");

    [TestCaseSource(nameof(Brief))]
    public Task Approval_report(string sample) => Verify(new ApprovalReport().ToText(Sample(sample))).UseDirectory("Approved");

    [TestCaseSource(nameof(Samples))]
    public void A_terminal_summary_fits_on_a_screen_with_two_lines_to_spare(string sample) =>
        Assert.That(TerminalSummary.Lines(Sample(sample)), Has.Count.InRange(1, 18));

    [TestCaseSource(nameof(Samples))]
    public void Text_fits_into_a_mail(string sample)
    {
        IEnumerable<string> lines = new TextReport().ToText(Sample(sample)).Split('\n').Concat(TerminalSummary.Lines(Sample(sample)));
        Assert.That(lines.Where(line => line.Length > 100 && !line.Contains("apchaos replay ", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCaseSource(nameof(Samples))]
    public void Nothing_that_a_terminal_obeys_gets_through(string sample)
    {
        foreach (string text in Texts(sample))
        {
            Assert.That(text.Where(c => c != '\n' && char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate), Is.Empty);
            Assert.That(text, Does.Not.Contain("\r"));
        }
    }

    [Test]
    public void A_line_break_in_a_name_does_not_begin_a_line()
    {
        foreach (string text in Texts("Hostile"))
            Assert.That(text.Split('\n').Select(line => line.Trim()), Has.None.EqualTo("verdict: pass"));
    }

    [Test]
    public void A_path_is_one_word_of_a_shell() => Assert.That(
        new TextReport().ToText(SampleResults.Hostile()),
        Does.Contain(@"apchaos replay 'artifacts/failures/it'\''s here; rm -rf $HOME\x1b[A.json'"));

    [TestCaseSource(nameof(Samples))]
    public void Same_result_same_bytes_in_any_culture(string sample)
    {
        string[] here = [.. Texts(sample)];
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            Assert.That(Texts(sample), Is.EqualTo(here));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void Formats_are_found_by_being_there()
    {
        Assert.That(ReportCatalogue.All.Select(format => (format.Id, format.FileName)), Is.SupersetOf(new[]
        {
            ("approval", "approval.txt"), ("html", "report.html"), ("json", "result.json"), ("junit", "junit.xml"), ("mail", "mail.txt"), ("markdown", "summary.md"), ("text", "report.txt"),
        }));
        Assert.That(ReportCatalogue.All.Select(format => format.FileName), Is.Unique);
        Assert.That(ReportCatalogue.All.Select(format => format.Summary), Is.All.Not.Empty);
    }

    [Test]
    public Task History_lines_alone() => Verify(string.Join('\n', SampleResults.Hostile().Cells.Concat(SampleResults.AsExpected().Cells)
        .SelectMany(cell => cell.Violations).Take(2).SelectMany(violation => violation.History).Select(TextReport.FormatHistoryLine)))
        .UseDirectory("Approved");

    [Test]
    public void A_format_is_found_by_its_id()
    {
        Assert.That(ReportCatalogue.Find("text"), Is.InstanceOf<TextReport>());
        Assert.That(ReportCatalogue.Find("pigeon"), Is.Null);
    }

    private static IEnumerable<string> Texts(string sample)
    {
        CampaignResult result = Sample(sample);
        return ReportCatalogue.All.Select(format => format.ToText(result)).Append(string.Join('\n', TerminalSummary.Lines(result)));
    }

    internal static CampaignResult Sample(string name) => name switch
    {
        "AsExpected" => SampleResults.AsExpected(),
        "Unexpected" => SampleResults.Unexpected(),
        "Open" => SampleResults.Open(),
        "Interrupted" => SampleResults.Interrupted(),
        "Nothing" => SampleResults.Nothing(),
        "Hostile" => SampleResults.Hostile(),
        _ => SampleResults.Wide(),
    };
}
