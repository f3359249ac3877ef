namespace ApChaos.Exploring;

/// <summary>
/// How many states there will be, judged by the levels so far. Levels of a finite space grow more and more slowly, then shrink: the logarithm of
/// their sizes is taken for a parabola, through averages of the last levels.
/// </summary>
internal static class LevelForecast
{
    private const int Window = 3;
    private const int LevelsMax = 100_000;

    /// <summary>The number of states in all, or null while growth does not slow down.</summary>
    internal static double? Of(IReadOnlyList<long> levels)
    {
        if (levels.Count < 3 * Window || levels[^1] == 0)
        {
            return levels.Count > 0 && levels[^1] == 0 ? levels.Sum() : null;
        }

        // Mean growth of the last levels and of those before: logarithms of factors.
        var growth = Math.Log((double)levels[^1] / levels[^(Window + 1)]) / Window;
        var before = Math.Log((double)levels[^(Window + 1)] / levels[^((2 * Window) + 1)]) / Window;
        var bend = (growth - before) / Window;
        if (bend >= 0 && growth >= 0)
        {
            return null;
        }

        bend = Math.Min(bend, 0);
        var sum = (double)levels.Sum();
        var slope = growth + (bend * Window / 2);
        var size = (double)levels[^1];
        for (var i = 0; i < LevelsMax && size >= 1; i++)
        {
            slope += bend;
            size *= Math.Exp(slope);
            sum += size;
        }

        return double.IsFinite(sum) ? sum : null;
    }
}
