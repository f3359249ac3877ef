using System.ComponentModel;
using System.Text.Json.Serialization;
using ApChaos.Hosting;

namespace ApChaos.Campaigns;

/// <summary>
/// chaos.json, read and checked (design §5). This type, its attributes included, is the source of the JSON Schema:
/// <see cref="ChaosSchema"/> makes Harness/chaos.schema.json of it. Made by <see cref="ChaosConfigFile"/>.
/// </summary>
[Description("What apchaos runs: drivers × plans × firmware × runs, and what may be found.")]
public sealed record ChaosConfig
{
    /// <summary>Path of the schema, for editors.</summary>
    [JsonPropertyName("$schema")]
    [Description("Path of this schema; gives completion in editors.")]
    [Example("./Harness/chaos.schema.json")]
    public string? Schema { get; init; }

    /// <summary>Seed of everything that is drawn.</summary>
    [Description("Any text: the same seed and the same inputs give the same bytes, on every machine.")]
    [Example("apchaos")]
    [Length(1, 200)]
    public string Seed { get; init; } = "apchaos";

    /// <summary>Runs per cell.</summary>
    [Description("Runs per cell (driver × plan × firmware).")]
    [Example(2000)]
    [Between(1, RunsMax)]
    public int Runs { get; init; } = 2000;

    /// <summary>How the runs choose.</summary>
    [Description("How the runs choose: a strategy, perhaps with values of its options, NAME[:VALUE,…]. `apchaos list strategies` shows them.")]
    [Example("portfolio", "pct:3", "random-walk")]
    [Length(1, 200)]
    public string Strategy { get; init; } = StrategyReference.DefaultText;

    /// <summary>Shape of the emulated machine.</summary>
    [Description("Shape of the emulated machine.")]
    public TopologyConfig Topology { get; init; } = new();

    /// <summary>Driver ids, globs, <c>plugin:path.dll#Type</c>, or <c>script:path.csx</c>.</summary>
    [Description("Drivers under test: ids, globs over the ids (* and ?), plugin:path.dll#Type, or script:path.csx. `apchaos list drivers` shows the ids.")]
    [Example("vfio-ap-*", "golden", "plugin:bin/MyDriver.dll#MyNamespace.MyDriver")]
    [Items(1, 1000)]
    public IReadOnlyList<string> Drivers { get; init; } = ["*"];

    /// <summary>Firmware profile ids or globs.</summary>
    [Description("Firmware profiles: ids or globs. `apchaos list firmware` shows the ids.")]
    [Example("documented", "irq-off-at-end")]
    [Items(1, 1000)]
    public IReadOnlyList<string> Firmware { get; init; } = ["documented"];

    /// <summary>Plans.</summary>
    [Description("Plans: names or globs of the shipped ones, file:PATH.json, script:PATH.csx, or a plan written in place. `apchaos list plans` shows the names.")]
    [Items(1, 1000)]
    public IReadOnlyList<PlanReference> Plans { get; init; } = [new PlanReference("*")];

    /// <summary>Bounds of what a driver may do.</summary>
    [Description("How long things may take, in virtual time.")]
    public BudgetsConfig Budgets { get; init; } = new();

    /// <summary>What may be found, by <c>driver</c>, <c>driver@firmware</c> or <c>driver@firmware/plan</c>.</summary>
    [Description("What may be found: driver, driver@firmware or driver@firmware/plan (globs in each part) → oracle ids or globs. A cell may show the union of all keys that match it; anything else is exit 1.")]
    [Items(0, 1000)]
    public SortedDictionary<string, IReadOnlyList<string>> Expect { get; init; } = new(StringComparer.Ordinal);

    /// <summary>What is written, and where.</summary>
    [Description("What is written, and where.")]
    public ReportsConfig Reports { get; init; } = new();

    /// <summary>The text that it was read from, with positions for errors.</summary>
    [JsonIgnore]
    public ConfigSource Source { get; init; } = ConfigSource.None;

    /// <summary>Most runs per cell.</summary>
    public const int RunsMax = 10_000_000;

    /// <summary>Makes the error for a place in the file.</summary>
    /// <param name="message">What is wrong; expected what.</param>
    /// <param name="path">Property names and positions in lists, from the top.</param>
    /// <returns>The exception, with file, line and column.</returns>
    public InputException Error(string message, params ReadOnlySpan<object> path) => Source.Error(message, path);
}

/// <summary>Shape of the emulated machine.</summary>
public sealed record TopologyConfig
{
    /// <summary>Adapter ids.</summary>
    [Description("Adapter ids (APID), decimal.")]
    [Example(5, 6)]
    [Items(1, 64, Unique = true)]
    [Between(0, 255)]
    public IReadOnlyList<int> Adapters { get; init; } = [5, 6];

    /// <summary>Domain ids.</summary>
    [Description("Domain ids (APQI), decimal. Adapters × domains: at most 256 queues.")]
    [Example(4, 71)]
    [Items(1, 64, Unique = true)]
    [Between(0, 255)]
    public IReadOnlyList<int> Domains { get; init; } = [4, 71];

    /// <summary>Guests that run side by side.</summary>
    [Description("Guests (G1, G2, …), each with a matrix of its own.")]
    [Example(2)]
    [Between(1, 8)]
    public int Guests { get; init; } = 2;
}

/// <summary>How long things may take, in virtual time.</summary>
public sealed record BudgetsConfig
{
    /// <summary>How long a lock may be held.</summary>
    [Description("How long a lock may be held before lock-held-too-long speaks: a duration in virtual time.")]
    [Example("1s")]
    [Duration]
    public string LockHeld { get; init; } = "1s";

    /// <summary>How long a driver operation may take.</summary>
    [Description("How long a driver operation may take before the faults are lifted: a duration in virtual time.")]
    [Example("120s")]
    [Duration]
    public string Operation { get; init; } = "120s";
}

/// <summary>What is written, and where.</summary>
public sealed record ReportsConfig
{
    /// <summary>Folder of the reports, relative to the current folder.</summary>
    [Description("Folder of reports and replay files, relative to the current folder; --out replaces it.")]
    [Example("artifacts")]
    [Length(1, 1000)]
    public string Out { get; init; } = "artifacts";

    /// <summary>Ids of report formats.</summary>
    [Description("Report formats. `apchaos list reports` shows the ids.")]
    [Example("text", "json")]
    [Items(1, 20, Unique = true)]
    public IReadOnlyList<string> Formats { get; init; } = ["text", "json"];

    /// <summary>Envelope maps of the HTML report.</summary>
    [Description("Envelope maps of the HTML report: where each driver is safe, over one or two options of faults, as `apchaos sweep` finds it.")]
    [Items(0, 20)]
    public IReadOnlyList<SweepConfig> Sweeps { get; init; } = [];
}

/// <summary>One entry of <c>plans</c>: a name or glob, <c>file:PATH.json</c>, <c>script:PATH.csx</c> or just <c>PATH.csx</c>, or a plan written in place.</summary>
/// <param name="Text">The string as written; empty for a plan in place.</param>
public sealed record PlanReference(string Text)
{
    private static readonly string[] _filePrefixes = ["file:", "script:"];

    /// <summary>Whether it is a plan written in place; <see cref="Resolve"/> reads it.</summary>
    public bool IsInline { get; init; }

    /// <summary>Path of a plan file as written, relative to the folder of the configuration; null for other kinds.</summary>
    public string? File => Array.Find(_filePrefixes, prefix => Text.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix ? Text[prefix.Length..]
        : ScriptHost.IsScript(Text) ? Text
        : null;

    internal PlacedJson? Json { get; init; }

    /// <summary>The plans that it names.</summary>
    /// <param name="config">The configuration that it stands in.</param>
    /// <param name="position">Its position in <see cref="ChaosConfig.Plans"/>.</param>
    /// <param name="catalogue">The shipped plans, and the faults.</param>
    /// <param name="folder">Folder of the configuration.</param>
    /// <returns>At least one.</returns>
    public IReadOnlyList<Plan> Resolve(ChaosConfig config, int position, Catalogue catalogue, string folder)
    {
        try
        {
            return IsInline ? [new PlanReader(config.Source.File, catalogue).Read(Json!)]
                : File is { } path ? [PlanFile.Load(path, catalogue, folder)]
                : catalogue.FindPlans(Text);
        }
        catch (InputException e) when (e.Line == 0)
        {
            throw config.Error(e.Text, "plans", position);
        }
    }
}
