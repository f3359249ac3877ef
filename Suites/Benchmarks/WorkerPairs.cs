namespace ApChaos.Suites.Benchmarks;

/// <summary>
/// Two workers against one, and against what two processors can give: the work of one worker done twice at once by threads that share nothing. That
/// the second is less than twice as fast is not the workers' doing, but the machine's: memory, caches and neighbours.
/// </summary>
/// <param name="work">What is done.</param>
/// <param name="about">What else is to be known of it.</param>
/// <param name="unit">Unit of the measured times.</param>
internal sealed class WorkerPairs(string work, string about, string unit)
{
    private readonly Pairs _workers = new("10", $"{work} with two workers against one, {about}", unit);
    private readonly Pairs _machine = new("-", $"{work} twice at once, sharing nothing, against one after the other, {about}", unit);
    private readonly Pairs _shared = new("-", $"{work} with two workers against twice at once, sharing nothing, per piece of work, {about}", unit);

    /// <summary>Measures the three one after the other; who comes first changes from round to round.</summary>
    /// <param name="round">Number of the round.</param>
    /// <param name="two">Time of two workers.</param>
    /// <param name="one">Time of one.</param>
    /// <param name="apart">Half of the time of two that share nothing.</param>
    internal void Measure(int round, Func<double> two, Func<double> one, Func<double> apart)
    {
        Func<double>[] sides = [two, one, apart];
        var took = new double[sides.Length];
        for (var i = 0; i < sides.Length; i++)
        {
            var side = (round + i) % sides.Length;
            took[side] = sides[side]();
        }

        _workers.Add(took[0], took[1]);
        _machine.Add(took[2], took[1]);
        _shared.Add(took[0], took[2]);
    }

    internal void Report(Options options, object? details)
    {
        _workers.Report(options, details);
        _machine.Report(options, details);
        _shared.Report(options, details);
    }
}
