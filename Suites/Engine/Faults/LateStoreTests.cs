using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Faults;

[TestFixture]
public sealed class LateStoreTests
{
    [Test]
    public void A_reply_is_announced_so_much_later()
    {
        FaultRuns runs = With(""" "delay": "3ms" """).Run(1);
        foreach (MachineEvent bite in runs.Events(EventKind.FaultBit).Take(1))
        {
            MachineEvent store = runs.Events(EventKind.NibStore).First(e => e.Queue == bite.Queue && e.Step > bite.Step);
            Assert.That(store.TimeNs - bite.TimeNs, Is.EqualTo(3 * VirtualTime.Millisecond));
            Assert.That(runs.Events(EventKind.ReplyReady).Count(e => e.Step == bite.Step && e.Queue == bite.Queue), Is.EqualTo(1));
        }
    }

    [Test]
    public void Interruption_that_goes_off_meanwhile_cancels_it()
    {
        FaultRuns runs = With(""" "delay": "10s" """);
        for (ulong seed = 0; seed < 20; seed++)
        {
            runs.Run(seed);
            Assert.That(runs.Events(EventKind.FaultBit), Is.Not.Empty);
            Assert.That(runs.Events(EventKind.NibStore), Is.Empty);
        }
    }

    [Test]
    public void It_bends_as_many_replies_as_its_count_says() =>
        Assert.That(With(""" "count": 2 """).Run(1).Events(EventKind.FaultBit).Count(), Is.EqualTo(2));

    private static FaultRuns With(string options) => new("vfio-ap-6.9", FaultRuns.Plan($$"""{ "fault": "late-store", {{options}} }"""));
}
