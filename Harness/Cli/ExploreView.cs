using System.Diagnostics;
using System.Globalization;
using ApChaos.Campaigns;

namespace ApChaos.Cli;

/// <summary>Says now and then how far an exploration is, and how much there is left by the look of it.</summary>
internal sealed class ExploreView(TextWriter output)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _gate = new();
    private TimeSpan _next = Shortest;

    /// <summary>Told by any worker.</summary>
    public void Report(ExploreProgress value)
    {
        lock (_gate)
        {
            var now = _watch.Elapsed;
            if (now < _next)
            {
                return;
            }

            // Rarer and rarer, so that a log of a long exploration stays short.
            var pause = now < Longest ? now : Longest;
            _next = now + (pause > Shortest ? pause : Shortest);
            var seen = value.Progress;
            var forecast = seen.Forecast is { } all && all > seen.States
                ? string.Create(CultureInfo.InvariantCulture, $"about {all:#,0} states in all ({100 * seen.States / all:0} % done)")
                : "still growing";
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{value.Cell}: {seen.States:#,0} states, {seen.Transitions:#,0} transitions, depth {seen.Depth}, {seen.Memory >> 20} MiB; {forecast}"));
        }
    }
}
