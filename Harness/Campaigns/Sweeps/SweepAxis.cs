using System.Globalization;
using ApChaos.Abstractions;
using ApChaos.Hosting;

namespace ApChaos.Campaigns;

/// <summary>An axis of a sweep: an option of a fault over a range.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Option">Its option: a duration or a count.</param>
/// <param name="Values">The values, ascending; at least two. Nanoseconds for durations.</param>
public sealed record SweepAxis(Fault Fault, FaultOption Option, IReadOnlyList<long> Values)
{
    private const int StepsMax = 200;
    private const string Shape = "FAULT.OPTION=LOW..HIGH/STEPS, such as slow-reset.duration=0..400ms/20";

    /// <summary>How the axis is called.</summary>
    public string Name => $"{Fault.Id}.{Option.Name}";

    /// <summary>How near the boundary is looked for: 1 ms, or 1.</summary>
    public long Resolution => Option.Kind == FaultOptionKind.Duration ? VirtualTime.Millisecond : 1;

    /// <summary>Reads an axis.</summary>
    /// <param name="option">The option of the command line, for messages.</param>
    /// <param name="text">What the user wrote.</param>
    /// <param name="catalogue">The known faults.</param>
    /// <returns>The axis.</returns>
    /// <exception cref="InputException">It is none.</exception>
    public static SweepAxis Parse(string option, string text, Catalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(catalogue);
        var (equals, dots, slash) = (text.IndexOf('='), text.IndexOf("..", StringComparison.Ordinal), text.LastIndexOf('/'));
        var dot = equals < 0 ? -1 : text.LastIndexOf('.', equals);
        if (dot <= 0 || dots < equals || slash < dots || dots < 0)
        {
            throw new InputException($"{option} is {InputText.Quote(text)}; expected {Shape}");
        }

        var fault = catalogue.FindFault(text[..dot])
            ?? throw new InputException($"{option}: {InputText.Unknown("fault", text[..dot], [.. catalogue.Faults.Select(known => known.Id)])}");
        var swept = fault.Options.FirstOrDefault(known => known.Name == text[(dot + 1)..equals])
            ?? throw new InputException($"{option}: {InputText.Unknown($"option of {fault.Id}", text[(dot + 1)..equals], [.. Sweepable(fault)])}");
        if (swept.Kind is not (FaultOptionKind.Duration or FaultOptionKind.Count))
        {
            throw new InputException($"{option}: {fault.Id}.{swept.Name} has no range; expected one of: {string.Join(", ", Sweepable(fault))}");
        }

        var (low, high) = (text[(equals + 1)..dots].Trim(), text[(dots + 2)..slash].Trim());
        var last = ReadValue(option, high, swept);
        var first = ReadValue(option, long.TryParse(low, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? low + Unit(high) : low, swept);
        if (first >= last)
        {
            throw new InputException($"{option} goes from {InputText.Quote(low)} to {InputText.Quote(high)}; expected a range that ascends");
        }

        if (!int.TryParse(text[(slash + 1)..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var steps) || steps is < 1 or > StepsMax || last - first < steps)
        {
            throw new InputException($"{option} has {InputText.Quote(text[(slash + 1)..])} steps; expected a whole number from 1 to {Math.Min(StepsMax, last - first)}");
        }

        return new SweepAxis(fault, swept, [.. Enumerable.Range(0, steps + 1).Select(step => first + (long)((Int128)(last - first) * step / steps))]);
    }

    /// <summary>A value as plans write it.</summary>
    /// <param name="value">The value.</param>
    /// <returns>For instance <c>20ms</c>.</returns>
    public string Format(long value) => Option.Kind == FaultOptionKind.Duration ? VirtualTime.Format(value) : value.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> Sweepable(Fault fault) =>
        fault.Options.Where(known => known.Kind is FaultOptionKind.Duration or FaultOptionKind.Count).Select(known => known.Name);

    private static string Unit(string text) => new([.. text.SkipWhile(c => char.IsAsciiDigit(c) || c == '.')]);

    private static long ReadValue(string option, string text, FaultOption swept)
    {
        var expected = "a whole number";
        var isValue = swept.Kind == FaultOptionKind.Duration
            ? VirtualTime.TryParse(text, out var value, out expected) && value != VirtualTime.Never
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        if (!isValue)
        {
            throw new InputException($"{option} has {InputText.Quote(text)}; expected {expected} in {Shape}");
        }

        var format = new SweepAxis(null!, swept, []);
        return value >= swept.Minimum && value <= swept.Maximum
            ? value
            : throw new InputException($"{option} has {InputText.Quote(text)}; expected {format.Format(swept.Minimum)} to {format.Format(swept.Maximum)}");
    }
}
