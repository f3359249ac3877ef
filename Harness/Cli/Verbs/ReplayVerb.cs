using System.CommandLine;
using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Reports;
using ApChaos.Reports.Texts;
using ApChaos.Running;

namespace ApChaos.Cli.Verbs;

/// <summary>Runs one recorded history again.</summary>
internal sealed class ReplayVerb : Verb
{
    private readonly Argument<string> _file = new("file")
    {
        HelpName = "FILE",
        Description = "A replay file, from the folder 'failures' of a run; or the folder: all of them.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _trace = new("--trace") { Description = "Print every step, not only those that concern the violation." };

    private readonly Option<string> _save = new("--save") { HelpName = "NAME", Description = "Keep it as regressions/NAME.json: a plan anchored to events, which outlives changes of the driver." };

    private readonly Option<string?> _html = new("--html") { HelpName = "PATH", Description = "Write the timeline as one page for a browser, with the machine's state at each step." };

    public override string Name => "replay";

    public override string Summary => "Run one recorded history again: trace, verdict, and whether it ends at the same step with the same hash.";

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("apchaos replay artifacts/failures/FILE.json", "the history of one violation; exit 0 when it comes out the same"),
        ("apchaos replay artifacts/failures", "every history of the last run; exit 0 when all come out the same"),
        ("apchaos replay FILE.json --trace", "every step of it"),
        ("apchaos replay FILE.json --save lost-reset", "keep it for the suites, as regressions/lost-reset.json"),
        ("apchaos replay FILE.json --html timeline.html", "the same for a browser: lanes, and the machine's state at each step"),
        ("apchaos replay FILE.json --driver golden", "another driver on the same choices, as far as they fit"),
        ("apchaos replay FILE.json --format mail", "that history as a report, on standard output; 'apchaos list reports' shows the formats"),
    ];

    public override void Declare(Command command)
    {
        command.Arguments.Add(_file);
        command.Options.Add(_trace);
        command.Options.Add(_save);
        command.Options.Add(_html);
    }

    public override int Run(VerbCall call)
    {
        var path = call.Parsed.GetValue(_file) ?? throw new InputException("replay what? expected the path of a replay file, such as artifacts/failures/FILE.json");
        if (call.Shared.Json is { } json and not SharedValues.StandardOutput)
        {
            ResultFiles.CheckFile("--json", json, call.Context);
        }

        if (Directory.Exists(call.Context.PathOf(path)))
        {
            return ReplayAll(call, path);
        }

        var format = call.Shared.Formats.Count > 1 || (call.Shared.Formats.Count > 0 && call.Shared.Json == SharedValues.StandardOutput)
            ? throw new InputException("standard output holds one text; expected one --format, or --json -")
            : call.Shared.Formats.Select(text => ReportCatalogue.Resolve(text, call.Context.Folder)).SingleOrDefault();
        SavedFailures.Check(call.Parsed.GetValue(_save), call.Context);
        var page = call.Parsed.GetValue(_html);
        if (page is not null)
        {
            ResultFiles.CheckFile("--html", page, call.Context);
        }

        var file = ReplayJson.Read(path, Catalogue.Shipped);
        var driver = call.DriverOf(file);
        using var watchdog = new Watchdog(alarm => call.Context.Abandon(alarm.Message, ExitCode.WrongInput));
        ReplayOutcome outcome;
        using (watchdog.Watch(driver.Id, () => "not known", () => 0))
        {
            outcome = Replayer.Replay(file, driver, Catalogue.Shipped, withTimeline: page is not null || format is HtmlReport);
        }

        var same = outcome.SameHash && outcome.Violation is not null;
        var result = ResultOf(file, driver, outcome, path, same);
        if (call.Parsed.GetValue(_save) is { } name)
        {
            var isAlone = format is not null || call.Shared.Json == SharedValues.StandardOutput;
            (isAlone ? call.Context.Errors : call.Context.Output).WriteLine(SavedFailures.Save(name, file, driver, call.Context));
        }

        if (page is not null)
        {
            ResultFiles.Write(call.Context.PathOf(page), HtmlReport.OfReplay(result, outcome.Timeline!));
        }

        if (call.Shared.Json is not null)
        {
            var text = new JsonReport().ToText(result);
            if (call.Shared.Json == SharedValues.StandardOutput)
            {
                call.Context.Output.Write(text);
                return result.ExitCode;
            }

            ResultFiles.Write(call.Context.PathOf(call.Shared.Json), text);
        }

        if (format is not null)
        {
            call.Context.Output.Write(format is HtmlReport ? HtmlReport.OfReplay(result, outcome.Timeline!) : format.ToText(result));
            return result.ExitCode;
        }

        Print(call, file, driver, outcome, same);
        return result.ExitCode;
    }

    /// <summary>Replays every file of a folder, and names those that do not come out the same.</summary>
    private static int ReplayAll(VerbCall call, string shown)
    {
        var folder = call.Context.PathOf(shown);
        string[] names = [.. Directory.GetFiles(folder, "*.json").Select(path => Path.GetFileName(path)).Where(name => !name.EndsWith(".certificate.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        if (names.Length == 0)
        {
            throw new InputException($"the folder '{shown}' holds no replay files; expected the folder 'failures' of a run");
        }

        using var watchdog = new Watchdog(alarm => call.Context.Abandon(alarm.Message, ExitCode.WrongInput));
        var same = 0;
        foreach (var name in names)
        {
            var file = ReplayJson.Read(Path.Combine(folder, name), Catalogue.Shipped);
            var driver = call.DriverOf(file);
            using var watch = watchdog.Watch(driver.Id, () => "not known", () => 0);
            var outcome = Replayer.Replay(file, driver, Catalogue.Shipped);
            if (outcome.SameHash && outcome.Violation is not null)
            {
                same++;
            }
            else
            {
                call.Context.Output.WriteLine($"not the same as recorded: {PlainText.Argument($"{shown.TrimEnd('/')}/{name}")}");
            }
        }

        call.Context.Output.WriteLine($"{same} of {names.Length} histories are the same as recorded");
        return same == names.Length ? ExitCode.AsExpected : ExitCode.Differs;
    }

    private void Print(VerbCall call, ReplayFile file, DriverEntry driver, ReplayOutcome outcome, bool same)
    {
        var output = call.Context.Output;
        if (!call.Shared.Quiet)
        {
            output.WriteLine($"{driver.Id} / {file.Plan.Name} / {file.Firmware.Id}; {PlainText.Of(file.Origin)}");
            foreach (var line in call.Parsed.GetValue(_trace) || outcome.Violation is null ? outcome.Trace : outcome.Violation.History)
            {
                output.WriteLine(TextReport.FormatHistoryLine(line));
            }
        }

        output.WriteLine(outcome.Violation is { } violation
            ? $"violated: {violation.Oracle}: {PlainText.Of(violation.Message)}"
            : $"{file.Oracle} did not speak");
        output.WriteLine(same
            ? $"the same as recorded: last step {outcome.Steps} at {VirtualTime.FormatInstant(outcome.Violation!.TimeNs)}, hash {TraceHash.Format(outcome.Hash)}"
            : $"not the same as recorded: last step {outcome.Steps}, hash {TraceHash.Format(outcome.Hash)}; recorded: step {file.Steps}, hash {TraceHash.Format(file.Hash)}");
    }

    /// <summary>A replay as a result of one cell.</summary>
    internal static CampaignResult ResultOf(ReplayFile file, DriverEntry driver, ReplayOutcome outcome, string path, bool same) => new()
    {
        Seed = file.Origin,
        RunsPerCell = 1,
        Cells =
        [
            new CellResult
            {
                Driver = driver.Id,
                Plan = file.Plan.Name,
                Firmware = file.Firmware.Id,
                Runs = 1,
                Verdict = outcome.Violation is null ? CellVerdict.Safe : CellVerdict.Violated,
                Expected = same,
                Violations = outcome.Violation is null ? [] : [outcome.Violation with { Expected = same, Replay = path, File = file with { Driver = driver.Reference } }],
            },
        ],
        Firmware = [new FirmwareUsed(file.Firmware.Id, file.Firmware.Summary, file.Firmware.SafetyImpossible, file.Firmware.Assumptions)],
        Verdict = same ? "pass" : "fail",
        ExitCode = same ? ExitCode.AsExpected : ExitCode.Differs,
    };
}
