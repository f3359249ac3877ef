using System.Text.Json.Nodes;
using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Machine;
using ApChaos.Reports.Texts;

namespace ApChaos.Reports.Views;

/// <summary>What faults do at each instruction, alone and in pairs: as text and as JSON.</summary>
public static class PairsView
{
    private const int Indent = 14;

    /// <summary>A paragraph for each driver.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="settings">What the points shared.</param>
    /// <param name="firmware">Id of the firmware profile.</param>
    /// <param name="folder">The out folder as it was given; null when no replay files are written.</param>
    /// <returns>Plain lines of at most 100 columns.</returns>
    public static IReadOnlyList<string> Lines(IReadOnlyList<PairsOfDriver> found, PairSettings settings, string firmware, string? folder)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(settings);
        var page = new Page();
        page.Wrapped("", $"{VerdictText.Count(settings.Faults.Count, "fault")} on {VerdictText.Count(settings.Scenario.Topology.QueueCount, "queue")} and "
            + $"{VerdictText.Count(settings.Scenario.Topology.Guests.Count, "guest")}, firmware {PlainText.Of(firmware)}, {VerdictText.Count(settings.Schedules, "schedule")} a point; "
            + "each fault with its own options, right before the instruction");
        foreach (var driver in found)
        {
            page.Heading(PlainText.Of(driver.Driver.Id));
            WriteReached(page, driver, settings);
            WriteTogether(page, driver, settings, folder);
        }

        return page.Lines;
    }

    /// <summary>The same as JSON: a point for each fault at an instruction, and each pair that was not reached.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="settings">What the points shared.</param>
    /// <param name="firmware">Id of the firmware profile.</param>
    /// <param name="interrupted">Whether it was stopped before its end.</param>
    /// <returns>The text.</returns>
    public static string ToJson(IReadOnlyList<PairsOfDriver> found, PairSettings settings, string firmware, bool interrupted)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(settings);
        JsonArray cells = [];
        JsonArray points = [];
        foreach (var driver in found)
        {
            cells.Add((JsonNode)Cell(driver, settings, firmware));
            foreach (var alone in driver.Alone)
            {
                points.Add((JsonNode)new JsonObject
                {
                    ["driver"] = ViewJson.Clean(driver.Driver.Id),
                    ["fault"] = settings.Faults[alone.Point.Fault],
                    ["instruction"] = alone.Point.Place.Describe(settings.Scenario.Topology),
                    ["reached"] = alone.Fired,
                    ["bit"] = alone.Bit,
                    ["oracles"] = new JsonArray([.. Oracles(alone.Oracles, settings).Select(id => (JsonNode)id)]),
                });
            }
        }

        return ViewJson.Of(settings.Seed, interrupted ? 3 : 0, cells, points);
    }

    /// <summary>Ids of the oracles of a bit set.</summary>
    /// <param name="oracles">A bit per oracle.</param>
    /// <param name="settings">Has the catalogue.</param>
    /// <returns>The ids, in the order of the catalogue.</returns>
    public static IEnumerable<string> Oracles(ulong oracles, PairSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Catalogue.Oracles.Where((_, i) => ((oracles >> i) & 1) != 0).Select(oracle => oracle.Id);
    }

    private static void WriteReached(Page page, PairsOfDriver driver, PairSettings settings)
    {
        var topology = settings.Scenario.Topology;
        var missing = Missing(driver, topology);
        page.Wrapped("instructions".PadRight(Indent), $"{driver.Places.Count} reached, up to the {Ordinal(settings.NthMost)} of each kind"
            + (driver.Beyond > 0 ? $"; {driver.Beyond} later ones left out" : ""));
        page.Wrapped("never issued".PadRight(Indent), missing.Count == 0 ? "none" : string.Join(", ", missing));
        var lost = driver.Alone.Where(alone => !alone.Fired).ToList();
        page.Wrapped("alone".PadRight(Indent), $"{driver.Alone.Count - lost.Count} of {driver.Alone.Count} points reached, {driver.Alone.Count(alone => alone.Bit)} bent something, "
            + $"{driver.Alone.Count(alone => alone.Oracles != 0)} violated");
        foreach (var group in lost.GroupBy(alone => alone.Point.Place))
        {
            page.Wrapped("  not".PadRight(Indent), $"{group.Key.Describe(topology)}: {VerdictText.Count(group.Count(), "fault")}; it comes only with another fault");
        }

        page.Wrapped("in pairs".PadRight(Indent), $"{driver.Reached} of {driver.Made} pairs reached{(driver.IsComplete ? "" : $", of {driver.Pairs} that there are: it was stopped before its end")}");
        foreach (var group in driver.Missed.GroupBy(missed => missed.Lost).OrderByDescending(group => group.Count()).ThenBy(group => group.Key))
        {
            page.Wrapped("  not".PadRight(Indent), $"{group.Key.Describe(topology)}: {VerdictText.Count(group.Count(), "pair")} in which it does not come");
        }
    }

    private static void WriteTogether(Page page, PairsOfDriver driver, PairSettings settings, string? folder)
    {
        var topology = settings.Scenario.Topology;
        page.Wrapped("together".PadRight(Indent), driver.Together.Count == 0
            ? "no pair violates what neither of its faults violates alone"
            : $"{VerdictText.Count(driver.Together.Count, "oracle")} of which some pairs violate what neither of their faults violates alone:");
        foreach (var together in driver.Together)
        {
            page.Wrapped("  ", $"{settings.Catalogue.Oracles[together.Oracle].Id}: {VerdictText.Count(together.Pairs, "pair")}, in {together.Steps} steps by "
                + $"{Describe(together.First, settings, topology)} and {Describe(together.Second, settings, topology)}");
            if (folder is not null)
            {
                page.Command("    ", "apchaos", "replay", $"{folder.TrimEnd('/')}/failures/{together.History!.FileName}");
            }
        }
    }

    /// <summary>Kinds of instructions that no run has shown.</summary>
    private static List<string> Missing(PairsOfDriver driver, Topology topology) =>
    [
        .. from actor in PairPlace.Actors
           from op in PairPlace.Instructions
           from queue in Enumerable.Range(0, topology.QueueCount)
           where !driver.Places.Any(place => place.Actor == actor && place.Op == op && place.Queue == queue)
           select $"{PairPlace.Word(actor)}'s {OpText.Name(op)} {topology.ApqnOf(queue)}",
    ];

    private static string Describe(PairPoint point, PairSettings settings, Topology topology) =>
        $"{settings.Faults[point.Fault]} before the {point.Place.Describe(topology)}";

    private static string Ordinal(int number) => number switch { 1 => "1st", 2 => "2nd", 3 => "3rd", _ => $"{number}th" };

    private static JsonObject Cell(PairsOfDriver driver, PairSettings settings, string firmware)
    {
        var topology = settings.Scenario.Topology;
        return new JsonObject
        {
            ["driver"] = ViewJson.Clean(driver.Driver.Id),
            ["plan"] = "pairs",
            ["firmware"] = firmware,
            ["runs"] = driver.Runs,
            ["verdict"] = driver.Together.Count > 0 || driver.Alone.Any(alone => alone.Oracles != 0) ? "violated" : driver.IsComplete ? "safe" : "undecided",
            ["expected"] = true,
            ["upperBound95"] = null,
            ["violations"] = new JsonArray(),
            ["complete"] = driver.IsComplete,
            ["pairs"] = driver.Pairs,
            ["made"] = driver.Made,
            ["reached"] = driver.Reached,
            ["instructions"] = new JsonArray([.. driver.Places.Select(place => (JsonNode)place.Describe(topology))]),
            ["neverIssued"] = new JsonArray([.. Missing(driver, topology).Select(text => (JsonNode)text)]),
            ["together"] = new JsonArray([.. driver.Together.Select(together => (JsonNode)new JsonObject
            {
                ["oracle"] = settings.Catalogue.Oracles[together.Oracle].Id,
                ["pairs"] = together.Pairs,
                ["steps"] = together.Steps,
                ["first"] = Describe(together.First, settings, topology),
                ["second"] = Describe(together.Second, settings, topology),
            })]),
            ["unreached"] = Unreached(driver, settings),
        };
    }

    /// <summary>The pairs that never met: for each first point the second ones.</summary>
    private static JsonObject Unreached(PairsOfDriver driver, PairSettings settings)
    {
        var unreached = new JsonObject();
        foreach (var group in driver.Missed.GroupBy(missed => missed.First))
        {
            unreached[Describe(group.Key, settings, settings.Scenario.Topology)] =
                new JsonArray([.. group.Select(missed => (JsonNode)Describe(missed.Second, settings, settings.Scenario.Topology))]);
        }

        return unreached;
    }
}
