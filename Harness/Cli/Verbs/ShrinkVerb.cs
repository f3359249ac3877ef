using System.CommandLine;
using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Campaigns.Shrinking;
using ApChaos.Exploring.Shrinking;
using ApChaos.Hosting;
using ApChaos.Reports;
using ApChaos.Reports.Texts;

namespace ApChaos.Cli.Verbs;

/// <summary>Makes a recorded history as small as it can be, with a certificate; or checks a certificate.</summary>
internal sealed class ShrinkVerb : Verb
{
    private const string Extension = ".json";

    private readonly Argument<string> _file = new("file")
    {
        HelpName = "FILE",
        Description = "A replay file, from the folder 'failures' of a run.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _check = new("--check") { HelpName = "CERTIFICATE", Description = "Check the certificate of FILE, row by row, instead." };

    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the smaller history of the last time, when it is there." };

    private readonly Option<string?> _html = new("--html") { HelpName = "PATH", Description = "Write one page for a browser: timeline, certificate, passing twin, point of no return." };

    public override string Name => "shrink";

    public override string Summary => "Make a recorded history as small as it can be: fewer faults, guests, actions, steps; with a certificate.";

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("apchaos shrink artifacts/failures/FILE.json", "writes FILE.min.json, which replays, and FILE.min.certificate.json"),
        ("apchaos shrink FILE.json --budget 10s --out small.json", "for at most ten seconds; the smallest so far is kept"),
        ("apchaos shrink FILE.json --html minimal.html", "the same for a browser: timeline, certificate, passing twin, point of no return"),
        ("apchaos shrink FILE.json --resume", "goes on where the last one was stopped"),
        ("apchaos shrink FILE.min.json --check FILE.min.certificate.json", "makes each row of the certificate anew; exit 0 when all hold"),
    ];

    public override void Declare(Command command)
    {
        command.Arguments.Add(_file);
        command.Options.Add(_check);
        command.Options.Add(_resume);
        command.Options.Add(_html);
    }

    public override int Run(VerbCall call)
    {
        var shown = call.Parsed.GetValue(_file) ?? throw new InputException("shrink what? expected the path of a replay file, such as artifacts/failures/FILE.json");
        var json = call.Shared.Json;
        if (json is not (null or SharedValues.StandardOutput))
        {
            ResultFiles.CheckFile("--json", json, call.Context);
        }

        var page = call.Parsed.GetValue(_html);
        if (call.Parsed.GetValue(_check) is { } certificate)
        {
            return page is null ? Check(call, shown, certificate) : throw new InputException("--html shows what shrinking came to, and --check does not shrink; expected one of them");
        }

        if (page is not null)
        {
            ResultFiles.CheckFile("--html", page, call.Context);
        }

        return Shrink(call, shown, page);
    }

    private int Shrink(VerbCall call, string shown, string? page)
    {
        var original = ReplayJson.Read(shown, Catalogue.Shipped);
        var stem = shown.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? shown[..^Extension.Length] : shown;
        var target = call.Shared.Overrides.Out ?? $"{stem}.min{Extension}";
        ResultFiles.CheckFile("--out", target, call.Context);
        if (call.Context.PathOf(target) == call.Context.PathOf(shown))
        {
            throw new InputException($"--out '{target}' is the replay file itself; expected another one");
        }

        var path = call.Context.PathOf(target);
        var from = call.Parsed.GetValue(_resume) && File.Exists(path) ? ReplayJson.Read(path, Catalogue.Shipped) : original;
        if (from.Oracle != original.Oracle)
        {
            throw new InputException($"'{target}' is a history of {from.Oracle}, not of {original.Oracle}; expected the smaller history of '{shown}'");
        }

        var driver = call.DriverOf(from);
        using var watchdog = new Watchdog(alarm => call.Context.Abandon(alarm.Message, ExitCode.WrongInput));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call.Context.Stop);
        if (call.Shared.Budget is { } budget)
        {
            stop.CancelAfter(budget);
        }

        var shrinker = new HistoryShrinker(from, driver, Catalogue.Shipped);
        var view = new View(call, shrinker, path);
        ShrinkReport report;
        using (watchdog.Watch(driver.Id, () => "not known", () => shrinker.Moves))
        {
            report = shrinker.Shrink(ShrinkOptions.Default, view, stop.Token);
        }

        ResultFiles.Write(path, ReplayJson.Write(report.Minimal));
        var certificate = report.Finished ? target[..^(target.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? Extension.Length : 0)] + ".certificate" + Extension : null;
        if (certificate is not null)
        {
            ResultFiles.Write(call.Context.PathOf(certificate), Certificate.Of(report, ShrinkOptions.Default).Write());
        }

        if (page is not null)
        {
            WritePage(call.Context.PathOf(page), report, driver, target);
        }

        Show(call, report, target, certificate);
        return report.Finished ? ExitCode.AsExpected : call.Context.Stop.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Undecided;
    }

    private static void WritePage(string path, ShrinkReport report, DriverEntry driver, string target)
    {
        var outcome = Replayer.Replay(report.Minimal, driver, Catalogue.Shipped, withTimeline: true);
        var result = ReplayVerb.ResultOf(report.Minimal, driver, outcome, target, same: true);
        ResultFiles.Write(path, HtmlReport.OfReplay(result, outcome.Timeline!, report));
    }

    private static int Check(VerbCall call, string shown, string certificatePath)
    {
        var file = ReplayJson.Read(shown, Catalogue.Shipped);
        var certificate = Certificate.Read(certificatePath, call.Context.Folder);
        if (certificate.Oracle != file.Oracle || certificate.Hash != Running.TraceHash.Format(file.Hash))
        {
            throw new InputException($"the certificate '{certificatePath}' is of another history than '{shown}'; expected that which 'apchaos shrink' wrote with it");
        }

        var anew = new HistoryShrinker(file, call.DriverOf(file), Catalogue.Shipped).MakeCertificate(certificate.Work());
        if (anew is null)
        {
            call.Context.Output.WriteLine("the certificate does not hold: a smaller history fails too; apchaos shrink finds it");
            return ExitCode.Differs;
        }

        var failing = certificate.Failing(anew);
        call.Context.Output.WriteLine($"{certificate.Rows.Count - failing.Count} of {certificate.Rows.Count} rows hold{(anew.Rows.Count == certificate.Rows.Count ? "" : $"; made anew there are {anew.Rows.Count}")}"
            + (anew.GlobalMinimum ? "; nothing smaller exists: searched to the end" : anew.ShortestProven ? "; nothing shorter exists: searched to the end" : certificate.ShortestProven ? "; that it is the shortest was NOT found again" : ""));
        foreach (var (row, now) in failing)
        {
            call.Context.Output.WriteLine($"  row {row + 1} says  {Say(certificate.Rows[row])}");
            call.Context.Output.WriteLine($"  made anew  {(now is null ? "it is not there" : Say(now))}");
        }

        return certificate.Holds(anew) ? ExitCode.AsExpected : ExitCode.Differs;
    }

    private static string Say(MinimalityRow row) => $"{row.Element}, {row.Change}: {row.Verdict}, {row.Histories} {(row.Histories == 1 ? "history" : "histories")}{(row.Complete ? ", complete" : "")}";

    private static void Show(VerbCall call, ShrinkReport report, string target, string? certificate)
    {
        if (call.Shared.Json is { } json)
        {
            var text = ShrinkJson.Write(report, target, certificate);
            if (json == SharedValues.StandardOutput)
            {
                call.Context.Output.Write(text);
                return;
            }

            ResultFiles.Write(call.Context.PathOf(json), text);
        }

        if (!call.Shared.Quiet)
        {
            foreach (var line in report.Violation.History)
            {
                call.Context.Output.WriteLine(TextReport.FormatHistoryLine(line));
            }
        }

        foreach (var line in ShrinkText.Lines(report))
        {
            call.Context.Output.WriteLine(line);
        }

        call.Context.Output.WriteLine($"apchaos replay {PlainText.Argument(target)}");
        if (certificate is not null)
        {
            call.Context.Output.WriteLine($"apchaos shrink {PlainText.Argument(target)} --check {PlainText.Argument(certificate)}");
        }
    }

    /// <summary>Keeps the best so far in its file, now and then, and says how far it is.</summary>
    private sealed class View(VerbCall call, HistoryShrinker shrinker, string path) : IProgress<ShrinkProgress>
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

        private readonly System.Diagnostics.Stopwatch _since = System.Diagnostics.Stopwatch.StartNew();

        public void Report(ShrinkProgress value)
        {
            if (_since.Elapsed < Pause)
            {
                return;
            }

            _since.Restart();
            ResultFiles.Write(path, ReplayJson.Write(shrinker.FileOf(value.Best)));
            if (!call.Shared.Quiet)
            {
                call.Context.Errors.WriteLine($"{value.Executions} runs, {value.Pass}: {ShrinkText.Size(value.Best.Size)}");
            }
        }
    }
}
