using System.Globalization;
using System.Text;
using System.Xml;
using ApChaos.Campaigns;
using ApChaos.Reports.Texts;

namespace ApChaos.Reports;

/// <summary>
/// The result as JUnit XML, for the test views of GitHub, GitLab and Jenkins: one suite a firmware profile, one test case a cell.
/// </summary>
/// <remarks>
/// Red, a <c>failure</c>: what was found and not expected, and a plan that is stale. Neither red nor green, <c>skipped</c>: a cell that is
/// undecided. Green: safe, or violated as expected; <c>system-out</c> says which. Seed and assumptions are properties of the suite. There is no
/// clock: every time is 0.
/// </remarks>
public sealed class JunitReport : ReportFormat
{
    private const string NoTime = "0";

    /// <inheritdoc/>
    public override string Id => "junit";

    /// <inheritdoc/>
    public override string Summary => "the result for test views (GitHub, GitLab, Jenkins): JUnit XML, a test case a cell";

    /// <inheritdoc/>
    public override string FileName => "junit.xml";

    /// <inheritdoc/>
    public override void Write(CampaignResult result, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(writer);
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) }))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteAttributeString("name", "apchaos");
            WriteCounts(xml, result.Cells);
            foreach (var suite in result.Cells.GroupBy(cell => cell.Firmware))
            {
                WriteSuite(xml, result, suite.Key, [.. suite]);
            }

            xml.WriteEndElement();
        }

        writer.Write(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
        writer.Write('\n');
    }

    private static void WriteSuite(XmlWriter xml, CampaignResult result, string firmware, IReadOnlyList<CellResult> cells)
    {
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", PlainText.Of(firmware));
        WriteCounts(xml, cells);
        xml.WriteStartElement("properties");
        Property(xml, "seed", result.Seed);
        Property(xml, "runsPerCell", result.RunsPerCell.ToString(CultureInfo.InvariantCulture));
        Property(xml, "interrupted", result.Interrupted ? "true" : "false");
        foreach (var profile in result.Firmware.Where(profile => profile.Id == firmware))
        {
            Property(xml, "firmware", profile.Summary);
            if (profile.SafetyImpossible is { } why)
            {
                Property(xml, "safetyImpossible", why);
            }

            foreach (var assumption in profile.Assumptions)
            {
                Property(xml, $"assumption.{assumption.Knob}", assumption.Value);
            }
        }

        xml.WriteEndElement();
        foreach (var cell in cells)
        {
            WriteCase(xml, cell);
        }

        xml.WriteEndElement();
    }

    private static void WriteCase(XmlWriter xml, CellResult cell)
    {
        xml.WriteStartElement("testcase");

        // Jenkins takes what stands before the last full stop for a package: names with versions stay out of it.
        xml.WriteAttributeString("classname", "apchaos." + PlainText.Of(cell.Firmware).Replace('.', '_'));
        xml.WriteAttributeString("name", $"{PlainText.Of(cell.Driver)} / {PlainText.Of(cell.Plan)}");
        xml.WriteAttributeString("time", NoTime);
        if (IsFailure(cell))
        {
            var broken = cell.Violations.Where(violation => !violation.Expected).ToList();
            xml.WriteStartElement("failure");
            xml.WriteAttributeString("message", broken.Count == 0
                ? $"{JsonReport.Word(cell.Verdict)}: {PlainText.Of(cell.Reason)}"
                : $"{PlainText.Of(broken[0].Oracle)}: {PlainText.Of(broken[0].Message)}");
            xml.WriteAttributeString("type", broken.Count == 0 ? JsonReport.Word(cell.Verdict) : PlainText.Of(broken[0].Oracle));
            xml.WriteString(string.Join('\n', FailureText.Lines(cell)));
            xml.WriteEndElement();
        }
        else if (IsOpen(cell))
        {
            xml.WriteStartElement("skipped");
            xml.WriteAttributeString("message", $"{JsonReport.Word(cell.Verdict)}: {PlainText.Of(cell.Reason)}");
            xml.WriteEndElement();
        }

        if (cell.Violations.Any(violation => violation.Expected))
        {
            xml.WriteElementString("system-out", string.Join('\n', cell.Violations.Where(violation => violation.Expected)
                .Select(violation => $"expected: {PlainText.Of(violation.Oracle)}, {violation.Runs} of {VerdictText.Count(cell.Runs, "run")}")));
        }

        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, IReadOnlyCollection<CellResult> cells)
    {
        Attribute(xml, "tests", cells.Count);
        Attribute(xml, "failures", cells.Count(IsFailure));
        Attribute(xml, "errors", 0);
        Attribute(xml, "skipped", cells.Count(cell => !IsFailure(cell) && IsOpen(cell)));
        xml.WriteAttributeString("time", NoTime);
    }

    private static bool IsFailure(CellResult cell) => !cell.Expected || cell.Verdict == CellVerdict.Stale;

    private static bool IsOpen(CellResult cell) => cell.Verdict == CellVerdict.Undecided;

    private static void Attribute(XmlWriter xml, string name, int number) => xml.WriteAttributeString(name, number.ToString(CultureInfo.InvariantCulture));

    private static void Property(XmlWriter xml, string name, string value)
    {
        xml.WriteStartElement("property");
        xml.WriteAttributeString("name", PlainText.Of(name));
        xml.WriteAttributeString("value", PlainText.Of(value));
        xml.WriteEndElement();
    }
}
