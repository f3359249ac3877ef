using System.Globalization;
using ApChaos.Campaigns;

namespace ApChaos.Cli;

/// <summary>Says now and then how far an exploration is, and how much there is left by the look of it.</summary>
internal sealed class ExploreView(TextWriter output)
{
    private readonly Pace _pace = new(TimeSpan.FromSeconds(3));
    private readonly Lock _gate = new();

    /// <summary>Told by any worker.</summary>
    public void Report(ExploreProgress value)
    {
        lock (_gate)
        {
            if (!_pace.IsDue(out _))
            {
                return;
            }

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
