using System.CommandLine;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Reports.Views;

namespace ApChaos.Cli.Verbs;

/// <summary>Compares two drivers on the same choices.</summary>
internal sealed class DiffVerb : Verb
{
    private const int UsualRuns = 100;
    private const string UsualConfig = """{ "firmware": ["documented", "irq-off-at-end", "early-empty", "deconfig-drains"], "plans": ["*"] }""";

    private readonly Argument<string> _first = new("first") { HelpName = "A", Description = "A driver: an id, plugin:PATH.dll#TYPE, or script:PATH.csx.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string> _second = new("second") { HelpName = "B", Description = "The other driver.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _noPromises = new("--no-promises") { Description = "Leave out the promises, which take longest." };

    public override string Name => "diff";

    public override string Summary => "Compare two drivers on the same choices: first step where they part, cells, patience and promises gained and lost.";

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("apchaos diff vfio-ap-5.3 vfio-ap-2019-v2", "what the thread of 2019 argued about, in thirty lines"),
        ("apchaos diff vfio-ap-6.9 script:my-driver.csx --plan 'thread-*'", "a patch of your own, in some plans"),
        ("apchaos diff vfio-ap-6.6 vfio-ap-6.9 --no-promises --json -", "the cells that change, as JSON"),
    ];

    public override void Declare(Command command)
    {
        command.Arguments.Add(_first);
        command.Arguments.Add(_second);
        command.Options.Add(_noPromises);
    }

    public override int Run(VerbCall call)
    {
        ViewFiles.CheckJson(call);
        var drivers = ((string?[])[call.Parsed.GetValue(_first), call.Parsed.GetValue(_second)])
            .Select(text => text ?? throw new InputException("compare what? expected two drivers: diff A B")).Select(One).ToList();
        if (drivers[0].Id == drivers[1].Id)
        {
            throw new InputException($"both drivers have the id {drivers[0].Id}; expected two that differ");
        }

        using var watchdog = ProbeOptions.Watch(call);
        var campaign = Campaign.Resolve(
            ChaosConfigFile.Parse("diff", System.Text.Encoding.UTF8.GetBytes(UsualConfig)),
            call.Shared.Overrides with { Drivers = [.. drivers.Select(driver => driver.Reference)], Runs = call.Shared.Overrides.Runs ?? UsualRuns },
            Catalogue.Shipped,
            call.Context.Folder);
        using var stop = ProbeOptions.Stop(call);
        var result = CampaignView.Show(call.Context, call.Shared.Quiet, progress =>
            new CampaignRunner(campaign, watchdog).Run(call.Shared.Workers, call.Shared.Budget, progress, call.Context.Stop));
        var promises = call.Parsed.GetValue(_noPromises) || result.Interrupted ? null : Promises(call, campaign, drivers, watchdog, stop.Token);
        var comparison = DriverComparison.Compare(campaign, result, drivers[0], drivers[1], promises);
        ViewFiles.Show(call, DifferenceView.Lines(comparison), DifferenceView.ToJson(comparison, campaign.Seed));
        return ProbeOptions.CodeOf(call, result.Interrupted);
    }

    private static (PromisesOfDriver First, PromisesOfDriver Second)? Promises(VerbCall call, Campaign campaign, IReadOnlyList<DriverEntry> drivers, Watchdog watchdog, CancellationToken stop)
    {
        var settings = ProbeOptions.Settings(call, campaign, [], AssumeVerb.UsualRuns, watchdog);
        var search = new PromiseSearch(new CellProbe(settings with { Runs = AssumeVerb.UsualRuns, Scenarios = GuestLeaves.Scenarios }), Catalogue.Shipped.FindPlans("calm"));
        var found = CampaignView.Show(call.Context, call.Shared.Quiet, progress => search.Run(drivers, call.Shared.Workers, progress, stop));
        return found is [{ } first, { } second] ? (first, second) : null;
    }

    private static DriverEntry One(string text)
    {
        var found = DriverSource.Resolve(text, Catalogue.Shipped);
        return found.Count == 1 ? found[0] : throw new InputException($"'{text}' names {found.Count} drivers; expected one");
    }
}
