using System.Globalization;
using System.Text.RegularExpressions;
using ApChaos.Native;

namespace ApChaos.Suites.Native;

/// <summary>Both sides of the message mean the same.</summary>
public sealed class ProtocolTests
{
    private static readonly (string Prefix, Type Type)[] Enumerations =
        [("APX_ENTRY_", typeof(NativeEntry)), ("APX_FAULT_", typeof(NativeFault)), ("APX_", typeof(NativeOp))];

    [Test]
    public void The_numbers_of_the_header_are_those_of_the_enumerations()
    {
        var seen = 0;
        foreach (Match match in Regex.Matches(ShimFiles.Text("runtime/apx.h"), @"^\t(APX_\w+) = (\d+),", RegexOptions.Multiline))
        {
            var (prefix, type) = Enumerations.First(e => match.Groups[1].Value.StartsWith(e.Prefix, StringComparison.Ordinal));
            var name = match.Groups[1].Value[prefix.Length..].Replace("_", "", StringComparison.Ordinal);
            Assert.That(Enum.TryParse(type, name, ignoreCase: true, out var value), Is.True, name);
            Assert.That(Convert.ToInt32(value, CultureInfo.InvariantCulture), Is.EqualTo(int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)), name);
            seen++;
        }

        Assert.That(seen, Is.EqualTo(Enumerations.Sum(e => Enum.GetValues(e.Type).Length)));
    }

    [Test]
    public void The_message_is_one_cache_line() => Assert.That(System.Runtime.CompilerServices.Unsafe.SizeOf<NativeMessage>(), Is.EqualTo(64));

    [Test]
    public void Every_assumption_is_one_line() =>
        Assert.That(KernelAssumptions.All.Values.Where(text => text.Length is < 20 or > 200 || text.Contains('\n', StringComparison.Ordinal)), Is.Empty);
}
