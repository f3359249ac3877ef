using System.Text;
using System.Text.Json;
using ApChaos.Exploring.Shrinking;
using ApChaos.Running;

namespace ApChaos.Campaigns.Shrinking;

/// <summary>What shrinking came to, as JSON (schema <c>apchaos.shrink/1</c>); additions come at the end of an object.</summary>
public static class ShrinkJson
{
    /// <summary>Name and version of the format.</summary>
    public const string Schema = "apchaos.shrink/1";

    /// <summary>Writes a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="replay">Path of the smaller replay file, as it was given.</param>
    /// <param name="certificate">Path of the certificate, or null.</param>
    /// <returns>JSON with LF.</returns>
    public static string Write(ShrinkReport report, string replay, string? certificate)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("oracle", report.Minimal.Oracle);
            json.WriteString("driver", report.Minimal.DriverId);
            json.WriteString("message", report.Violation.Message);
            json.WriteString("replay", replay);
            json.WriteString("certificate", certificate);
            json.WriteString("hash", TraceHash.Format(report.Minimal.Hash));
            json.WriteBoolean("finished", report.Finished);
            json.WriteBoolean("shortestProven", report.ShortestProven);
            json.WriteNumber("executions", report.Executions);
            WriteSize(json, "before", report.Before);
            WriteSize(json, "after", report.After);
            WriteRows(json, report.Rows);
            WriteTwin(json, report.Twin);
            WriteContinuations(json, report);
            json.WriteBoolean("globalMinimum", report.GlobalMinimum);
            json.WriteNumber("states", report.States);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length) + "\n";
    }

    private static void WriteSize(Utf8JsonWriter json, string name, HistorySize size)
    {
        json.WriteStartObject(name);
        json.WriteNumber("faults", size.Faults);
        json.WriteNumber("elements", size.Elements);
        json.WriteNumber("steps", size.Steps);
        json.WriteNumber("deviations", size.Deviations);
        json.WriteEndObject();
    }

    private static void WriteRows(Utf8JsonWriter json, IReadOnlyList<MinimalityRow> rows)
    {
        json.WriteStartArray("rows");
        foreach (var row in rows)
        {
            json.WriteStartObject();
            json.WriteString("pass", row.Pass);
            json.WriteString("element", row.Element);
            json.WriteString("change", row.Change);
            json.WriteString("verdict", row.Verdict);
            json.WriteNumber("histories", row.Histories);
            json.WriteBoolean("complete", row.Complete);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTwin(Utf8JsonWriter json, TwinReport? twin)
    {
        if (twin is null)
        {
            json.WriteNull("twin");
            return;
        }

        json.WriteStartObject("twin");
        json.WriteNumber("answer", twin.Twin.Place + 1);
        json.WriteString("decides", JsonNamingPolicy.KebabCaseLower.ConvertName(twin.Twin.Label.ToString()));
        json.WriteNumber("afterStep", twin.Twin.AfterStep);
        json.WriteNumber("failing", twin.Twin.Failing);
        json.WriteNumber("passing", twin.Twin.Passing);
        json.WriteString("failingDoes", twin.Failing is null ? null : $"{twin.Failing.Actor}: {twin.Failing.Text}");
        json.WriteString("passingDoes", twin.Passing is null ? null : $"{twin.Passing.Actor}: {twin.Passing.Text}");
        json.WriteString("end", twin.End);
        json.WriteString("choices", string.Join(' ', twin.Twin.Choices));
        json.WriteEndObject();
    }

    private static void WriteContinuations(Utf8JsonWriter json, ShrinkReport report)
    {
        json.WriteStartArray("continuations");
        foreach (var share in report.Continuations)
        {
            json.WriteStartObject();
            json.WriteNumber("answers", share.Place);
            json.WriteNumber("afterStep", share.AfterStep);
            json.WriteNumber("runs", share.Runs);
            json.WriteNumber("failed", share.Failed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("pointOfNoReturn", report.PointOfNoReturn);
    }
}
