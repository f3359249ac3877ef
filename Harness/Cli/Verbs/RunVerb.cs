using System.CommandLine;
using ApChaos.Campaigns;
using ApChaos.Campaigns.Shrinking;
using ApChaos.Hosting;
using ApChaos.Reports;

namespace ApChaos.Cli.Verbs;

/// <summary>Runs the campaign of chaos.json.</summary>
internal sealed class RunVerb : Verb
{
    private readonly Option<string> _save = new("--save")
    {
        HelpName = "NAME",
        Description = "Keep the worst violation that was not expected, or else the worst one, as regressions/NAME.json: a plan anchored to events.",
    };

    private readonly Option<string> _shrink = new("--shrink")
    {
        HelpName = "WHICH",
        Description = "Violations to shrink at the end, the shortest history of each driver and oracle: all (default), unexpected or none. 'apchaos shrink' does one of them to its end.",
    };

    public override string Name => "run";

    public override string Summary => "Run the campaign of chaos.json: drivers × plans × firmware × runs.";

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("apchaos run", "all of chaos.json; the matrix on screen, reports and replay files in its out folder"),
        ("apchaos run --driver vfio-ap-2019-v2 --plan 'thread-scenario-*'", "one driver in the thread's three scenarios"),
        ("apchaos run --firmware irq-off-at-end --runs 100000 --budget 5min", "more runs under one profile, for at most five minutes"),
        ("apchaos run --shrink none", "no minimal histories: done sooner"),
        ("apchaos run --strategy pct:3", "other histories: random priorities with two changes, see list strategies"),
        ("apchaos run --driver 'plugin:bin/MyDriver.dll#My.Driver'", "a driver of your own"),
        ("apchaos run --format mail --format junit", "other reports than those of chaos.json; 'apchaos list reports' shows them"),
        ("apchaos run --json - --quiet", "the result as JSON, for programs"),
    ];

    public override void Declare(Command command)
    {
        command.Options.Add(_save);
        command.Options.Add(_shrink);
    }

    public override int Run(VerbCall call)
    {
        var save = call.Parsed.GetValue(_save);
        SavedFailures.Check(save, call.Context);
        var scope = call.Parsed.GetValue(_shrink) switch
        {
            null or "all" => ShrinkScope.All,
            "unexpected" => ShrinkScope.Unexpected,
            "none" => ShrinkScope.None,
            var other => throw new InputException($"--shrink is '{other}'; expected all, unexpected or none"),
        };
        return Run(call, ChaosConfigFile.Load(call.Shared.Config, call.Context.Folder), result => result, save, scope);
    }

    /// <summary>Runs a configuration and leaves reports, replay files and the screen.</summary>
    /// <param name="call">What the user asked for.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="judge">What is counted of the result.</param>
    /// <param name="save">Name under which to keep a failure, or null.</param>
    /// <param name="scope">Which violations are shrunk at the end.</param>
    /// <returns>The exit code.</returns>
    internal static int Run(VerbCall call, ChaosConfig config, Func<CampaignResult, CampaignResult> judge, string? save = null, ShrinkScope scope = ShrinkScope.None)
    {
        var context = call.Context;
        var campaign = Resolve(config, call);
        var formats = ResolveFormats(campaign, config, call);
        var isWhole = call.Shared.Overrides.Narrowing.Length == 0;
        var approved = isWhole ? Approval.Load(call.Shared.Config, context) : null;
        using var watchdog = new Watchdog(alarm => Abandon(alarm, campaign, context));
        var result = CampaignView.Show(context, call.Shared.Quiet, progress =>
            new CampaignRunner(campaign, watchdog).Run(call.Shared.Workers, call.Shared.Budget, progress, context.Stop));
        result = CampaignShrinker.Shrink(campaign, judge(result), result.Interrupted ? ShrinkScope.None : scope, call.Shared.Workers, watchdog, context.Stop);
        result = ResultFiles.WithReplayPaths(result, campaign.Out);
        if (campaign.Sweeps.Count > 0 && !result.Interrupted && formats.Exists(format => format is HtmlReport))
        {
            using var stop = ProbeOptions.Stop(call);
            result = result with { Sweeps = CampaignView.Show(context, call.Shared.Quiet, progress => CampaignSweep.RunAll(campaign, call.Shared.Workers, watchdog, progress, stop.Token)) };
        }

        var partial = result.Interrupted ? "it was stopped before its end" : isWhole ? null : call.Shared.Overrides.Narrowing;
        var difference = partial is null ? approved?.Compare(result) : null;
        if (difference is not null)
        {
            result = result with { Verdict = "fail", ExitCode = ExitCode.Differs };
        }

        var problem = ResultFiles.WriteAll(campaign, config, result, formats, partial, difference, context);
        var isAlone = call.Shared.Json == SharedValues.StandardOutput;
        foreach (var line in RunScreen.Lines(result, campaign.Out, difference, matrix: !isAlone && !call.Shared.Quiet))
        {
            (isAlone ? context.Errors : context.Output).WriteLine(line);
        }

        if (save is not null)
        {
            (isAlone ? context.Errors : context.Output).WriteLine(Save(save, campaign, result, context));
        }

        WriteJson(call, result);
        if (problem is not null)
        {
            throw new InputException(problem);
        }

        return result.Interrupted && context.Stop.IsCancellationRequested ? ExitCode.Interrupted : result.ExitCode;
    }

    private static string Save(string name, Campaign campaign, CampaignResult result, CliContext context)
    {
        // What touches memory before what only leaks: the groups are in this order.
        var file = result.Cells.SelectMany(cell => cell.Violations)
            .OrderBy(violation => violation.Expected)
            .ThenBy(violation => campaign.Catalogue.Oracles.First(oracle => oracle.Id == violation.Oracle).Group)
            .Select(violation => violation.File)
            .FirstOrDefault();
        return file is null
            ? $"nothing was saved as {name}: there is no violation"
            : SavedFailures.Save(name, file, campaign.Cells.First(cell => cell.Driver.Id == file.DriverId).Driver, context);
    }

    /// <summary>Everything that can be wrong with the input is found here, before anything is written.</summary>
    private static Campaign Resolve(ChaosConfig config, VerbCall call)
    {
        var file = call.Context.PathOf(config.Source.File);
        var campaign = Campaign.Resolve(config, call.Shared.Overrides, Catalogue.Shipped, Path.GetDirectoryName(file)!);
        ResultFiles.CheckFolder(campaign.Out, call.Context);
        if (call.Shared.Json is { } json and not SharedValues.StandardOutput)
        {
            ResultFiles.CheckFile("--json", json, call.Context);
        }

        return campaign;
    }

    /// <summary>The formats of the command line, or those of the configuration, whose plugins are relative to its folder.</summary>
    private static List<ReportFormat> ResolveFormats(Campaign campaign, ChaosConfig config, VerbCall call)
    {
        if (call.Shared.Formats.Count > 0)
        {
            return [.. call.Shared.Formats.Select(text => ReportCatalogue.Resolve(text, call.Context.Folder)).DistinctBy(format => format.FileName)];
        }

        var formats = new List<ReportFormat>();
        var folder = Path.GetDirectoryName(call.Context.PathOf(config.Source.File))!;
        for (var i = 0; i < campaign.Formats.Count; i++)
        {
            try
            {
                var format = ReportCatalogue.Resolve(campaign.Formats[i], folder);
                formats.Add(formats.Exists(other => other.FileName == format.FileName)
                    ? throw new InputException($"two report formats write to '{format.FileName}'; expected file names that differ")
                    : format);
            }
            catch (InputException e) when (e.File is null)
            {
                throw config.Error(e.Text, "reports", "formats", i);
            }
        }

        return formats;
    }

    private static void WriteJson(VerbCall call, CampaignResult result)
    {
        if (call.Shared.Json is not { } path)
        {
            return;
        }

        var text = new JsonReport().ToText(result);
        if (path == SharedValues.StandardOutput)
        {
            call.Context.Output.Write(text);
        }
        else
        {
            ResultFiles.Write(call.Context.PathOf(path), text);
        }
    }

    // Code that never returns cannot be stopped: the process ends. A driver of the user's is wrong input, one of ours our own fault.
    private static void Abandon(WatchdogAlarm alarm, Campaign campaign, CliContext context)
    {
        var shipped = campaign.Catalogue.Drivers.Any(driver => driver.Id == alarm.Driver);
        context.Abandon(alarm.Message, shipped ? ExitCode.OwnFault : ExitCode.WrongInput);
    }
}
