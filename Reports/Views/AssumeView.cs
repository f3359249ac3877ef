using System.Text.Json.Nodes;
using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Reports.Texts;

namespace ApChaos.Reports.Views;

/// <summary>Which promises of the hardware drivers need: as a table with counterexamples, and as JSON.</summary>
public static class AssumeView
{
    private const int SetsMax = 5;

    /// <summary>The table, the counterexamples, and the evidence of each promise.</summary>
    /// <param name="drivers">Ids of the drivers that were asked for.</param>
    /// <param name="found">For each its promises, or null when it was not done.</param>
    /// <param name="settings">Seed, runs and oracles.</param>
    /// <param name="plans">Names of the plans.</param>
    /// <returns>Plain lines of at most 100 columns.</returns>
    public static IReadOnlyList<string> Lines(
        IReadOnlyList<string> drivers, IReadOnlyList<PromisesOfDriver?> found, ProbeSettings settings, IReadOnlyList<string> plans)
    {
        ArgumentNullException.ThrowIfNull(drivers);
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(settings);
        var page = new Page();
        page.Wrapped("", $"{settings.Oracles.Count} oracles stay silent in {string.Join(", ", plans)}, {settings.Runs} runs a question, if and only if the hardware promises "
            + "one of these sets; whatever is not named is at its worst.");
        page.Gap();
        var width = Math.Min(32, drivers.Max(driver => PlainText.Of(driver).Length)) + 2;
        for (var i = 0; i < drivers.Count; i++)
        {
            WriteSets(page, PlainText.Short(PlainText.Of(drivers[i]), 32).PadRight(width), found[i]);
        }

        page.Heading("When one of them is denied");
        foreach (var driver in found.OfType<PromisesOfDriver>())
        {
            foreach (var needed in driver.Sets.Take(SetsMax).SelectMany(set => set).Where(needed => needed.Counterexample is not null).DistinctBy(needed => needed.Promise.Id))
            {
                page.Wrapped($"{PlainText.Short(PlainText.Of(driver.Driver), 32).PadRight(width)}", $"without {needed.Promise.Id}: {Hit(needed.Counterexample!)}");
            }
        }

        page.Heading("What the promises rest on");
        foreach (var promise in found.OfType<PromisesOfDriver>().SelectMany(driver => driver.Sets).SelectMany(set => set).Select(needed => needed.Promise).DistinctBy(promise => promise.Id))
        {
            page.Wrapped("", promise.Id);
            page.Wrapped("    ", $"{promise.Meaning}; its denial is {promise.Denied} [{promise.Evidence}]");
        }

        page.Gap();
        var done = found.OfType<PromisesOfDriver>().ToList();
        page.Wrapped("", $"Found by dualization, not by enumeration: {done.Sum(driver => driver.Questions)} of {(1UL << PromiseSearch.All.Count) * (ulong)done.Count} sets were asked about. "
            + $"{done.Sum(driver => driver.Samples)} larger sets test that more promises are never worse: {Contradictions(done.Sum(driver => driver.Contradictions))}.");
        return page.Lines;
    }

    /// <summary>The promises as JSON: a point for each driver.</summary>
    /// <param name="found">The promises.</param>
    /// <param name="settings">Seed, runs and oracles.</param>
    /// <returns>The text.</returns>
    public static string ToJson(IReadOnlyList<PromisesOfDriver?> found, ProbeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(settings);
        return ViewJson.Of(settings.Seed, found.All(driver => driver is { IsComplete: true }) ? 0 : 3, [], [.. found.OfType<PromisesOfDriver>().Select(Json)]);
    }

    /// <summary>The minimal sets of a driver, each on one line.</summary>
    internal static IReadOnlyList<string> Sets(PromisesOfDriver driver) => driver.Sets.Count == 0
        ? [$"nothing helps: {(driver.Without is { } hit ? Hit(hit) : "it is violated with every promise kept")}"]
        : [.. driver.Sets.Select(set => set.Count == 0 ? "always" : string.Join(" and ", set.Select(Name)))];

    private static void WriteSets(Page page, string label, PromisesOfDriver? driver)
    {
        if (driver is null)
        {
            page.Line(label + "not reached");
            return;
        }

        var sets = Sets(driver);
        for (var i = 0; i < Math.Min(SetsMax, sets.Count); i++)
        {
            page.Wrapped(i == 0 ? label : new string(' ', label.Length - 3) + "or ", sets[i]);
        }

        if (sets.Count > SetsMax)
        {
            page.Wrapped(new string(' ', label.Length), $"(and {VerdictText.Count(sets.Count - SetsMax, "larger set")}; --json has all)");
        }

        if (!driver.IsComplete)
        {
            page.Wrapped(new string(' ', label.Length), "(the search was stopped: there may be more)");
        }
    }

    /// <summary>A promise in short: for a duration, how much of it is needed.</summary>
    private static string Name(NeededPromise needed) => needed.BoundNs is { } bound ? $"{needed.Promise.Knob}<={VirtualTime.Format(bound)}" : needed.Promise.Id;

    private static string Hit(ProbeHit hit) => $"{PlainText.Of(hit.Oracle)} at step {hit.Steps}, {VirtualTime.FormatInstant(hit.TimeNs)}";

    private static string Contradictions(int count) => count == 0 ? "none is" : $"{count} {(count == 1 ? "is" : "are")}, so take the sets with care";

    private static JsonObject Json(PromisesOfDriver driver) => new()
    {
        ["driver"] = ViewJson.Clean(driver.Driver),
        ["complete"] = driver.IsComplete,
        ["questions"] = driver.Questions,
        ["samples"] = driver.Samples,
        ["contradictions"] = driver.Contradictions,
        ["sets"] = new JsonArray([.. driver.Sets.Select(set => new JsonArray([.. set.Select(needed => new JsonObject
        {
            ["assumption"] = needed.Promise.Id,
            ["boundNs"] = needed.BoundNs,
            ["evidence"] = needed.Promise.Evidence,
            ["counterexample"] = needed.Counterexample is not { } hit ? null : new JsonObject
            {
                ["oracle"] = hit.Oracle, ["steps"] = hit.Steps, ["timeNs"] = hit.TimeNs,
            },
        })]))]),
    };
}
