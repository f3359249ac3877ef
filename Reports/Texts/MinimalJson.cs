using System.Text.Json;
using ApChaos.Campaigns;
using ApChaos.Campaigns.Shrinking;
using ApChaos.Exploring.Shrinking;

namespace ApChaos.Reports.Texts;

/// <summary>What a violation was shrunk to, as JSON: an addition to <c>apchaos.result/1</c>. All of it is in the files that it names.</summary>
internal static class MinimalJson
{
    /// <summary>Writes it.</summary>
    internal static void Write(ViolationResult violation, ShrinkReport report, Utf8JsonWriter json)
    {
        json.WriteStartObject("minimal");
        json.WriteString("replay", violation.MinimalReplay);
        json.WriteString("certificate", violation.MinimalCertificate);
        json.WriteNumber("faults", report.After.Faults);
        json.WriteNumber("elements", report.After.Elements);
        json.WriteNumber("steps", report.After.Steps);
        json.WriteNumber("deviations", report.After.Deviations);
        json.WriteBoolean("finished", report.Finished);
        json.WriteBoolean("shortestProven", report.ShortestProven);
        json.WriteBoolean("globalMinimum", report.GlobalMinimum);
        json.WriteNumber("rows", report.Rows.Count);
        json.WriteNumber("rowsPass", report.Rows.Count(row => row.Verdict == MinimalityRow.Passes));
        json.WriteNumber("executions", report.Executions);
        json.WriteNumber("states", report.States);
        if (report.Twin is { } twin)
        {
            json.WriteNumber("twinAfterStep", twin.Twin.AfterStep);
        }
        else
        {
            json.WriteNull("twinAfterStep");
        }

        json.WriteNumber("pointOfNoReturn", report.PointOfNoReturn);
        json.WriteEndObject();
    }
}
