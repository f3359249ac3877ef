using System.CommandLine;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Reports;

namespace ApChaos.Cli.Verbs;

/// <summary>Accepts the report of the last run.</summary>
internal sealed class ApproveVerb : Verb
{
    private readonly Option<bool> _yes = new("--yes") { Description = "Approve although CI=true: nobody has looked." };

    public override string Name => "approve";

    public override string Summary => "Accept the report of the last run as the approved one.";

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("apchaos approve", "copy report.txt of the last run to chaos.approved.txt, beside chaos.json; later runs are compared with it"),
        ("apchaos approve --config nightly.json", "the same for nightly.json and nightly.approved.txt"),
    ];

    public override void Declare(Command command) => command.Options.Add(_yes);

    public override int Run(VerbCall call)
    {
        if (CliContext.IsContinuousIntegration && !call.Parsed.GetValue(_yes))
        {
            throw new InputException("CI=true: nobody looks at what would be approved; expected a person, or --yes");
        }

        var config = ChaosConfigFile.Load(call.Shared.Config, call.Context.Folder);
        var shown = call.Shared.Overrides.Out ?? config.Reports.Out;
        var folder = call.Context.PathOf(shown);
        var record = ResultFiles.ReadRecord(folder)
            ?? throw new InputException($"there is no last run in '{shown}'; expected one by '{CommandLine.Program} run'");
        if (record.Partial is not null)
        {
            throw new InputException($"the last run in '{shown}' was not the whole campaign ({record.Partial}); expected one by '{CommandLine.Program} run' alone");
        }

        if (record.Config != ResultFiles.Hash(config.Source.Text))
        {
            throw new InputException($"{config.Source.File} has changed since the last run in '{shown}'; expected a run of what it says now");
        }

        var name = new TextReport().FileName;
        var path = Path.Combine(folder, name);
        var report = record.Files.Contains(name) && File.Exists(path) ? File.ReadAllText(path) : null;
        if (report is null || ResultFiles.Hash(report) != record.Report)
        {
            throw new InputException(
                $"{shown}/{name} is {(report is null ? "not there" : "not as the run wrote it")}; expected the report of a run whose \"formats\" have \"text\"");
        }

        var approved = Approval.PathBeside(call.Shared.Config);
        var isNew = !File.Exists(call.Context.PathOf(approved));
        var differs = Approval.Compare(report, approved, call.Context) is not null;
        ResultFiles.Write(call.Context.PathOf(approved), report);
        call.Context.Output.WriteLine(isNew || differs
            ? $"{shown}/{name} is approved: {report.AsSpan().Count('\n')} lines, {(isNew ? "the first" : "in place of another report")}, in {approved}"
            : $"{shown}/{name} is what {approved} holds already");
        return ExitCode.AsExpected;
    }
}
