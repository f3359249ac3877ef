using System.CommandLine;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Reports.Views;

namespace ApChaos.Cli.Verbs;

/// <summary>Maps where drivers are safe.</summary>
internal sealed class SweepVerb : Verb
{
    private readonly Option<string> _x = new("--x") { HelpName = "AXIS", Description = "The columns: FAULT.OPTION=LOW..HIGH/STEPS." };
    private readonly Option<string> _y = new("--y") { HelpName = "AXIS", Description = "The rows, in the same way; without it one row." };
    private readonly Option<string[]> _oracle = new("--oracle") { HelpName = "GLOB", Description = "Oracles that count (default: late stores of the hardware). Repeatable.", AllowMultipleArgumentsPerToken = false };
    private readonly ViewFiles _files = new();

    public override string Name => "sweep";

    public override string Summary => "Map where drivers are safe, over one or two options of faults; boundaries by bisection.";

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("apchaos sweep --x slow-reset.duration=0..400ms/20 --y reset-in-progress-storm.duration=0..400ms/20 --svg map.svg", "reset duration x storm length, all drivers in one picture"),
        ("apchaos sweep --x slow-reset.duration=0..300ms/30 --driver 'vfio-ap-*'", "one parameter: from which duration on each driver is violated"),
        ("apchaos sweep --x busy-storm.count=0..20/20 --oracle '*' --firmware documented --runs 300", "a count, any oracle, another profile, more runs a point"),
        ("apchaos sweep --x slow-reset.duration=0..1s/100 --budget 30s --json points.json", "what was done within 30 seconds; \"points\" says which were run"),
    ];

    public override void Declare(Command command)
    {
        command.Options.Add(_x);
        command.Options.Add(_y);
        command.Options.Add(_oracle);
        _files.Declare(command);
    }

    public override int Run(VerbCall call)
    {
        _files.Check(call);
        var campaign = ProbeOptions.Resolve(call);
        var x = SweepAxis.Parse("--x", call.Parsed.GetValue(_x) ?? throw new InputException("sweep over what? expected --x FAULT.OPTION=LOW..HIGH/STEPS, such as slow-reset.duration=0..400ms/20"), Catalogue.Shipped);
        var y = call.Parsed.GetValue(_y) is { } text ? SweepAxis.Parse("--y", text, Catalogue.Shipped) : null;
        if (y?.Name == x.Name)
        {
            throw new InputException($"--x and --y are both {x.Name}; expected two that differ");
        }

        using var watchdog = ProbeOptions.Watch(call);
        var settings = ProbeOptions.Settings(call, campaign, call.Parsed.GetValue(_oracle) ?? [], Sweep.UsualRuns, watchdog);
        var firmware = ProbeOptions.Firmware(call, campaign, Sweep.UsualFirmware);
        var drivers = ProbeOptions.Drivers(campaign);
        using var stop = ProbeOptions.Stop(call);
        var result = CampaignView.Show(call.Context, call.Shared.Quiet, progress =>
            new Sweep(new CellProbe(settings), x, y, firmware).Run(drivers, call.Shared.Workers, progress, stop.Token));
        _files.Show(call, SweepView.Lines(result), SweepView.ToJson(result), () => SweepView.ToSvg(result));
        return ProbeOptions.CodeOf(call, result.Interrupted);
    }
}
