using System.Diagnostics;

namespace ApChaos.Suites.Benchmarks;

/// <summary>Wall time: what workers wait for is in it.</summary>
internal static class WallClock
{
    /// <summary>Milliseconds that some work takes.</summary>
    internal static double Ms(Action work)
    {
        var began = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <summary>Half of the milliseconds that the work takes when two threads do it at once, each for itself: what is left of two processors here.</summary>
    internal static double HalfMsOfTwo(Action work) => Ms(() => Parallel.Invoke(work, work)) / 2;
}
