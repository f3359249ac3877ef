using System.CommandLine;
using ApChaos.Campaigns;
using ApChaos.Exploring;
using ApChaos.Hosting;
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
        var drivers = ProbeOptions.Drivers(ProbeOptions.Resolve(call));
        using var watchdog = ProbeOptions.Watch(call);
        using var stop = ProbeOptions.Stop(call);
        var points = CampaignView.Show(call.Context, call.Shared.Quiet, progress => Measure(drivers, call.Shared.Workers, watchdog, progress, stop.Token));
        var all = points.OfType<IReadOnlyList<PatiencePoint>>().SelectMany(some => some).ToList();
        var interrupted = points.Contains(null);
        _files.Show(call, PatienceView.Lines(all, interrupted), PatienceView.ToJson(all, interrupted), () => PatienceView.ToSvg(all));
        return ProbeOptions.CodeOf(call, interrupted);
    }

    /// <summary>The points of each driver; null for a driver at which it was stopped.</summary>
    private static IReadOnlyList<PatiencePoint>?[] Measure(
        IReadOnlyList<DriverEntry> drivers, int workers, Watchdog watchdog, IProgress<CampaignProgress>? progress, CancellationToken stop)
    {
        var points = new IReadOnlyList<PatiencePoint>?[drivers.Count];
        var (measured, done, total) = (0L, 0, drivers.Count * (PatienceCondition.All.Count + 1));
        Workers.Share("a measurement of patience", workers, drivers.Count, (i, token) =>
        {
            var own = 0L;
            using var watch = watchdog.Watch(drivers[i].Id, () => "not known", () => Interlocked.Read(ref own));
            var meter = new PatienceMeter(drivers[i].Id, drivers[i].Create);
            var found = new List<PatiencePoint>();
            foreach (var condition in PatienceCondition.All.Append(null))
            {
                if (token.IsCancellationRequested)
                {
                    return;
                }

                Interlocked.Increment(ref own);
                found.Add(condition is null ? meter.MeasureLongest() : meter.Measure(condition));
                progress?.Report(new CampaignProgress(Volatile.Read(ref done), drivers.Count, Interlocked.Increment(ref measured), total, drivers[i].Id));
            }

            Interlocked.Increment(ref done);
            points[i] = found;
        }, stop);
        return points;
    }
}
