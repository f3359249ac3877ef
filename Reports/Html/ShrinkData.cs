using System.Text.Json;
using ApChaos.Campaigns;
using ApChaos.Campaigns.Shrinking;
using ApChaos.Exploring.Shrinking;
using ApChaos.Reports.Texts;

namespace ApChaos.Reports.Html;

/// <summary>What shrinking came to, as JSON for the page: sizes, certificate, passing twin, and where it can no longer be saved.</summary>
internal sealed class ShrinkData(ShrinkReport report, TextTable texts)
{
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("shrunk");
        Text(json, "before", ShrinkText.Size(report.Before));
        Text(json, "after", ShrinkText.Size(report.After));
        json.WriteNumber("executions", report.Executions);
        json.WriteBoolean("finished", report.Finished);
        json.WriteBoolean("proven", report.ShortestProven);
        json.WriteBoolean("least", report.GlobalMinimum);
        WriteRows(json);
        if (report.Twin is { } twin)
        {
            WriteTwin(json, twin);
        }

        // The last place of a step is what is known when it is over.
        json.WriteStartArray("shares");
        foreach (var share in report.Continuations.GroupBy(share => share.AfterStep).Select(step => step.Last()))
        {
            json.WriteStartArray();
            json.WriteNumberValue(share.AfterStep);
            json.WriteNumberValue(share.Failed);
            json.WriteNumberValue(share.Runs);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteNumber("noReturn", report.PointOfNoReturn);
        json.WriteEndObject();
    }

    private void WriteRows(Utf8JsonWriter json)
    {
        json.WriteStartArray("rows");
        foreach (var row in report.Rows)
        {
            json.WriteStartObject();
            Text(json, "pass", row.Pass);
            Text(json, "element", row.Element);
            Text(json, "change", row.Change);
            json.WriteBoolean("later", row.Verdict == MinimalityRow.FailsLater);
            json.WriteNumber("histories", row.Histories);
            json.WriteBoolean("complete", row.Complete);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteTwin(Utf8JsonWriter json, TwinReport twin)
    {
        json.WriteStartObject("twin");
        json.WriteNumber("answer", twin.Twin.Place + 1);
        Text(json, "decides", JsonNamingPolicy.KebabCaseLower.ConvertName(twin.Twin.Label.ToString()));
        json.WriteNumber("afterStep", twin.Twin.AfterStep);
        json.WriteNumber("failing", twin.Twin.Failing);
        json.WriteNumber("passing", twin.Twin.Passing);
        WriteLines(json, "failingDoes", twin.Failing is null ? [] : [twin.Failing]);
        WriteLines(json, "passingDoes", twin.History);
        Text(json, "end", twin.End);
        json.WriteEndObject();
    }

    private void WriteLines(Utf8JsonWriter json, string name, IReadOnlyList<HistoryLine> lines)
    {
        json.WritePropertyName(name);
        PageData.WriteStory(json, lines, texts);
    }

    private void Text(Utf8JsonWriter json, string name, string text) => json.WriteNumber(name, texts.NumberOf(text));
}
