using System.CommandLine;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Reports;
using ApChaos.Reports.Approvals;

namespace ApChaos.Cli.Verbs;

/// <summary>Accepts the report of the last run.</summary>
internal sealed class ApproveVerb : Verb
{
    private readonly Option<bool> _yes = new("--yes") { Description = "Approve although CI=true: nobody has looked." };

    public override string Name => "approve";

    public override string Summary => "Accept the cells of the last run, all or some, as the approved ones.";

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("apchaos approve", "take all cells of the last run into chaos.approved.txt, beside chaos.json; later runs are compared with it"),
        ("apchaos approve --driver golden --plan 'slow-*'", "only these cells; what else differs stays as it was approved"),
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

        var path = Path.Combine(folder, ApprovalReport.Name);
        var text = record.Files.Contains(ApprovalReport.Name) && File.Exists(path) ? File.ReadAllText(path) : null;
        if (text is null || ResultFiles.Hash(text) != record.Report)
        {
            throw new InputException($"{shown}/{ApprovalReport.Name} is {(text is null ? "not there" : "not as the run wrote it")}; expected one that '{CommandLine.Program} run' wrote");
        }

        var now = ApprovedCells.Parse(text, path);
        var (accepted, changed) = (Approval.Load(call.Shared.Config, call.Context)?.Cells ?? ApprovedCells.None).Accept(
            now, call.Shared.Overrides.Drivers, call.Shared.Overrides.Plans, call.Shared.Overrides.Firmware);
        var approved = Approval.PathBeside(call.Shared.Config);
        ResultFiles.Write(call.Context.PathOf(approved), accepted.ToText());
        var open = ApprovalDifference.Between(accepted, now, approved)?.Cells ?? 0;
        call.Context.Output.WriteLine($"{approved}: {(changed == 0 ? "nothing to accept" : $"{changed} {(changed == 1 ? "cell" : "cells")} accepted")}, {accepted.Cells.Count} in all"
            + (open == 0 ? "" : $"; {open} of the last run still {(open == 1 ? "differs" : "differ")}"));
        return ExitCode.AsExpected;
    }
}
