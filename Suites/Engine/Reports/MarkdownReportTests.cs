using System.Text.RegularExpressions;
using ApChaos.Reports;
using Markdig;

namespace ApChaos.Suites.Engine.Reports;

[TestFixture]
public sealed partial class MarkdownReportTests
{
    private static readonly MarkdownPipeline Github = new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().Build();

    private static readonly string[] Known = ["h2", "h3", "h4", "p", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "details", "summary"];

    [TestCaseSource(typeof(ReportTests), nameof(ReportTests.Samples))]
    public void Nothing_but_headings_tables_and_code_comes_out(string sample)
    {
        string html = Markdown.ToHtml(new MarkdownReport().ToText(ReportTests.Sample(sample)), Github);
        Assert.That(Tag().Matches(html).Select(match => match.Groups[1].Value).Distinct(), Is.SubsetOf(Known));
    }

    [Test]
    public void A_row_of_a_table_has_as_many_cells_as_its_head()
    {
        string bar = "a|b ``c`` `<img src=x>` https://example.invalid @somebody";
        string html = Markdown.ToHtml(
            new MarkdownReport().ToText(SampleResults.Unexpected() with
            {
                Cells = [.. SampleResults.Unexpected().Cells.Select(cell => cell with { Driver = bar, Plan = "p" })],
            }),
            Github);
        foreach (Match row in Row().Matches(html))
            Assert.That(Cell().Count(row.Value), Is.EqualTo(6), row.Value);
        Assert.That(html, Does.Contain("a|b ``c`` `&lt;img src=x&gt;` https://example.invalid @somebody").And.Not.Contain("<a "));
    }

    [GeneratedRegex("<([a-z0-9]+)")]
    private static partial Regex Tag();

    [GeneratedRegex("<tr>.*?</tr>", RegexOptions.Singleline)]
    private static partial Regex Row();

    [GeneratedRegex("<t[hd][ >]")]
    private static partial Regex Cell();
}
