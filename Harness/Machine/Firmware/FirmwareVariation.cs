using System.Text.Json.Nodes;

namespace ApChaos.Machine;

/// <summary>Profiles that differ from another one in a few knobs.</summary>
public static class FirmwareVariation
{
    /// <summary>The knobs of a profile as a profile file has them.</summary>
    /// <param name="profile">The profile.</param>
    /// <returns>Each knob with its value: a word, or a list of durations.</returns>
    public static JsonObject KnobsOf(FirmwareProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var knobs = new JsonObject();
        foreach (var assumption in profile.Assumptions)
        {
            knobs[assumption.Knob] = ValueOf(assumption.Knob, assumption.Value);
        }

        return knobs;
    }

    /// <summary>A profile with other values of some knobs.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="id">Id of the new one.</param>
    /// <param name="summary">One line.</param>
    /// <param name="values">Knobs and their values, as assumptions write them: a word, or durations with commas.</param>
    /// <returns>The new profile; <see cref="FirmwareException"/> when a value is none of its knob.</returns>
    public static FirmwareProfile Of(FirmwareProfile profile, string id, string summary, params IEnumerable<(string Knob, string Value)> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var knobs = KnobsOf(profile);
        foreach (var (knob, value) in values)
        {
            knobs[knob] = ValueOf(knob, value);
        }

        var json = new JsonObject { ["summary"] = summary, ["knobs"] = knobs };
        return FirmwareFile.Parse(id, json.ToJsonString(), new SortedDictionary<string, string>(StringComparer.Ordinal));
    }

    private static JsonNode ValueOf(string knob, string value) => KnobCatalogue.Find(knob) is { DurationsMeaning: not null }
        ? new JsonArray([.. value.Split(',').Select(duration => (JsonNode)JsonValue.Create(duration)!)])
        : JsonValue.Create(value)!;
}
