using System.Text.Json;

namespace ApChaos.Native;

/// <summary>What the model of the driver's surroundings takes for granted: assumptions.json.</summary>
public static class KernelAssumptions
{
    private static readonly JsonSerializerOptions _options = new() { ReadCommentHandling = JsonCommentHandling.Skip };

    /// <summary>Ids and what each says, in ordinal order of the ids.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new SortedDictionary<string, string>(
        JsonSerializer.Deserialize<SortedDictionary<string, string>>(ShimFiles.Text("assumptions.json"), _options)!,
        StringComparer.Ordinal);
}
