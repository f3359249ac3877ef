using System.Text;
using ApChaos.Campaigns;
using ApChaos.Hosting;

namespace ApChaos.Suites.Engine.Configuration;

[TestFixture]
public sealed class ChaosConfigTests
{
    [Test]
    public void What_is_left_out_has_its_default()
    {
        ChaosConfig config = Parse("{}");
        Assert.That((config.Seed, config.Runs, config.Reports.Out), Is.EqualTo(("apchaos", 2000, "artifacts")));
        Assert.That((config.Topology.Adapters, config.Topology.Domains, config.Topology.Guests), Is.EqualTo((new[] { 5, 6 }, new[] { 4, 71 }, 2)));
        Assert.That((config.Budgets.LockHeld, config.Budgets.Operation), Is.EqualTo(("1s", "120s")));
    }

    [Test]
    public void The_example_of_the_design_is_understood()
    {
        ChaosConfig config = Parse("""
            {
              "$schema": "./Harness/chaos.schema.json",
              "seed": "apchaos",
              "runs": 2000,                          // per cell
              "topology": { "adapters": [5, 6], "domains": [4, 71], "guests": 2 },
              "drivers":  ["vfio-ap-*", "golden"],
              "firmware": ["documented", "irq-off-at-end"],
              "plans": [
                "calm", "thread-scenario-*",
                { "name": "two-storms",
                  "faults": [
                    { "fault": "reset-in-progress-storm", "on": { "instruction": "zapq", "apqn": "05.0004", "nth": 1, "actor": "driver" }, "duration": "80ms" },
                    { "fault": "slow-reset", "duration": { "oneOf": ["0ms", "30ms", "200ms", "never"] } }
                  ] }
              ],
              "budgets": { "lockHeld": "1s", "operation": "120s" },
              "expect": { "vfio-ap-2019-v2": ["nib-store-after-unpin"], "golden": [] },   /* anything else is exit 1 */
              "reports": { "out": "artifacts", "formats": ["text", "json"] },
            }
            """);
        Plan inline = config.Plans[2].Resolve(config, 2, Catalogue.Shipped, Repository.Root).Single();
        Assert.That((inline.Name, inline.Faults.Count), Is.EqualTo(("two-storms", 2)));
        Assert.That(config.Plans[1].Resolve(config, 1, Catalogue.Shipped, Repository.Root), Has.Count.GreaterThan(2));
    }

    [TestCase("\uFEFF{ \"runs\": 7 }")]
    [TestCase("{ \"runs\": 7 }\r\n")]
    public void Mark_and_line_ends_do_not_matter(string json) => Assert.That(Parse(json).Runs, Is.EqualTo(7));

    [TestCase("{ /* ü€😀 */ \"runs\": 0 }", 22, Description = "columns count UTF-16 units, as editors do")]
    [TestCase("{\t\"runs\": 0 }", 11)]
    public void Columns_are_those_of_an_editor(string json, int column) =>
        Assert.That(Assert.Throws<InputException>(() => Parse(json))!.Column, Is.EqualTo(column));

    private static ChaosConfig Parse(string json) => ChaosConfigFile.Parse("chaos.json", Encoding.UTF8.GetBytes(json));
}
