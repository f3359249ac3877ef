using System.Buffers;
using System.Text;
using System.Text.Json;
using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Campaigns.Shrinking;
using ApChaos.Reports.Texts;
using ApChaos.Running;

namespace ApChaos.Reports.Html;

/// <summary>
/// What the page knows, as JSON: one part for the campaign, one for each timeline, and the texts, which the others name by number.
/// </summary>
/// <remarks>The default encoder of the JSON writer escapes whatever is not plain ASCII, and whatever HTML gives a meaning to.</remarks>
internal sealed class PageData(CampaignResult result, HistorySelection histories, ShrinkReport? shrinking = null)
{
    private readonly TextTable _texts = new();
    private readonly List<(ViolationResult Violation, int Cell)> _violations =
        [.. result.Cells.SelectMany((cell, i) => cell.Violations.Select(violation => (violation, i)))];

    /// <summary>The parts: ids of their elements and their JSON.</summary>
    internal IEnumerable<(string Id, string Json)> Parts()
    {
        var parts = new List<(string, string)> { ("report", Json(WriteReport)) };
        for (var i = 0; i < histories.Timelines.Count; i++)
        {
            var timeline = histories.Timelines[i];
            parts.Add(($"history-{i}", Json(json => new TimelineData(timeline, _texts).Write(json))));
        }

        parts.Add(("texts", Json(json => WriteTexts(json, _texts.All))));
        return parts;
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            write(json);
        }

        return Encoding.ASCII.GetString(bytes.WrittenSpan);
    }

    private static void WriteTexts(Utf8JsonWriter json, IEnumerable<string> texts)
    {
        json.WriteStartArray();
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private void WriteReport(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", HtmlReport.Schema);
        json.WriteString("verdict", PlainText.Of(result.Verdict));
        json.WriteString("seed", PlainText.Of(result.Seed));
        json.WriteNumber("runsPerCell", result.RunsPerCell);
        json.WriteBoolean("interrupted", result.Interrupted);
        Strings(json, "lines", VerdictText.Lines(result));
        WriteFirmware(json);
        WriteCells(json);
        WriteViolations(json);
        WriteGroups(json);
        WriteFields(json);
        json.WriteNumber("timelines", histories.Timelines.Count);
        WriteWorth(json);
        json.WriteEndObject();
    }

    private void WriteFirmware(Utf8JsonWriter json)
    {
        json.WriteStartArray("firmware");
        foreach (var profile in result.Firmware)
        {
            json.WriteStartObject();
            json.WriteString("id", PlainText.Of(profile.Id));
            json.WriteString("summary", PlainText.Of(profile.Summary));
            json.WriteString("impossible", PlainText.Of(profile.SafetyImpossible));
            json.WriteStartArray("assumptions");
            foreach (var assumption in profile.Assumptions)
            {
                Numbers(json, null, _texts.NumberOf(assumption.Id), _texts.NumberOf(assumption.Meaning), _texts.NumberOf(assumption.Evidence));
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteCells(Utf8JsonWriter json)
    {
        json.WriteStartArray("cells");
        foreach (var cell in result.Cells)
        {
            json.WriteStartObject();
            json.WriteNumber("d", _texts.NumberOf(cell.Driver));
            json.WriteNumber("p", _texts.NumberOf(cell.Plan));
            json.WriteNumber("f", _texts.NumberOf(cell.Firmware));
            json.WriteNumber("runs", cell.Runs);
            json.WriteString("verdict", JsonReport.Word(cell.Verdict));
            json.WriteBoolean("expected", cell.Expected);
            if (cell.Reason is not null)
            {
                json.WriteNumber("reason", _texts.NumberOf(cell.Reason));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteViolations(Utf8JsonWriter json)
    {
        var stories = new Dictionary<string, int>(StringComparer.Ordinal);
        json.WriteStartArray("violations");
        foreach (var (violation, cell) in _violations)
        {
            // Where a violation was shrunk, all that is told is about its smallest history.
            var told = violation.Shrunk?.Violation ?? violation;
            var story = Json(inner => WriteStory(inner, told.History, _texts));
            if (!stories.TryGetValue(story, out var number))
            {
                number = stories.Count;
                stories.Add(story, number);
            }

            json.WriteStartObject();
            json.WriteNumber("o", _texts.NumberOf(violation.Oracle));
            json.WriteNumber("c", cell);
            json.WriteNumber("runs", violation.Runs);
            json.WriteBoolean("expected", violation.Expected);
            json.WriteNumber("q", _texts.NumberOf(told.Apqn));
            json.WriteString("time", VirtualTime.FormatInstant(told.TimeNs));
            json.WriteNumber("steps", told.Steps);
            json.WriteNumber("m", _texts.NumberOf(told.Message));
            json.WriteNumber("r", _texts.NumberOf(Command(violation.MinimalReplay ?? violation.Replay)));
            json.WriteNumber("story", number);
            json.WriteNumber("plan", _texts.NumberOf((violation.Shrunk?.Minimal ?? violation.File)?.Plan.Json));
            json.WriteNumber("history", histories.NumberOf(violation));
            if (violation.Shrunk is not null)
            {
                json.WriteNumber("found", _texts.NumberOf(Command(violation.Replay)));
            }

            if ((violation.Shrunk ?? shrinking) is { } report)
            {
                new ShrinkData(report, _texts).Write(json);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("stories");
        foreach (var (story, _) in stories.OrderBy(pair => pair.Value))
        {
            json.WriteRawValue(story, skipInputValidation: true);
        }

        json.WriteEndArray();
    }

    private static string? Command(string? replay) => replay is null ? null : $"apchaos replay {PlainText.Argument(replay)}";

    /// <summary>What the runs are worth, what they take for granted, and what they never came into.</summary>
    private void WriteWorth(Utf8JsonWriter json)
    {
        Pairs(json, "numbers", VerdictText.Numbers(result));
        Strings(json, "granted", result.Coverage is null
            ? []
            : [NumberAssumptions.UpperBound95, NumberAssumptions.UnseenMass, NumberAssumptions.Pct, NumberAssumptions.ShareExplored, NumberAssumptions.Reachable]);
        json.WriteStartArray("coverage");
        foreach (var driver in result.Coverage?.Drivers ?? [])
        {
            json.WriteStartObject();
            json.WriteNumber("d", _texts.NumberOf(driver.Driver));
            json.WriteNumber("of", driver.ReachedOfReachable);
            json.WriteNumber("reachable", driver.Reachable ?? 0);
            Numbers(json, "missed", [.. driver.Missed.Select(missed => (long)_texts.NumberOf(missed))]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Pairs(json, "driverAssumptions", result.DriverAssumptions.Select(assumption => (assumption.Key, assumption.Value)));
    }

    private void Pairs(Utf8JsonWriter json, string name, IEnumerable<(string First, string Second)> pairs)
    {
        json.WriteStartArray(name);
        foreach (var (first, second) in pairs)
        {
            Numbers(json, null, _texts.NumberOf(first), _texts.NumberOf(second));
        }

        json.WriteEndArray();
    }

    /// <summary>Writes lines of a history.</summary>
    internal static void WriteStory(Utf8JsonWriter json, IReadOnlyList<HistoryLine> lines, TextTable texts)
    {
        json.WriteStartArray();
        foreach (var line in lines)
        {
            Numbers(json, null, line.Step, line.TimeNs, texts.NumberOf(line.Actor), texts.NumberOf(line.Text), (int)line.Mark);
        }

        json.WriteEndArray();
    }

    private void WriteGroups(Utf8JsonWriter json)
    {
        var promises = new Promises(result);
        var positions = new Dictionary<ViolationResult, int>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < _violations.Count; i++)
        {
            positions[_violations[i].Violation] = i;
        }

        json.WriteStartArray("groups");
        foreach (var group in ViolationGroup.Of(result))
        {
            json.WriteStartObject();
            json.WriteNumber("d", _texts.NumberOf(group.Driver));
            json.WriteNumber("o", _texts.NumberOf(group.Oracle));
            json.WriteBoolean("expected", group.Expected);
            json.WriteNumber("shown", positions[group.Violation]);
            Numbers(json, "all", [.. group.Seen.Select(seen => (long)positions[seen.Violation])]);
            Numbers(json, "promises", [.. promises.Sentences(group).Select(sentence => (long)_texts.NumberOf(sentence))]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFields(Utf8JsonWriter json)
    {
        Strings(json, "things", Enum.GetValues<StateGroup>().Select(group => group.ToString().ToLowerInvariant()));
        json.WriteStartArray("fields");
        foreach (var field in StateField.All)
        {
            json.WriteStartObject();
            json.WriteNumber("g", (int)field.Group);
            json.WriteString("n", field.Name);
            json.WriteString("k", field.Kind.ToString().ToLowerInvariant());
            if (field.Words.Count > 0)
            {
                Strings(json, "w", field.Words);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WritePropertyName(name);
        WriteTexts(json, texts);
    }

    private static void Numbers(Utf8JsonWriter json, string? name, params ReadOnlySpan<long> numbers)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        json.WriteStartArray();
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
