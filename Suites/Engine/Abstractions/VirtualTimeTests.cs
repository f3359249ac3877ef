using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Abstractions;

[TestFixture]
public sealed class VirtualTimeTests
{
    private const int Samples = 200_000;

    [TestCase("0ms", 0)]
    [TestCase("0ns", 0)]
    [TestCase("1ns", 1)]
    [TestCase("50us", 50_000)]
    [TestCase("20ms", 20_000_000)]
    [TestCase("1.5s", 1_500_000_000)]
    [TestCase("0.5us", 500)]
    [TestCase(".5s", 500_000_000)]
    [TestCase("2min", 120_000_000_000)]
    [TestCase("1440min", 86_400_000_000_000)]
    [TestCase("never", long.MaxValue)]
    public void A_duration_is_a_number_with_a_unit(string text, long ns)
    {
        Assert.That(VirtualTime.TryParse(text, out long parsed, out _), Is.True);
        Assert.That(parsed, Is.EqualTo(ns));
    }

    [TestCase("", "units: ns, us, ms, s, min")]
    [TestCase("20", "units")]
    [TestCase("ms", "units")]
    [TestCase("20 ms", "units")]
    [TestCase("20h", "units")]
    [TestCase("20MS", "units")]
    [TestCase("1e3ms", "units")]
    [TestCase("1.2.3ms", "units")]
    [TestCase(".ms", "units")]
    [TestCase("+5ms", "units")]
    [TestCase("1,5s", "units")]
    [TestCase("Never", "units")]
    [TestCase("99999999999999999999999999999999999999s", "units")]
    [TestCase("-5ms", "not negative")]
    [TestCase("1441min", "at most one day")]
    [TestCase("86401s", "at most one day")]
    [TestCase("0.5ns", "whole number of nanoseconds")]
    [TestCase("0.0000000001s", "whole number of nanoseconds")]
    public void What_is_no_duration_is_refused_with_what_is_expected(string text, string expected)
    {
        Assert.That(VirtualTime.TryParse(text, out long ns, out string message), Is.False);
        Assert.That(message, Does.Contain(expected));
        Assert.That(ns, Is.Zero);
    }

    [TestCase(0, "0ms")]
    [TestCase(1, "1ns")]
    [TestCase(999, "999ns")]
    [TestCase(1_000, "1us")]
    [TestCase(20_000_000, "20ms")]
    [TestCase(1_000_001, "1.000001ms")]
    [TestCase(1_500_000_000, "1.5s")]
    [TestCase(1_000_000_001, "1.000000001s")]
    [TestCase(long.MaxValue, "never")]
    public void It_is_written_in_the_largest_unit_that_fits(long ns, string text) => Assert.That(VirtualTime.Format(ns), Is.EqualTo(text));

    [Test]
    public void Every_duration_comes_back_from_its_text()
    {
        var random = new RandomNumbers(1);
        for (int i = 0; i < Samples; i++)
        {
            long ns = Sample(ref random);
            string text = VirtualTime.Format(ns);
            if (!VirtualTime.TryParse(text, out long parsed, out _) || parsed != ns)
                Assert.Fail($"{ns} ns is written {text} and read {parsed}");
        }
    }

    [Test]
    public void An_instant_is_written_in_milliseconds_to_the_microsecond() =>
        Assert.That(VirtualTime.FormatInstant(61_005_000), Is.EqualTo("61.005 ms"));

    /// <summary>All magnitudes up to a day, and values around the units.</summary>
    private static long Sample(ref RandomNumbers random)
    {
        long[] units = [1, VirtualTime.Microsecond, VirtualTime.Millisecond, VirtualTime.Second, 60 * VirtualTime.Second, VirtualTime.DurationMax];
        if (random.Next(4) == 0)
            return Math.Clamp(units[random.Next(units.Length)] + random.Next(5) - 2, 0, VirtualTime.DurationMax);
        return (long)(random.Next() % (1UL << (1 + random.Next(46)))) % (VirtualTime.DurationMax + 1);
    }
}
