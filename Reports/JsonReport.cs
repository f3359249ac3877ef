using System.Text;
using System.Text.Json;
using ApChaos.Campaigns;
using ApChaos.Reports.Texts;

namespace ApChaos.Reports;

/// <summary>
/// The result as JSON, <c>apchaos.result/1</c> (design §5): tools depend on these names and their order. What the contract does not name
/// comes at the end of its object, so that a reader of the contract need not know it.
/// </summary>
/// <remarks>
/// Whatever is not plain ASCII, and whatever HTML gives a meaning to, is escaped: the text may be printed on a terminal or put into a page.
/// </remarks>
public sealed class JsonReport : ReportFormat
{
    /// <summary>Name and version of the format.</summary>
    public const string Schema = "apchaos.result/1";

    /// <inheritdoc/>
    public override string Id => "json";

    /// <inheritdoc/>
    public override string Summary => "the result for tools: apchaos.result/1";

    /// <inheritdoc/>
    public override string FileName => "result.json";

    /// <inheritdoc/>
    public override void Write(CampaignResult result, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(writer);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            WriteResult(result, json);
        }

        writer.Write(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
        writer.Write('\n');
    }

    /// <summary>A cell's verdict as the contract spells it.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <returns>For instance <c>safe</c>.</returns>
    public static string Word(CellVerdict verdict) => verdict switch
    {
        CellVerdict.Safe => "safe",
        CellVerdict.Violated => "violated",
        CellVerdict.Stale => "stale",
        _ => "undecided",
    };

    private static void WriteResult(CampaignResult result, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", Schema);
        Text(json, "seed", result.Seed);
        Text(json, "verdict", result.Verdict);
        json.WriteNumber("exitCode", result.ExitCode);
        json.WriteStartArray("cells");
        foreach (var cell in result.Cells)
        {
            WriteCell(cell, json);
        }

        json.WriteEndArray();
        json.WriteNumber("runsPerCell", result.RunsPerCell);
        json.WriteBoolean("interrupted", result.Interrupted);
        if (result.DriverAssumptions.Count > 0)
        {
            json.WriteStartObject("driverAssumptions");
            foreach (var (id, text) in result.DriverAssumptions)
            {
                Text(json, id, text);
            }

            json.WriteEndObject();
        }

        json.WriteStartArray("firmware");
        foreach (var firmware in result.Firmware)
        {
            WriteFirmware(firmware, json);
        }

        json.WriteEndArray();
        NumbersJson.Write(result, json);
        json.WriteEndObject();
    }

    private static void WriteCell(CellResult cell, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Text(json, "driver", cell.Driver);
        Text(json, "plan", cell.Plan);
        Text(json, "firmware", cell.Firmware);
        json.WriteNumber("runs", cell.Runs);
        json.WriteString("verdict", Word(cell.Verdict));
        json.WriteBoolean("expected", cell.Expected);
        if (cell.UpperBound95 is { } bound && double.IsFinite(bound))
        {
            json.WriteNumber("upperBound95", bound);
        }
        else
        {
            json.WriteNull("upperBound95");
        }

        json.WriteStartArray("violations");
        foreach (var violation in cell.Violations)
        {
            WriteViolation(violation, json);
        }

        json.WriteEndArray();
        if (cell.Explored is { } explored)
        {
            WriteExplored(explored, json);
        }

        Text(json, "reason", cell.Reason);
        if (cell.Confidence is { } confidence)
        {
            NumbersJson.Write(confidence, json);
        }

        json.WriteEndObject();
    }

    private static void WriteExplored(Explored explored, Utf8JsonWriter json)
    {
        json.WriteNumber("states", explored.States);
        json.WriteNumber("transitions", explored.Transitions);
        json.WriteBoolean("complete", explored.Complete);
        if (explored.Shortest is { } shortest)
        {
            json.WriteNumber("shortest", shortest);
        }
        else
        {
            json.WriteNull("shortest");
        }

        json.WriteNumber("depth", explored.Depth);
        json.WriteString("mode", ExploreText.Mode(explored.Mode));
        json.WriteNumber("collisionOdds", explored.CollisionOdds);
        if (explored.Ledger.Count > 0)
        {
            json.WriteStartArray("ledger");
            foreach (var row in explored.Ledger)
            {
                json.WriteStartObject();
                json.WriteString("name", row.Name);
                json.WriteNumber("states", row.States);
                json.WriteNumber("transitions", row.Transitions);
                json.WriteBoolean("complete", row.Complete);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static void WriteViolation(ViolationResult violation, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Text(json, "oracle", violation.Oracle);
        json.WriteNumber("runs", violation.Runs);
        Text(json, "apqn", violation.Apqn);
        json.WriteNumber("timeNs", violation.TimeNs);
        json.WriteNumber("steps", violation.Steps);
        Text(json, "message", violation.Message);
        Text(json, "replay", violation.Replay);
        json.WriteBoolean("expected", violation.Expected);
        if (violation.Shrunk is { } report)
        {
            MinimalJson.Write(violation, report, json);
        }

        json.WriteEndObject();
    }

    private static void WriteFirmware(FirmwareUsed firmware, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Text(json, "id", firmware.Id);
        Text(json, "summary", firmware.Summary);
        Text(json, "safetyImpossible", firmware.SafetyImpossible);
        json.WriteStartArray("assumptions");
        foreach (var assumption in firmware.Assumptions)
        {
            json.WriteStartObject();
            Text(json, "id", assumption.Id);
            Text(json, "knob", assumption.Knob);
            Text(json, "value", assumption.Value);
            Text(json, "meaning", assumption.Meaning);
            Text(json, "evidence", assumption.Evidence);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A text or null. Half a surrogate pair, which no UTF-8 can hold, becomes U+FFFD.</summary>
    private static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
        }
    }
}
