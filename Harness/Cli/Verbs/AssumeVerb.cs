using System.CommandLine;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Reports.Views;

namespace ApChaos.Cli.Verbs;

/// <summary>Says which promises of the hardware drivers need.</summary>
internal sealed class AssumeVerb : Verb
{
    /// <summary>Runs of a question when --runs says nothing.</summary>
    internal const int UsualRuns = 400;

    private readonly Option<string[]> _oracle = new("--oracle") { HelpName = "GLOB", Description = "Oracles that count (default: late stores of the hardware). Repeatable.", AllowMultipleArgumentsPerToken = false };

    public override string Name => "assume";

    public override string Summary => "Find the minimal sets of hardware promises under which each driver is safe, with a counterexample for each promise.";

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("apchaos assume", "all drivers, in a plan without faults: the hardware alone does its worst"),
        ("apchaos assume --driver vfio-ap-6.9 --plan slow-reset --runs 500", "one driver in another plan, with more runs a question"),
        ("apchaos assume --driver golden --out artifacts", "the counterexamples as replay files, in artifacts/failures"),
    ];

    public override void Declare(Command command) => command.Options.Add(_oracle);

    public override int Run(VerbCall call)
    {
        ViewFiles.CheckJson(call);
        if (call.Shared.Overrides.Out is { } wanted)
        {
            ResultFiles.CheckFolder(wanted, call.Context);
        }

        using var watchdog = ProbeOptions.Watch(call);
        var campaign = ProbeOptions.Resolve(call);
        var settings = ProbeOptions.Settings(call, campaign, call.Parsed.GetValue(_oracle) ?? [], UsualRuns, watchdog) with { Scenarios = GuestLeaves.Scenarios };
        var (drivers, plans) = (ProbeOptions.Drivers(campaign), ProbeOptions.Plans(call, campaign, "calm"));
        using var stop = ProbeOptions.Stop(call);
        var found = CampaignView.Show(call.Context, call.Shared.Quiet, progress =>
            new PromiseSearch(new CellProbe(settings), plans).Run(drivers, call.Shared.Workers, progress, stop.Token));
        ViewFiles.Show(
            call, AssumeView.Lines([.. drivers.Select(driver => driver.Id)], found, settings, [.. plans.Select(plan => plan.Name)]), AssumeView.ToJson(found, settings));
        if (call.Shared.Overrides.Out is { } folder)
        {
            WriteCounterexamples(call, folder, found);
        }

        return ProbeOptions.CodeOf(call, found.Any(driver => driver is not { IsComplete: true }));
    }

    private static void WriteCounterexamples(VerbCall call, string folder, IReadOnlyList<PromisesOfDriver?> found)
    {
        var files = new FileSet(call.Context.PathOf(folder), folder);
        foreach (var needed in found.OfType<PromisesOfDriver>().SelectMany(driver => driver.Sets).SelectMany(set => set).Where(needed => needed.History is not null))
        {
            var name = $"{needed.History!.DriverId}--without-{needed.Promise.Knob}.json";
            if (!files.Names.Contains($"failures/{name}"))
            {
                files.Add($"failures/{name}", ReplayJson.Write(needed.History));
            }
        }

        if (files.Problem is { } problem)
        {
            throw new InputException(problem);
        }
    }
}
