using System.Diagnostics;
using ApChaos.Campaigns;
using Spectre.Console;

namespace ApChaos.Cli;

/// <summary>Shows how far a campaign is: a live bar on a terminal, now and then a line elsewhere.</summary>
internal static class CampaignView
{
    /// <summary>Runs a campaign and shows how far it is.</summary>
    public static T Show<T>(CliContext context, bool quiet, Func<IProgress<CampaignProgress>?, T> run)
    {
        if (quiet)
        {
            return run(null);
        }

        if (!context.IsLive)
        {
            return run(new Lines(context.Errors));
        }

        return context.Terminal.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(progress => run(new Bar(progress.AddTask("…"))));
    }

    private static string Describe(CampaignProgress progress, TimeSpan elapsed) =>
        $"{progress.CellsDone}/{progress.CellsTotal} cells, {progress.RunsDone / Math.Max(elapsed.TotalSeconds, 0.001):0} runs/s, {progress.Current}";

    private sealed class Bar(ProgressTask task) : IProgress<CampaignProgress>
    {
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private readonly Lock _gate = new();

        public void Report(CampaignProgress value)
        {
            lock (_gate)
            {
                task.MaxValue = value.RunsTotal;
                task.Value = Math.Max(task.Value, value.RunsDone);
                task.Description = Markup.Escape(Describe(value, _watch.Elapsed));
            }
        }
    }

    private sealed class Lines(TextWriter output) : IProgress<CampaignProgress>
    {
        private readonly Pace _pace = new(TimeSpan.FromSeconds(5));
        private readonly Lock _gate = new();

        public void Report(CampaignProgress value)
        {
            lock (_gate)
            {
                if (!_pace.IsDue(out var now))
                {
                    return;
                }

                output.WriteLine($"{100.0 * value.RunsDone / value.RunsTotal:0} %: {Describe(value, now)}");
            }
        }
    }
}
