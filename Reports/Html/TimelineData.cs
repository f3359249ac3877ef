using System.Text.Json;
using ApChaos.Campaigns;

namespace ApChaos.Reports.Html;

/// <summary>A timeline as JSON: columns of numbers, because a history may have 100,000 entries. Steps and times are differences.</summary>
internal sealed class TimelineData(Timeline timeline, TextTable texts)
{
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("things");
        foreach (var names in timeline.Things)
        {
            json.WriteStartArray();
            foreach (var name in names)
            {
                json.WriteNumberValue(texts.NumberOf(name));
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteNumber("violation", timeline.Violation);
        json.WriteNumber("cause", timeline.Cause);
        json.WriteStartArray("short");
        foreach (var (entry, leftOut) in timeline.Short)
        {
            json.WriteNumberValue(entry);
            json.WriteNumberValue(leftOut);
        }

        json.WriteEndArray();
        Column(json, "kind", entry => (long)entry.Kind);
        Differences(json, "step", entry => entry.Step);
        Differences(json, "time", entry => entry.TimeNs);
        Column(json, "actor", entry => entry.Actor);
        Column(json, "who", entry => texts.NumberOf(entry.Who));
        Column(json, "text", entry => texts.NumberOf(entry.Text));
        Pairs(json, "signs", entry => entry.Signs.Select(sign => ((long)sign.Thing, (long)sign.Sign)));
        Pairs(json, "changes", entry => entry.Changes.Select(change => ((long)change.Slot, change.Value)));
        json.WriteEndObject();
    }

    private void Column(Utf8JsonWriter json, string name, Func<TimelineEntry, long> value)
    {
        json.WriteStartArray(name);
        foreach (var entry in timeline.Entries)
        {
            json.WriteNumberValue(value(entry));
        }

        json.WriteEndArray();
    }

    private void Differences(Utf8JsonWriter json, string name, Func<TimelineEntry, long> value)
    {
        var before = 0L;
        Column(json, name, entry =>
        {
            var now = value(entry);
            var difference = now - before;
            before = now;
            return difference;
        });
    }

    /// <summary>For each entry a flat list of pairs.</summary>
    private void Pairs(Utf8JsonWriter json, string name, Func<TimelineEntry, IEnumerable<(long First, long Second)>> pairs)
    {
        json.WriteStartArray(name);
        foreach (var entry in timeline.Entries)
        {
            json.WriteStartArray();
            foreach (var (first, second) in pairs(entry))
            {
                json.WriteNumberValue(first);
                json.WriteNumberValue(second);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
