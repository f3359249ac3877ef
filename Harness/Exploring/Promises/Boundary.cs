namespace ApChaos.Exploring;

/// <summary>Bisection: where a question that is answered no first and yes later begins to be answered yes.</summary>
public static class Boundary
{
    /// <summary>Finds the first number that is answered yes, if the answers change once.</summary>
    /// <param name="low">A number that is answered no.</param>
    /// <param name="high">A larger one that is answered yes.</param>
    /// <param name="resolution">How near the answer has to be, at least 1.</param>
    /// <param name="question">The question.</param>
    /// <returns>The last number that was answered no and the first that was answered yes, at most <paramref name="resolution"/> apart.</returns>
    public static (long Last, long First) Find(long low, long high, long resolution, Func<long, bool> question)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentOutOfRangeException.ThrowIfLessThan(resolution, 1);
        while (high - low > resolution)
        {
            // Multiples of the resolution where there are some: they are what people write.
            var middle = low + ((high - low) / 2);
            var rounded = middle - (middle % resolution);
            middle = rounded > low ? rounded : middle;
            if (question(middle))
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        return (low, high);
    }
}
