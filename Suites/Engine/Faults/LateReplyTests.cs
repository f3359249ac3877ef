using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Faults;

[TestFixture]
public sealed class LateReplyTests
{
    [Test]
    public void No_reply_comes_before_its_time()
    {
        FaultRuns runs = With("vfio-ap-6.9", """ "duration": "30ms" """).Run(1);
        MachineEvent reply = runs.Events(EventKind.ReplyReady).First();
        MachineEvent asked = runs.Events(EventKind.Enqueued).First(e => e.A == reply.A);
        Assert.That(reply.TimeNs - asked.TimeNs, Is.EqualTo(30 * VirtualTime.Millisecond));
    }

    [Test]
    public void Every_guest_is_closed_with_its_request_under_way()
    {
        FaultRuns runs = With("golden", """ "duration": "1s" """).Run(1);
        Assert.That(runs.Events(EventKind.Enqueued), Is.Not.Empty);
        Assert.That(runs.Events(EventKind.ReplyReady), Is.Empty, "a reset drops them");
    }

    private static FaultRuns With(string driver, string options) => new(driver, FaultRuns.Plan($$"""{ "fault": "late-reply", {{options}} }"""));
}
