using System.CommandLine;
using ApChaos.Exploring;
using ApChaos.Reports.Views;

namespace ApChaos.Cli.Verbs;

/// <summary>Measures how patient drivers are.</summary>
internal sealed class PatienceVerb : Verb
{
    private readonly ViewFiles _files = new();

    public override string Name => "patience";

    public override string Summary => "Measure how long each driver waits for each answer of the machine, how often it asks, and what it does then.";

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("apchaos patience", "all drivers against a machine that answers in one way for ever"),
        ("apchaos patience --driver 'vfio-ap-5.*' --svg patience.svg", "two of them, and a picture with the figures that the thread of 2019 added up"),
        ("apchaos patience --driver plugin:bin/MyDriver.dll --json -", "a driver of your own, as JSON: \"points\", one for each answer"),
    ];

    public override void Declare(Command command) => _files.Declare(command);

    public override int Run(VerbCall call)
    {
        _files.Check(call);
        var drivers = ProbeOptions.Drivers(call);
        using var watchdog = ProbeOptions.Watch(call);
        var points = new IReadOnlyList<PatiencePoint>[drivers.Count];
        Parallel.For(0, drivers.Count, new ParallelOptions { MaxDegreeOfParallelism = call.Shared.Workers }, i =>
        {
            var measured = 0L;
            using var watch = watchdog.Watch(drivers[i].Id, () => "not known", () => Interlocked.Read(ref measured));
            var meter = new PatienceMeter(drivers[i].Id, drivers[i].Create);
            points[i] =
            [
                .. PatienceCondition.All.Select(condition =>
                {
                    Interlocked.Increment(ref measured);
                    return meter.Measure(condition);
                }),
                meter.MeasureLongest(),
            ];
        });
        var all = points.SelectMany(some => some).ToList();
        _files.Show(call, PatienceView.Lines(all), PatienceView.ToJson(all), () => PatienceView.ToSvg(all));
        return ExitCode.AsExpected;
    }
}
