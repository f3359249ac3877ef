using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Cli;

/// <summary>What the verbs that ask about many cells take from the shared options. They need no chaos.json.</summary>
internal static class ProbeOptions
{
    private const string DefaultSeed = "apchaos";

    /// <summary>What probes share.</summary>
    /// <param name="call">The call.</param>
    /// <param name="oracles">Ids or globs of the oracles that count; none for those of memory safety.</param>
    /// <param name="runs">Runs of a cell when --runs says nothing.</param>
    /// <param name="watchdog">Notices a driver that never returns.</param>
    public static ProbeSettings Settings(VerbCall call, IReadOnlyList<string> oracles, int runs, Watchdog watchdog) => new(
        call.Shared.Overrides.Seed ?? DefaultSeed,
        call.Shared.Overrides.Runs ?? runs,
        TopologySpec.Default,
        RunBudgets.Default,
        Catalogue.Shipped,
        Oracles(oracles),
        watchdog);

    /// <summary>The drivers that were asked for; without any all shipped ones.</summary>
    public static IReadOnlyList<DriverEntry> Drivers(VerbCall call) =>
        DriverSource.ResolveAll(call.Shared.Overrides.Drivers is { Count: > 0 } named ? named : ["*"], Catalogue.Shipped);

    /// <summary>The plans that were asked for, or a default.</summary>
    public static IReadOnlyList<Plan> Plans(VerbCall call, string usual) =>
    [
        .. (call.Shared.Overrides.Plans is { Count: > 0 } named ? named : [usual])
            .SelectMany(text => new PlanReference(text).File is { } path ? [PlanFile.Load(path, Catalogue.Shipped)] : Catalogue.Shipped.FindPlans(text))
            .DistinctBy(plan => plan.Name),
    ];

    /// <summary>The one firmware profile that was asked for, or a default.</summary>
    public static FirmwareProfile Firmware(VerbCall call, string usual)
    {
        var all = FirmwareFile.LoadShipped();
        var named = call.Shared.Overrides.Firmware is { Count: > 0 } some ? some : [usual];
        var found = all.Where(profile => named.Contains(profile.Id)).ToList();
        return found.Count == 1
            ? found[0]
            : throw new InputException($"--firmware is '{string.Join("', '", named)}'; expected one of: {string.Join(", ", all.Select(profile => profile.Id))}");
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

    private static IReadOnlyList<string> Oracles(IReadOnlyList<string> patterns) => patterns.Count == 0
        ? [.. Catalogue.Shipped.Oracles.Where(oracle => oracle.Group == OracleGroup.MemorySafety && oracle.Id.Contains("store", StringComparison.Ordinal)).Select(oracle => oracle.Id)]
        : [.. patterns.SelectMany(Catalogue.Shipped.FindOracles).Distinct()];
}
