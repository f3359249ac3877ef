using ApChaos.Machine;

namespace ApChaos.Suites.Negative;

/// <summary>Firmware profiles of the trials: a shipped one, and what differs from it, as a profile file would say it.</summary>
internal static class Hardware
{
    /// <summary>The mildest profile: a reset is quick and turns interruption off at once.</summary>
    internal static FirmwareProfile Documented { get; } = BasedOn("documented", "");

    /// <summary>
    /// Where late stores come from: a reset takes 100 ms and turns interruption off only at its end, and a request that is under way
    /// may complete meanwhile.
    /// </summary>
    internal static FirmwareProfile LateInterrupts { get; } = BasedOn("irq-off-at-end", """
        "reset-duration": ["100ms"], "service-time": ["30ms"]
        """);

    /// <summary>The mildest profile with resets that take a given time.</summary>
    /// <param name="duration">For instance <c>100ms</c>.</param>
    /// <returns>The profile.</returns>
    internal static FirmwareProfile Resets(string duration) => BasedOn("documented", $"\"reset-duration\": [\"{duration}\"]");

    private static FirmwareProfile BasedOn(string profile, string knobs)
    {
        SortedDictionary<string, string> shipped = new(StringComparer.Ordinal);
        foreach (string name in FirmwareFile.LoadShipped().Select(one => one.Id))
        {
            using Stream stream = typeof(FirmwareFile).Assembly.GetManifestResourceStream($"Firmware/{name}.json")!;
            using var reader = new StreamReader(stream);
            shipped[name] = reader.ReadToEnd();
        }

        return FirmwareFile.Parse("trial", $$"""{ "summary": "of a trial", "basedOn": "{{profile}}", "knobs": { {{knobs}} } }""", shipped);
    }
}
