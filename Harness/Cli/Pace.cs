using System.Diagnostics;

namespace ApChaos.Cli;

/// <summary>When to say how far something is: rarer and rarer, so that a log of something long stays short. Not for several threads at once.</summary>
/// <param name="shortest">Real time before the first line, and between two at least.</param>
internal sealed class Pace(TimeSpan shortest)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly TimeSpan _shortest = shortest;
    private TimeSpan _next = shortest;

    /// <summary>Whether it is time for a line; then the next is later.</summary>
    /// <param name="elapsed">Real time since the beginning.</param>
    public bool IsDue(out TimeSpan elapsed)
    {
        elapsed = _watch.Elapsed;
        if (elapsed < _next)
        {
            return false;
        }

        var pause = elapsed < Longest ? elapsed : Longest;
        _next = elapsed + (pause > _shortest ? pause : _shortest);
        return true;
    }
}
