using System.Globalization;

namespace ApChaos.Abstractions;

/// <summary>Virtual time: 64-bit counts of virtual nanoseconds. Nothing in a run ever sleeps.</summary>
public static class VirtualTime
{
    /// <summary>One virtual microsecond, in nanoseconds.</summary>
    public const long Microsecond = 1_000;

    /// <summary>One virtual millisecond, in nanoseconds.</summary>
    public const long Millisecond = 1_000_000;

    /// <summary>One virtual second, in nanoseconds.</summary>
    public const long Second = 1_000_000_000;

    /// <summary>A time that never comes; also an unarmed timer.</summary>
    public const long Never = long.MaxValue;

    /// <summary>The longest duration that input may name: one virtual day.</summary>
    public const long DurationMax = 86_400 * Second;

    /// <summary>Reads a duration: a decimal number and one of the units ns, us, ms, s, min; or <c>never</c>.</summary>
    /// <param name="text">For instance <c>20ms</c>.</param>
    /// <param name="ns">Nanoseconds, 0..<see cref="DurationMax"/>, or <see cref="Never"/>.</param>
    /// <param name="expected">When it fails: what would have been right.</param>
    /// <returns>Whether the text is a duration.</returns>
    public static bool TryParse(string text, out long ns, out string expected)
    {
        ns = 0;
        expected = "a duration such as 20ms, 1.5s or never (units: ns, us, ms, s, min)";
        if (text == "never")
        {
            ns = Never;
            return true;
        }

        var digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.'))
        {
            digits++;
        }

        if (text.Length > 0 && text[0] == '-')
        {
            expected = "a duration that is not negative";
            return false;
        }

        long unit = text[digits..] switch
        {
            "ns" => 1,
            "us" => Microsecond,
            "ms" => Millisecond,
            "s" => Second,
            "min" => 60 * Second,
            _ => 0,
        };
        if (unit == 0 || !decimal.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        if (number > DurationMax / (decimal)unit)
        {
            expected = "a duration of at most one day (1440min), or never";
            return false;
        }

        var exact = number * unit;
        if (exact != decimal.Truncate(exact))
        {
            expected = "a whole number of nanoseconds";
            return false;
        }

        ns = (long)exact;
        return true;
    }

    /// <summary>Writes a duration in the largest unit that keeps it short and exact.</summary>
    /// <param name="ns">Nanoseconds.</param>
    /// <returns>For instance <c>20ms</c>, <c>1.5s</c>, <c>never</c>.</returns>
    public static string Format(long ns)
    {
        if (ns == Never)
        {
            return "never";
        }

        var (unit, name) = ns switch
        {
            0 => (Millisecond, "ms"),
            >= Second => (Second, "s"),
            >= Millisecond => (Millisecond, "ms"),
            >= Microsecond => (Microsecond, "us"),
            _ => (1L, "ns"),
        };
        return (ns / (decimal)unit).ToString("0.#########", CultureInfo.InvariantCulture) + name;
    }

    /// <summary>Writes a point in time in milliseconds, for columns.</summary>
    /// <param name="ns">Nanoseconds since the start of the run.</param>
    /// <returns>For instance <c>61.005 ms</c>.</returns>
    public static string FormatInstant(long ns) =>
        (ns / (decimal)Millisecond).ToString("0.000", CultureInfo.InvariantCulture) + " ms";
}
