using System.Text;
using System.Text.Json;
using ApChaos.Abstractions;

namespace ApChaos.Hosting;

/// <summary>
/// Reads plans: <c>{ "name": …, "summary": …, "beyond": [oracles], "swarm": { "armed": chance, "firing": chance }, "faults": [ { "fault": id, "on": trigger, option: value or { "oneOf": [values] } } ] }</c>.
/// The same shape stands in files and inside chaos.json; a script (*.csx) makes it.
/// </summary>
public static class PlanFile
{
    private const string ResourcePrefix = "Plans/";
    private const string Extension = ".json";
    private const int FileBytesMax = 8 << 20;

    /// <summary>Reads a plan from its text.</summary>
    /// <param name="json">The text; may be preceded by blanks and line ends, so that places are those of a larger file.</param>
    /// <param name="file">The file, as messages name it, or null.</param>
    /// <param name="catalogue">The known faults.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="InputException">The text is no plan: with line and column.</exception>
    public static Plan Parse(string json, string? file, Catalogue catalogue) => new PlanReader(file, catalogue).Read(PlacedJson.Parse(json, file));

    /// <summary>Reads a plan from a file: JSON, or a script (*.csx).</summary>
    /// <param name="path">The path, as messages name it.</param>
    /// <param name="catalogue">The known faults.</param>
    /// <param name="folder">Folder that the path is relative to; null for the current one.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="InputException">There is no such file, or it has no plan.</exception>
    public static Plan Load(string path, Catalogue catalogue, string? folder = null)
    {
        var text = TextFile.Read(path, folder, "plan file", "the path of a plan (*.json, *.csx)", FileBytesMax);
        return Read(text, path, catalogue);
    }

    /// <summary>Reads a plan from its text: a script when the name of its file says so, otherwise JSON.</summary>
    internal static Plan Read(string text, string file, Catalogue catalogue) =>
        ScriptHost.IsScript(file) ? ScriptHost.Default.ReadPlan(text, file, catalogue) : Parse(text, file, catalogue);

    internal static bool IsPlanResource(string name) =>
        name.StartsWith(ResourcePrefix, StringComparison.Ordinal) && (name.EndsWith(Extension, StringComparison.Ordinal) || ScriptHost.IsScript(name));

    /// <summary>Whether a resource may hold a plan: it has the plan's name.</summary>
    internal static bool IsResourceOf(string plan, string name) => name == ResourcePrefix + plan + Extension || name == ResourcePrefix + plan + ScriptHost.Extension;

    /// <summary>The canonical text.</summary>
    internal static string Write(string name, string summary, IReadOnlyList<string> beyond, Swarm? swarm, IEnumerable<PlannedFault> faults)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("summary", summary);
            if (beyond.Count > 0)
            {
                // Left out when it says nothing: most plans ask for nothing that a correct driver cannot survive.
                writer.WriteStartArray("beyond");
                foreach (var oracle in beyond)
                {
                    writer.WriteStringValue(oracle);
                }

                writer.WriteEndArray();
            }

            if (swarm is not null)
            {
                writer.WriteStartObject("swarm");
                writer.WriteNumber("armed", swarm.ArmedPermille / 1000m);
                writer.WriteNumber("firing", swarm.FiringPermille / 1000m);
                writer.WriteEndObject();
            }

            writer.WriteStartArray("faults");
            foreach (var fault in faults)
            {
                writer.WriteStartObject();
                writer.WriteString("fault", fault.Fault.Id);
                TriggerReader.Write(writer, "on", fault.Trigger);
                for (var i = 0; i < fault.Values.Count; i++)
                {
                    OptionReader.Write(writer, fault.Fault.Options[i], fault.Values[i]);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
