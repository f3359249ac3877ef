using System.CommandLine;
using System.Globalization;
using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Hosting;

namespace ApChaos.Cli;

/// <summary>What the shared options say, checked.</summary>
/// <param name="Config">Path of the configuration as given, or null for chaos.json.</param>
/// <param name="Overrides">What is put in place of the configuration.</param>
/// <param name="Workers">Threads.</param>
/// <param name="Budget">Real time after which a campaign stops, or null.</param>
/// <param name="Json">Where the result goes as JSON as well: a path, <c>-</c> for standard output, empty when nothing was named, null for nowhere.</param>
/// <param name="Quiet">Whether only what is wrong is shown.</param>
/// <param name="Formats">Report formats in place of the configured ones; none when nothing was named.</param>
internal sealed record SharedValues(
    string? Config, CampaignOverrides Overrides, int Workers, TimeSpan? Budget, string? Json, bool Quiet, IReadOnlyList<string> Formats)
{
    /// <summary>Standard output, in the place of a path.</summary>
    public const string StandardOutput = "-";
}

/// <summary>The shared options of design §5. Values are texts here, so that what is wrong with one is said in our words.</summary>
internal sealed class SharedOptions
{
    private const int WorkersMax = 1024;
    private const int SeedLengthMax = 200;

    private readonly Option<string> _config = new("--config") { HelpName = "PATH", Description = "The configuration (default: chaos.json in the current folder)." };
    private readonly Option<string[]> _driver = Several("--driver", "GLOB", "Drivers in place of the configured ones: an id, a glob, plugin:PATH.dll#TYPE, or script:PATH.csx. Repeatable.");
    private readonly Option<string[]> _plan = Several("--plan", "GLOB", "Plans, of the configured and the shipped ones, or script:PATH.csx. Repeatable.");
    private readonly Option<string[]> _firmware = Several("--firmware", "GLOB", "Firmware profiles in place of the configured ones. Repeatable.");
    private readonly Option<string> _seed = new("--seed") { HelpName = "TEXT", Description = "Seed in place of the configured one: any text." };
    private readonly Option<string> _runs = new("--runs") { HelpName = "N", Description = "Runs per cell in place of the configured number." };
    private readonly Option<string> _strategy = new("--strategy") { HelpName = "NAME[:N]", Description = "How runs choose, in place of the configured strategy; list strategies shows them." };
    private readonly Option<string> _workers = new("--workers") { HelpName = "N", Description = "Threads (default: all cores). Results do not depend on it." };
    private readonly Option<string> _budget = new("--budget") { HelpName = "30s", Description = "Real time after which it stops; what was done is kept." };
    private readonly Option<string> _json = new("--json")
    {
        HelpName = "PATH|-",
        Description = "Write the result as JSON to a file, or with - to standard output, which then holds nothing else.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _out = new("--out") { HelpName = "DIR", Description = "Folder of reports and replay files in place of the configured one." };
    private readonly Option<string[]> _format = Several("--format", "FORMAT", "Report formats in place of the configured ones: ids, or plugin:PATH.dll#TYPE. Repeatable.");
    private readonly Option<string> _cache = new("--cache") { HelpName = "DIR", Description = "Folder of compiled scripts (default: APCHAOS_CACHE, or apchaos in the user's cache folder)." };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "No progress and no matrix." };
    private readonly Option<bool> _noColor = new("--no-color") { Description = "No colours." };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Show the trace of an unexpected exception (so does APCHAOS_DEBUG=1)." };

    private Option[] All => [_config, _driver, _plan, _firmware, _seed, _runs, _strategy, _workers, _budget, _json, _out, _format, _cache, _quiet, _noColor, _verbose];

    /// <summary>Adds the options to the command and all verbs under it.</summary>
    public void Declare(RootCommand root)
    {
        foreach (var option in All)
        {
            option.Recursive = true;
            root.Options.Add(option);
        }
    }

    /// <summary>Whether the trace of an unexpected exception is shown.</summary>
    public bool IsVerbose(ParseResult parsed) => parsed.GetValue(_verbose) || CliContext.IsDebug;

    /// <summary>Whether colours are unwanted.</summary>
    public bool IsColorless(ParseResult parsed) => parsed.GetValue(_noColor);

    /// <summary>Reads the values; refuses what is no value.</summary>
    public SharedValues Read(ParseResult parsed)
    {
        if (NotEmpty("--cache", parsed.GetValue(_cache)) is { } cache)
        {
            // Shipped plans are scripts as well: whoever reads one asks the host of the process.
            ScriptHost.Default = new ScriptHost(Path.GetFullPath(cache));
        }

        return ReadValues(parsed);
    }

    private SharedValues ReadValues(ParseResult parsed) => new(
        NotEmpty("--config", parsed.GetValue(_config)),
        new CampaignOverrides(
            parsed.GetValue(_driver) ?? [],
            parsed.GetValue(_plan) ?? [],
            parsed.GetValue(_firmware) ?? [],
            Seed(parsed.GetValue(_seed)),
            Number("--runs", parsed.GetValue(_runs), ChaosConfig.RunsMax),
            NotEmpty("--out", parsed.GetValue(_out)),
            parsed.GetValue(_strategy)),
        Number("--workers", parsed.GetValue(_workers), WorkersMax) ?? Environment.ProcessorCount,
        RealTime("--budget", parsed.GetValue(_budget)),
        parsed.GetResult(_json) is null ? null : parsed.GetValue(_json) ?? "",
        parsed.GetValue(_quiet),
        parsed.GetValue(_format) ?? []);

    private static Option<string[]> Several(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };

    private static string? NotEmpty(string option, string? text) =>
        text?.Trim().Length == 0 ? throw new InputException($"{option} is empty; expected a path") : text;

    private static string? Seed(string? text) => text is null || text.Length is > 0 and <= SeedLengthMax
        ? text
        : throw new InputException($"--seed has {text.Length} characters; expected 1 to {SeedLengthMax}");

    private static int? Number(string option, string? text, int maximum)
    {
        if (text is null)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= maximum
            ? number
            : throw new InputException($"{option} is '{text}'; expected a whole number from 1 to {maximum}");
    }

    private static TimeSpan? RealTime(string option, string? text)
    {
        if (text is null)
        {
            return null;
        }

        const long nanosecondsPerTick = 100;
        return VirtualTime.TryParse(text, out var ns, out var expected) && ns is not VirtualTime.Never and >= VirtualTime.Millisecond
            ? TimeSpan.FromTicks(ns / nanosecondsPerTick)
            : throw new InputException($"{option} is '{text}'; expected {(expected.Contains("such as") ? "a duration of at least 1ms, such as 30s or 1.5min" : expected)}");
    }
}
