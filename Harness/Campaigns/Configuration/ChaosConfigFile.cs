// Order of the checks: JSON at all, the schema, then what the schema cannot say. Whatever needs to know which drivers, plans, faults and
// firmware there are is checked by Campaign.Resolve.

using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using ApChaos.Abstractions;
using ApChaos.Hosting;
using ApChaos.Machine;

namespace ApChaos.Campaigns;

/// <summary>Finds and reads chaos.json.</summary>
public static class ChaosConfigFile
{
    /// <summary>Name of the file that is looked up in the current folder.</summary>
    public const string DefaultName = "chaos.json";

    /// <summary>Reads the configuration.</summary>
    /// <param name="path">Path as given, or null for chaos.json in the current folder.</param>
    /// <param name="folder">The current folder.</param>
    /// <returns>The configuration.</returns>
    public static ChaosConfig Load(string? path, string folder)
    {
        var shown = path ?? DefaultName;
        try
        {
            return Parse(shown, File.ReadAllBytes(Path.Combine(folder, shown)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && path is null)
        {
            throw new InputException(
                $"no {DefaultName} in the current folder; expected --config PATH, or a file {DefaultName} with, to begin with, "
                + "{ \"drivers\": [\"*\"], \"firmware\": [\"documented\"], \"plans\": [\"calm\"] } ('apchaos schema' prints all that it may hold)");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"there is no file {InputText.Quote(shown)}; expected the path of a configuration such as {DefaultName}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var why = Directory.Exists(Path.Combine(folder, shown)) ? "it is a folder" : e.Message.TrimEnd('.');
            throw new InputException($"the configuration {InputText.Quote(shown)} cannot be read: {why}; expected the path of a file such as {DefaultName}");
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="file">Path, as messages name it.</param>
    /// <param name="bytes">The text: JSON with comments, UTF-8.</param>
    /// <returns>The configuration.</returns>
    public static ChaosConfig Parse(string file, byte[] bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            throw new InputException("the file is not UTF-8; expected JSON in UTF-8", file, 1, 1);
        }

        var source = new ConfigSource(file, Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF'));
        SchemaCheck.Check(source);
        var config = JsonSerializer.Deserialize<ChaosConfig>(source.Text, ChaosJson.Options)!;
        config = config with
        {
            Source = source,
            Plans = [.. config.Plans.Select((plan, i) => plan.IsInline ? plan with { Json = PlansOf(source).Items[i] } : plan)],
        };
        CheckMeaning(config);
        return config;
    }

    private static PlacedJson PlansOf(ConfigSource source) => source.Root.Properties.Find(property => property.Name == "plans").Value;

    private static void CheckMeaning(ChaosConfig config)
    {
        var queues = config.Topology.Adapters.Count * config.Topology.Domains.Count;
        if (queues > Topology.QueuesMax)
        {
            throw config.Error(
                $"{config.Topology.Adapters.Count} adapters × {config.Topology.Domains.Count} domains are {queues} queues; expected at most {Topology.QueuesMax}",
                "topology");
        }

        CheckBudget(config, "lockHeld", config.Budgets.LockHeld);
        CheckBudget(config, "operation", config.Budgets.Operation);
        for (var i = 0; i < config.Plans.Count; i++)
        {
            CheckPlan(config, i);
        }
    }

    private static void CheckBudget(ChaosConfig config, string name, string text)
    {
        if (!VirtualTime.TryParse(text, out var ns, out var expected) || ns == 0)
        {
            throw config.Error($"'budgets/{name}' is {InputText.Quote(text)}; expected {(ns == 0 ? "more than nothing" : expected)}", "budgets", name);
        }
    }

    private static void CheckPlan(ChaosConfig config, int position)
    {
        var plan = config.Plans[position];
        if (plan.File is { Length: 0 })
        {
            throw config.Error($"{InputText.Quote(plan.Text)} names no file; expected file:PATH.json or script:PATH.csx", "plans", position);
        }
    }
}
