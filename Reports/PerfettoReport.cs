using System.Text;
using System.Text.Json;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Reports.Texts;

namespace ApChaos.Reports;

/// <summary>
/// Histories as trace events, for the viewers of Chrome and Perfetto: a process for each violation, with lanes for actors, faults, queues,
/// pages and locks. Times are virtual, in microseconds.
/// </summary>
/// <remarks>The histories are run again from their records; a result without records has none.</remarks>
public sealed class PerfettoReport : ReportFormat
{
    private const int HistoriesMax = 40;

    /// <inheritdoc/>
    public override string Id => "perfetto";

    /// <inheritdoc/>
    public override string Summary => "histories of violations as lanes on a time axis: Chrome trace event JSON, for ui.perfetto.dev";

    /// <inheritdoc/>
    public override string FileName => "histories.trace.json";

    /// <inheritdoc/>
    public override void Write(CampaignResult result, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(writer);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("displayTimeUnit", "ms");
            json.WriteStartArray("traceEvents");
            var process = 0;
            foreach (var group in ViolationGroup.Of(result).Where(group => group.Violation.File is not null).Take(HistoriesMax))
            {
                WriteHistory(new TraceEvents(json, ++process), group);
            }

            json.WriteEndArray();
            json.WriteStartObject("otherData");
            json.WriteString("seed", PlainText.Of(result.Seed));
            json.WriteString("verdict", PlainText.Of(result.Verdict));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        writer.Write(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
        writer.Write('\n');
    }

    private static void WriteHistory(TraceEvents events, ViolationGroup group)
    {
        var file = group.Violation.File!;
        events.Process($"{group.Driver}: {group.Oracle} ({group.Cell.Plan} under {group.Cell.Firmware})");
        DriverEntry driver;
        try
        {
            driver = DriverSource.Resolve(file.Driver, Catalogue.Shipped)[0];
        }
        catch (InputException)
        {
            // A plugin that is not where it was: its history is named, and is empty.
            return;
        }

        events.Write(HistoryRecording.Of(file, driver, Catalogue.Shipped));
    }
}
