using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Machine;

namespace ApChaos.Cli;

/// <summary>
/// What the verbs that ask about many cells take from the shared options. They need no chaos.json; where there is one, drivers, seed and
/// topology are its.
/// </summary>
internal static class ProbeOptions
{
    private const string Default = """{ "drivers": ["*"], "plans": ["calm"] }""";

    /// <summary>What was asked for: of its plans and profiles only what the verbs' own defaults do not replace counts.</summary>
    public static Campaign Resolve(VerbCall call)
    {
        var hasFile = call.Shared.Config is not null || File.Exists(Path.Combine(call.Context.Folder, ChaosConfigFile.DefaultName));
        var config = hasFile
            ? ChaosConfigFile.Load(call.Shared.Config, call.Context.Folder)
            : ChaosConfigFile.Parse("(built in)", System.Text.Encoding.UTF8.GetBytes(Default));
        var folder = hasFile ? Path.GetDirectoryName(call.Context.PathOf(config.Source.File))! : call.Context.Folder;
        return Campaign.Resolve(config, call.Shared.Overrides, Catalogue.Shipped, folder);
    }

    /// <summary>The drivers of a campaign, each once.</summary>
    public static IReadOnlyList<DriverEntry> Drivers(Campaign campaign) => [.. campaign.Cells.Select(cell => cell.Driver).DistinctBy(driver => driver.Id)];

    /// <summary>What probes share.</summary>
    /// <param name="call">The call.</param>
    /// <param name="campaign">What was asked for.</param>
    /// <param name="oracles">Ids or globs of the oracles that count; none for the late stores of the hardware.</param>
    /// <param name="runs">Runs of a cell when --runs says nothing.</param>
    /// <param name="watchdog">Notices a driver that never returns.</param>
    public static ProbeSettings Settings(VerbCall call, Campaign campaign, IReadOnlyList<string> oracles, int runs, Watchdog watchdog) => new(
        campaign.Seed,
        call.Shared.Overrides.Runs ?? runs,
        campaign.Topology,
        campaign.Budgets,
        campaign.Catalogue,
        oracles.Count == 0 ? ProbeSettings.LateStores(campaign.Catalogue) : [.. oracles.SelectMany(campaign.Catalogue.FindOracles).Distinct()],
        watchdog);

    /// <summary>The plans that were asked for, or a default.</summary>
    public static IReadOnlyList<Plan> Plans(VerbCall call, Campaign campaign, string usual) => call.Shared.Overrides.Plans.Count > 0
        ? [.. campaign.Cells.Select(cell => cell.Plan).DistinctBy(plan => plan.Name)]
        : campaign.Catalogue.FindPlans(usual);

    /// <summary>The one firmware profile that was asked for, or a default.</summary>
    public static FirmwareProfile Firmware(VerbCall call, Campaign campaign, string usual)
    {
        if (call.Shared.Overrides.Firmware.Count == 0)
        {
            return FirmwareFile.LoadShipped().First(profile => profile.Id == usual);
        }

        var found = campaign.Cells.Select(cell => cell.Firmware).DistinctBy(profile => profile.Id).ToList();
        return found.Count == 1
            ? found[0]
            : throw new InputException($"--firmware names {found.Count} profiles: {string.Join(", ", found.Select(profile => profile.Id))}; expected one");
    }

    /// <summary>Ends the process when a driver never returns: code that hangs cannot be stopped.</summary>
    public static Watchdog Watch(VerbCall call) => new(alarm => call.Context.Abandon(alarm.Message, ExitCode.WrongInput));

    /// <summary>A token that Ctrl+C and --budget cancel.</summary>
    public static CancellationTokenSource Stop(VerbCall call)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(call.Context.Stop);
        if (call.Shared.Budget is { } time)
        {
            stop.CancelAfter(time);
        }

        return stop;
    }

    /// <summary>The exit code of a measurement that was, or was not, stopped before its end.</summary>
    public static int CodeOf(VerbCall call, bool interrupted) => !interrupted ? ExitCode.AsExpected
        : call.Context.Stop.IsCancellationRequested ? ExitCode.Interrupted
        : ExitCode.Undecided;
}
