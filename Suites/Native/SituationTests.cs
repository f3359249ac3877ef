// What the unmodified driver does in the situations that people ask about, as one table that is approved: what was found, by whom.
// All of it rests on the profile irq-off-at-end and on Drivers/Native/assumptions.json.

using System.Text;
using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Suites.Native;

public sealed class SituationTests
{
    private static readonly (string Name, string Faults)[] Situations =
    [
        ("close, reset takes 30 ms", Slow("30ms")),
        ("close, reset takes 200 ms", Slow("200ms")),
        ("close, reset never ends", Slow("never")),
        ("close, ZAPQ is busy for 80 ms", """{ "fault": "busy-storm", "on": { "instruction": "zapq", "actor": "driver" }, "duration": "80ms" }"""),
        ("close, ZAPQ is busy for 10 s", """{ "fault": "busy-storm", "on": { "instruction": "zapq", "actor": "driver" }, "duration": "10s" }"""),
        ("unbind under an armed interrupt", Unbind),
        ("unbind under an armed interrupt, reset takes 200 ms", Unbind + ", " + Slow("200ms")),
        ("every queue is unbound under an armed interrupt, reset takes 200 ms", EachUnbind + ", " + Slow("200ms")),
        ("a queue is unbound under an armed interrupt, reset never ends", Unbind + ", " + Slow("never")),
        ("the mdev is removed under an armed interrupt", Remove),
        ("the mdev is removed under an armed interrupt, reset takes 30 ms", Remove + ", " + Slow("30ms")),
        ("the mdev is removed under an armed interrupt, reset takes 200 ms", Remove + ", " + Slow("200ms")),
        ("the mdev is removed under an armed interrupt, ZAPQ is busy for 80 ms", Remove + """, { "fault": "busy-storm", "on": { "instruction": "zapq", "actor": "driver" }, "duration": "80ms" }"""),
        ("the adapter is deconfigured under an armed interrupt", """{ "fault": "deconfigure", "on": { "instruction": "aqic", "actor": "driver", "when": "after" }, "duration": "never", "count": 1 }"""),
        ("the adapter leaves the configuration under an armed interrupt", """{ "fault": "config-removal", "on": { "instruction": "aqic", "actor": "driver", "when": "after" } }"""),
        ("dma-unmap of the NIB's page", """{ "fault": "dma-unmap", "range": "nib" }"""),
        ("dma-unmap of all memory, reset takes 200 ms", """{ "fault": "dma-unmap", "range": "all" }, """ + Slow("200ms")),
        ("dma-unmap, disabling takes 200 ms", """{ "fault": "dma-unmap", "range": "nib" }, { "fault": "slow-aqic", "duration": "200ms" }"""),
    ];

    private const string Unbind = """{ "fault": "queue-unbind", "on": { "instruction": "aqic", "actor": "driver", "when": "after", "nth": 1 } }""";

    private const string EachUnbind = """{ "fault": "queue-unbind", "count": 0, "on": { "instruction": "aqic", "actor": "driver", "when": "after" } }""";

    private const string Remove = """{ "fault": "mdev-remove", "on": { "instruction": "aqic", "actor": "driver", "when": "after", "nth": 1 } }""";

    [TestCase("linux-source-6.1")]
    [TestCase("linux-source-6.12")]
    public Task The_kernels_driver_has_these_verdicts(string name)
    {
        var driver = Bench.Of(Trees.Real(name));
        var table = new StringBuilder();
        foreach (var (situation, faults) in Situations)
        {
            var found = new SortedSet<string>(StringComparer.Ordinal);
            Bench.Run(driver, Plan(faults), "situation", (engine, _) => found.UnionWith(engine.Findings.ToArray().Select(finding => engine.Setup.Oracles[finding.Oracle].Id)));
            table.Append($"{situation}: {(found.Count == 0 ? "no violation" : string.Join(", ", found))}\n");
        }

        return Verify(table.ToString()).UseDirectory("Approved").UseTextForParameters(name);
    }

    // Figures of the issue: 6.1 looks at 20 and 40 ms and gives up; the page is given back then, and the hardware writes to it.
    [Test]
    public void The_timeline_of_6_1_shows_who_gave_up_and_when()
    {
        List<string> lines = [];
        Bench.Run(Bench.Of(Trees.Real("linux-source-6.1")), Plan(Slow("200ms")), "situation", (engine, trace) =>
        {
            if (lines.Count == 0 && engine.Findings.ToArray().Any(finding => engine.Setup.Oracles[finding.Oracle].Id == "nib-store-after-unpin"))
            {
                lines.AddRange(HistoryWriter.Full(trace, engine).Select(line => $"{line.TimeNs / VirtualTime.Millisecond} {line.Text}"));
            }
        });
        var zapq = lines.FindIndex(line => line.Contains("ZAPQ", StringComparison.Ordinal) && line.Contains("[vfio_ap_mdev_reset_queue]", StringComparison.Ordinal));
        var unpin = lines.FindIndex(zapq, line => line.Contains("vfio_unpin_pages", StringComparison.Ordinal) && line.Contains("[vfio_ap_free_aqic_resources]", StringComparison.Ordinal));
        Assert.That(unpin, Is.GreaterThan(zapq), string.Join('\n', lines));
        Assert.That(TimeOf(lines[unpin]) - TimeOf(lines[zapq]), Is.EqualTo(40), "ms until it gave up");
        Assert.That(lines.Skip(unpin), Has.Some.Contains("NIB"));
    }

    private static long TimeOf(string line) => long.Parse(line.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    private static string Plan(string faults) => $$"""{ "name": "situation", "faults": [ {{faults}} ] }""";

    private static string Slow(string duration) => $$"""{ "fault": "slow-reset", "duration": "{{duration}}" }""";
}
