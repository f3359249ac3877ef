using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ApChaos.Reports.Views;

/// <summary>The JSON of what is measured and not run as a campaign: the shape of <c>apchaos.result/1</c>, with <c>points</c>.</summary>
internal static class ViewJson
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Writes it.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="exitCode">Exit code.</param>
    /// <param name="cells">Cells, or none.</param>
    /// <param name="points">The points.</param>
    internal static string Of(string seed, int exitCode, JsonArray cells, JsonArray points) => new JsonObject
    {
        ["schema"] = JsonReport.Schema,
        ["seed"] = Clean(seed),
        ["verdict"] = exitCode == 0 ? "pass" : "undecided",
        ["exitCode"] = exitCode,
        ["cells"] = cells,
        ["points"] = points,
    }.ToJsonString(Layout) + "\n";

    /// <summary>A text in which half a surrogate pair, which no UTF-8 can hold, is U+FFFD.</summary>
    internal static string Clean(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
