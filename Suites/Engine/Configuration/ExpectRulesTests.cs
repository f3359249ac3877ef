using System.Text;
using ApChaos.Campaigns;
using ApChaos.Hosting;

namespace ApChaos.Suites.Engine.Configuration;

/// <summary>What a key of "expect" covers. What is wrong with one is tested with the command line.</summary>
[TestFixture]
public sealed class ExpectRulesTests
{
    private static readonly string[] Drivers = ["golden", "vfio-ap-5.3", "vfio-ap-6.9"];
    private static readonly string[] Firmware = ["documented", "irq-off-at-end"];
    private static readonly string[] Plans = ["calm", "thread-scenario-1", "thread-scenario-2"];
    private static readonly string[] Oracles = ["gisc-leak", "nib-store-after-unpin", "nib-store-foreign-page", "pin-leak"];

    [TestCase("{}", "")]
    [TestCase("""{ "golden": ["*"] }""", "")]
    [TestCase("""{ "vfio-ap-5.3": [] }""", "")]
    [TestCase("""{ "vfio-ap-5.3": ["pin-leak"] }""", "pin-leak")]
    [TestCase("""{ "vfio-*": ["nib-*"] }""", "nib-store-after-unpin nib-store-foreign-page")]
    [TestCase("""{ "*@irq-off-at-end": ["pin-leak"] }""", "pin-leak")]
    [TestCase("""{ "*@documented": ["pin-leak"] }""", "")]
    [TestCase("""{ "*@irq-*/thread-scenario-?": ["pin-leak"] }""", "pin-leak")]
    [TestCase("""{ "*@*/calm": ["pin-leak"] }""", "")]
    [TestCase("""{ "vfio-ap-5.3": ["pin-leak"], "*@*/thread-*": ["gisc-leak", "pin-leak"] }""", "gisc-leak pin-leak", Description = "the union")]
    public void A_cell_may_show_the_union_of_the_keys_that_match_it(string expect, string oracles) =>
        Assert.That(string.Join(' ', Rules(expect).For("vfio-ap-5.3", "irq-off-at-end", "thread-scenario-2")), Is.EqualTo(oracles));

    [Test]
    public void A_driver_may_hold_the_signs_that_part_a_key() =>
        Assert.That(Rules("""{ "team@home/*@documented/calm": ["pin-leak"] }""", "team@home/driver").For("team@home/driver", "documented", "calm"), Is.EqualTo(["pin-leak"]));

    private static ExpectRules Rules(string expect, params string[] more) => ExpectRules.Of(
        ChaosConfigFile.Parse("chaos.json", Encoding.UTF8.GetBytes($"{{ \"expect\": {expect} }}")), [.. Drivers, .. more], Firmware, Plans, Oracles);
}
