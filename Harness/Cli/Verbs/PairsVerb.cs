using System.CommandLine;
using System.Globalization;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Reports.Views;

namespace ApChaos.Cli.Verbs;

/// <summary>Each fault, and each pair of faults, at each instruction.</summary>
internal sealed class PairsVerb : Verb
{
    private const string UsualFirmware = "irq-off-at-end";
    private const int UsualNth = 2;
    private const int NthMax = 100;

    private readonly Option<string[]> _fault = new("--fault") { HelpName = "GLOB", Description = "Faults (default: all). Repeatable.", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string> _nth = new("--nth") { HelpName = "N", Description = $"Instructions up to the Nth of their kind (default: {UsualNth})." };
    private readonly Option<string> _scenario = new("--scenario") { HelpName = "N", Description = $"Scenario N of a campaign, 0 to {ScenarioFaker.PerCell - 1}, in place of the small one with one queue." };

    public override string Name => "pairs";

    public override string Summary => "Put each fault at each instruction, and each pair of faults at each pair of instructions.";

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("apchaos pairs --driver vfio-ap-6.9", "all faults, alone and in pairs, at all instructions of the small scenario; what takes two of them"),
        ("apchaos pairs --driver golden --driver vfio-ap-6.9 --firmware documented --runs 3", "two drivers, three schedules a point"),
        ("apchaos pairs --driver vfio-ap-5.11 --fault '*-storm' --fault deconfigure --nth 4", "four faults, up to the fourth instruction of a kind"),
        ("apchaos pairs --driver vfio-ap-6.9 --budget 30s --json pairs.json --out artifacts", "what 30 s allow, each pair that was not reached, and replay files"),
    ];

    public override void Declare(Command command)
    {
        command.Options.Add(_fault);
        command.Options.Add(_nth);
        command.Options.Add(_scenario);
    }

    public override int Run(VerbCall call)
    {
        ViewFiles.CheckJson(call);
        if (call.Shared.Overrides.Out is { } wanted)
        {
            ResultFiles.CheckFolder(wanted, call.Context);
        }

        using var watchdog = ProbeOptions.Watch(call);
        var campaign = ProbeOptions.Resolve(call);
        var settings = Settings(call, campaign, watchdog);
        var (drivers, firmware) = (ProbeOptions.Drivers(campaign), ProbeOptions.Firmware(call, campaign, UsualFirmware));
        using var stop = ProbeOptions.Stop(call);
        var found = CampaignView.Show(call.Context, call.Shared.Quiet, progress => drivers
            .TakeWhile(_ => !stop.IsCancellationRequested)
            .Select(driver => new PairSweep(settings, firmware).Run(driver, call.Shared.Workers, progress, stop.Token)).ToList());
        var interrupted = found.Count < drivers.Count || found.Exists(driver => !driver.IsComplete);
        var folder = call.Shared.Overrides.Out;
        ViewFiles.Show(call, PairsView.Lines(found, settings, firmware.Id, folder), PairsView.ToJson(found, settings, firmware.Id, interrupted));
        if (folder is not null)
        {
            WriteHistories(call, folder, found);
        }

        return ProbeOptions.CodeOf(call, interrupted);
    }

    private PairSettings Settings(VerbCall call, Campaign campaign, Watchdog watchdog)
    {
        var probes = ProbeOptions.Settings(call, campaign, [], 1, watchdog);
        var patterns = call.Parsed.GetValue(_fault) is { Length: > 0 } some ? some : ["*"];
        var scenario = Number("--scenario", call.Parsed.GetValue(_scenario), 0, ScenarioFaker.PerCell - 1) is { } number
            ? ScenarioFaker.Draw(probes.Seed, number, probes.Topology)
            : ThreadModel.Scenario;
        return new PairSettings(
            probes.Seed,
            probes.Runs,
            Number("--nth", call.Parsed.GetValue(_nth), 1, NthMax) ?? UsualNth,
            scenario,
            probes.Budgets,
            probes.Catalogue,
            [.. patterns.SelectMany(probes.Catalogue.FindFaults).Distinct().Order(StringComparer.Ordinal)],
            watchdog);
    }

    private static void WriteHistories(VerbCall call, string folder, IReadOnlyList<PairsOfDriver> found)
    {
        var files = new FileSet(call.Context.PathOf(folder), folder);
        foreach (var history in found.SelectMany(driver => driver.Together).Select(together => together.History!))
        {
            files.Add($"failures/{history.FileName}", ReplayJson.Write(history));
        }

        if (files.Problem is { } problem)
        {
            throw new InputException(problem);
        }
    }

    private static int? Number(string option, string? text, int minimum, int maximum) => text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum ? number
        : throw new InputException($"{option} is '{text}'; expected a whole number from {minimum} to {maximum}");
}
