namespace ApChaos.Suites.Benchmarks;

/// <summary>Measurements of two sides, taken in turn: what is reported is the ratio of each pair, never a figure of one side alone.</summary>
/// <param name="goal">The goal that it belongs to, as in README.md.</param>
/// <param name="what">What is compared.</param>
/// <param name="unit">Unit of both sides.</param>
internal sealed class Pairs(string goal, string what, string unit)
{
    private readonly List<(double Ours, double? Other)> _values = [];

    internal void Add(double ours, double? theirs) => _values.Add((ours, theirs));

    /// <summary>Measures a pair; who comes first changes from round to round.</summary>
    internal void Measure(int round, Func<double> ours, Func<double> theirs)
    {
        if (round % 2 == 0)
        {
            var first = ours();
            Add(first, theirs());
        }
        else
        {
            var first = theirs();
            Add(ours(), first);
        }
    }

    /// <summary>Prints the result, and appends it to the file that the options name.</summary>
    internal void Report(Options options, object? details = null) => ResultLine.Of(options, goal, what, unit, _values, details).Write(options);
}
