using System.CommandLine;
using System.Globalization;
using ApChaos.Campaigns;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Reports;
using ApChaos.Running;

namespace ApChaos.Cli.Verbs;

/// <summary>Explores cells exhaustively within bounds.</summary>
internal sealed class ExploreVerb : Verb
{
    private const int LinesMax = 20;
    private const string Folder = "explored";

    // What is explored when no configuration says otherwise: both sides of the thread's argument.
    private const string DefaultConfig = """{ "drivers": ["*"], "firmware": ["irq-off-at-once", "irq-off-at-end"], "plans": ["calm"] }""";

    private static readonly string[] DefaultFirmware = ["irq-off-at-once", "irq-off-at-end"];

    private readonly Option<string> _states = new("--states") { HelpName = "N", Description = "Most states of a cell (default: 20000000)." };
    private readonly Option<string> _depth = new("--depth") { HelpName = "N", Description = "Most steps of a history (default: 1000000)." };
    private readonly Option<string> _memory = new("--memory") { HelpName = "8GiB", Description = "Most memory of a cell (default: 8GiB)." };
    private readonly Option<string> _set = new("--set") { HelpName = "KIND", Description = "What is remembered of a state: exact (default), fingerprint64 or fingerprint128." };
    private readonly Option<string> _scenario = new("--scenario") { HelpName = "N", Description = "The N-th drawn scenario of the configured topology, from 0 to 7, in place of the thread's model." };
    private readonly Option<string[]> _without = new("--without")
    {
        HelpName = "REDUCTION",
        Description = $"Switch off what keeps it small: {string.Join(", ", ReductionNames.All.Select(pair => pair.Name))}. Repeatable.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _ledger = new("--ledger") { Description = "Explore once more without each reduction and with each kind of --set, and show what each saves." };
    private readonly Option<bool> _reexecute = new("--re-execute") { Description = "Make the way to each state again by real code; chosen by itself for drivers whose code cannot be saved." };

    public override string Name => "explore";

    public override string Summary => "Explore every schedule, hardware timing and fault choice: proves safe within bounds, or gives the shortest counterexample.";

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("apchaos explore", "all drivers in the thread's model: one queue, a guest and its successor, resets of 0 to 3 polls"),
        ("apchaos explore --driver vfio-ap-2019-v2 --firmware irq-off-at-end", "the shortest way from the patch of 2019 to a late store"),
        ("apchaos explore --plan thread-scenario-2 --driver golden", "another plan on the same queue and guests"),
        ("apchaos explore --driver golden --ledger", "what memory of code, interning, symmetry, relative time and fingerprints save"),
        ("apchaos explore --driver plugin:my.dll#My --re-execute --states 50000", "a driver that keeps state of its own: slower, with real code all the way"),
        ("apchaos explore --scenario 0 --plan calm --states 5000000", "a drawn scenario of the configured topology, as far as the bound goes"),
    ];

    public override void Declare(Command command)
    {
        foreach (var option in new Option[] { _states, _depth, _memory, _set, _without, _ledger, _reexecute, _scenario })
        {
            command.Options.Add(option);
        }
    }

    public override int Run(VerbCall call)
    {
        var context = call.Context;
        var task = Resolve(call);
        using var watchdog = new Watchdog(alarm => context.Abandon(
            alarm.Message, task.Campaign.Catalogue.Drivers.Any(driver => driver.Id == alarm.Driver) ? ExitCode.OwnFault : ExitCode.WrongInput));
        var view = call.Shared.Quiet ? null : new ExploreView(context.Errors);
        var result = new ExploreRunner(task, watchdog).Run(call.Shared.Workers, call.Shared.Budget, view is null ? null : view.Report, context.Stop);
        result = WithReplayPaths(result, task.Campaign.Out);
        foreach (var violation in result.Cells.SelectMany(cell => cell.Violations))
        {
            ResultFiles.Write(context.PathOf(violation.Replay!), ReplayJson.Write(violation.File!));
        }

        var output = call.Shared.Json == SharedValues.StandardOutput ? context.Errors : context.Output;
        if (call.Shared.Json is { } path)
        {
            var text = new JsonReport().ToText(result);
            if (path == SharedValues.StandardOutput)
            {
                context.Output.Write(text);
            }
            else
            {
                ResultFiles.Write(context.PathOf(path), text);
            }
        }

        foreach (var line in Lines(result, call.Shared.Quiet).Concat(result.Cells.SelectMany(ExploreText.Ledger)))
        {
            output.WriteLine(line);
        }

        return context.Stop.IsCancellationRequested && result.Interrupted ? ExitCode.Interrupted : result.ExitCode;
    }

    /// <summary>A line for each cell, and the shortest counterexample when there is room for it; when something is wrong, twenty at most.</summary>
    private static List<string> Lines(CampaignResult result, bool quiet)
    {
        var shown = result.Cells.Where(cell => cell.Verdict == CellVerdict.Violated)
            .OrderBy(cell => cell.Expected).ThenBy(cell => cell.Explored!.Shortest).FirstOrDefault();
        List<string> shortest = shown is null ? [] : [.. ExploreText.Shortest(shown)];
        List<string> cells = [.. (quiet ? result.Cells.Where(cell => !cell.Expected || cell.Verdict is CellVerdict.Undecided or CellVerdict.Stale) : result.Cells).Select(ExploreText.Line)];
        if (quiet && cells.Count == 0)
        {
            return [];
        }

        if (result.ExitCode == ExitCode.Differs && cells.Count + shortest.Count > LinesMax)
        {
            var room = LinesMax - shortest.Count - 1;
            var first = result.Cells.Where(cell => !cell.Expected).Concat(result.Cells.Where(cell => cell.Expected)).Select(ExploreText.Line).Take(room);
            cells = [.. first, $"and {result.Cells.Count - room} cells more; --json - shows all"];
        }

        return [.. cells, .. shortest];
    }

    private ExploreTask Resolve(VerbCall call)
    {
        var (context, overrides) = (call.Context, call.Shared.Overrides);
        if (overrides.Strategy is not null)
        {
            throw new InputException("--strategy has no meaning here: exploration makes every choice, breadth first; expected no --strategy");
        }

        var options = ReadOptions(call.Parsed);
        if (options.Reexecutes && call.Parsed.GetValue(_ledger))
        {
            throw new InputException("--ledger has no meaning with --re-execute, which reduces nothing; expected one of them");
        }

        var number = Number("--scenario", call.Parsed.GetValue(_scenario), 0, ScenarioFaker.PerCell - 1);
        var isThere = call.Shared.Config is not null || File.Exists(context.PathOf(ChaosConfigFile.DefaultName));
        var config = isThere
            ? ChaosConfigFile.Load(call.Shared.Config, context.Folder)
            : ChaosConfigFile.Parse(ChaosConfigFile.DefaultName, System.Text.Encoding.UTF8.GetBytes(DefaultConfig));
        var model = ThreadModel.Plan(Catalogue.Shipped);
        overrides = overrides with
        {
            Plans = overrides.Plans.Count > 0 ? overrides.Plans : [model.Name],
            Firmware = overrides.Firmware.Count > 0 ? overrides.Firmware : DefaultFirmware,
        };
        var campaign = Campaign.Resolve(config, overrides, Catalogue.Shipped, Path.GetDirectoryName(context.PathOf(config.Source.File))!, [model]);
        var scenario = number is { } n ? ScenarioFaker.Draw(campaign.Seed, (int)n, campaign.Topology) : ThreadModel.Scenario;
        foreach (var plan in campaign.Cells.Select(cell => cell.Plan).Distinct())
        {
            plan.Arm(Catalogue.Shipped, scenario.Topology);
        }

        ResultFiles.CheckFolder(campaign.Out, context);
        if (call.Shared.Json is { } json and not SharedValues.StandardOutput)
        {
            ResultFiles.CheckFile("--json", json, context);
        }

        return new ExploreTask(campaign, scenario, options) { KeepsLedger = call.Parsed.GetValue(_ledger) };
    }

    private ExplorationOptions ReadOptions(ParseResult parsed)
    {
        var bounds = ExplorationBounds.Default;
        return new ExplorationOptions
        {
            Bounds = new ExplorationBounds(
                Number("--states", parsed.GetValue(_states), 1, SearchOptions.StatesLimit - 2) ?? bounds.States,
                (int)(Number("--depth", parsed.GetValue(_depth), 1, ExplorationBounds.DepthMax) ?? bounds.Depth),
                Memory(parsed.GetValue(_memory)) ?? bounds.Memory),
            Visited = OneOf("--set", parsed.GetValue(_set) ?? "exact", VisitedNames.All),
            Reductions = (parsed.GetValue(_without) ?? []).Aggregate(
                Reductions.All, (left, name) => left & ~OneOf("--without", name, ReductionNames.All)),
            Reexecutes = parsed.GetValue(_reexecute),
        };
    }

    private static T OneOf<T>(string option, string name, IReadOnlyList<(string Name, T Value)> known)
    {
        foreach (var (word, value) in known)
        {
            if (word == name)
            {
                return value;
            }
        }

        throw new InputException($"{option} is '{name}'; expected {string.Join(", ", known.SkipLast(1).Select(pair => pair.Name))} or {known[^1].Name}");
    }

    private static CampaignResult WithReplayPaths(CampaignResult result, string outFolder) => result with
    {
        Cells =
        [
            .. result.Cells.Select(cell => cell with
            {
                Violations = [.. cell.Violations.Select(violation => violation with { Replay = $"{outFolder.TrimEnd('/')}/{Folder}/{violation.File!.FileName}" })],
            }),
        ],
    };

    private static long? Number(string option, string? text, long minimum, long maximum)
    {
        if (text is null)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? number
            : throw new InputException($"{option} is '{text}'; expected a whole number from {minimum} to {maximum}");
    }

    private static long? Memory(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var (unit, shift) = text.EndsWith("GiB", StringComparison.Ordinal) ? ("GiB", 30) : ("MiB", 20);
        if (!text.EndsWith(unit, StringComparison.Ordinal)
            || !double.TryParse(text[..^3], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            || amount * (1L << shift) is < ExplorationBounds.MemoryMin or > 1L << 44)
        {
            throw new InputException($"--memory is '{text}'; expected a size from 64MiB to 16384GiB, such as 8GiB or 500MiB");
        }

        var bytes = (long)(amount * (1L << shift));
        var there = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return bytes <= there ? bytes : throw new InputException($"--memory is '{text}'; expected at most what this machine has, {there >> 20}MiB");
    }
}
