using System.Xml.Linq;
using System.Xml.Schema;
using ApChaos.Campaigns;
using ApChaos.Reports;

namespace ApChaos.Suites.Engine.Reports;

[TestFixture]
public sealed class JunitReportTests
{
    [TestCaseSource(typeof(ReportTests), nameof(ReportTests.Samples))]
    public void Every_result_satisfies_the_schema_that_consumers_share(string sample) =>
        Assert.That(Errors(new JunitReport().ToText(ReportTests.Sample(sample))), Is.Empty);

    [TestCase("tests=\"4\"", "tests=\"many\"")]
    [TestCase("type=\"operation-hang\"", "kind=\"operation-hang\"")]
    [TestCase("classname=\"apchaos.documented\"", "class=\"apchaos.documented\"")]
    public void The_schema_sees_what_is_wrong(string right, string wrong) =>
        Assert.That(Errors(new JunitReport().ToText(SampleResults.Unexpected()).Replace(right, wrong, StringComparison.Ordinal)), Is.Not.Empty);

    [Test]
    public void A_case_is_a_cell_red_when_not_expected_or_stale_and_skipped_when_undecided()
    {
        XElement[] cases = [.. XDocument.Parse(new JunitReport().ToText(SampleResults.Open())).Descendants("testcase")];
        Assert.That(cases.Select(cell => (string)cell.Attribute("name")!), Is.EqualTo(
            ["vfio-ap-4.20 / guest-zapq", "vfio-ap-6.9 / guest-zapq", "golden / guest-zapq", "golden / slow-reset"]));
        Assert.That(cases.Select(cell => cell.Elements().FirstOrDefault()?.Name.LocalName), Is.EqualTo(["failure", null, "failure", "skipped"]));
        Assert.That((string)cases[0].Element("failure")!.Attribute("type")!, Is.EqualTo("stale"));
    }

    [Test]
    public void Seed_and_assumptions_are_properties_of_a_suite()
    {
        XElement suite = XDocument.Parse(new JunitReport().ToText(SampleResults.Unexpected())).Descendants("testsuite").Last();
        SortedDictionary<string, string> properties = new(
            suite.Descendants("property").ToDictionary(p => (string)p.Attribute("name")!, p => (string)p.Attribute("value")!), StringComparer.Ordinal);
        Assert.That((string)suite.Attribute("name")!, Is.EqualTo("irq-off-at-end"));
        Assert.That(properties["seed"], Is.EqualTo("apchaos"));
        Assert.That(properties["assumption.irq-off-point"], Is.EqualTo("at-async-end"));
    }

    [TestCaseSource(typeof(ReportTests), nameof(ReportTests.Samples))]
    public void A_failure_has_at_most_twenty_lines_and_the_command_that_replays_it(string sample)
    {
        foreach (XElement failure in XDocument.Parse(new JunitReport().ToText(ReportTests.Sample(sample))).Descendants("failure"))
        {
            Assert.That(failure.Value.Split('\n'), Has.Length.InRange(1, 20));
            if ((string)failure.Attribute("type")! != "stale")
                Assert.That(failure.Value, Does.Contain("apchaos replay "));
        }
    }

    private static List<string> Errors(string xml)
    {
        var schemas = new XmlSchemaSet();
        schemas.Add("", Repository.Absolute("Suites/Engine/Reports/junit.xsd"));
        var errors = new List<string>();
        XDocument.Parse(xml).Validate(schemas, (_, e) => errors.Add(e.Message));
        return errors;
    }
}
