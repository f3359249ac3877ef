using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Faults;

[TestFixture]
public sealed class GuestZapqTests
{
    [Test]
    public void The_guest_resets_right_before_the_driver_which_meets_RC_02()
    {
        FaultRuns runs = Guest("").Run(1);
        MachineEvent entered = runs.Events(EventKind.OperationEntered).First(e => e.A == (long)DriverOperation.CloseDevice);
        MachineEvent bite = runs.Events(EventKind.FaultBit).Single();
        MachineEvent reset = runs.Events(EventKind.ResetStarted).First();
        Assert.That(bite.Step, Is.EqualTo(entered.Step));
        Assert.That((reset.Step, reset.Queue, reset.A, reset.B, reset.C), Is.EqualTo((entered.Step, bite.Queue, 200 * VirtualTime.Millisecond, 1L, (long)ActorClass.Guest)));
        MachineEvent zapq = runs.Events(EventKind.Instruction).First(e => e.Op == Op.Zapq && e.B == (long)ActorClass.Driver && e.Queue == bite.Queue);
        Assert.That(new ApqSw((uint)zapq.A).ResponseCode, Is.EqualTo(ResponseCode.ResetInProgress));
    }

    [TestCase("guest-zapq", 1)]
    [TestCase("guest-rapq", 0)]
    public void It_zeroizes_or_not(string fault, long zeroize) => Assert.That(
        new FaultRuns("vfio-ap-6.3", FaultRuns.Plan($$"""{ "fault": "{{fault}}" }""")).Run(1).Events(EventKind.ResetStarted).First(e => e.C == (long)ActorClass.Guest).B, Is.EqualTo(zeroize));

    [TestCase(1, 1)]
    [TestCase(2, 2)]
    [TestCase(0, 3)]
    public void It_fires_as_often_as_its_count_says(int count, int expected) =>
        Assert.That(Guest($$""", "count": {{count}} """).Run(1).Events(EventKind.FaultFired).Count(), Is.EqualTo(expected));

    [Test]
    public void A_queue_that_no_guest_has_cannot_be_reset_by_one()
    {
        FaultRuns runs = Guest(""", "on": { "operation": "close-device", "when": "exit" } """).Run(1);
        Assert.That(runs.Events(EventKind.FaultFired), Is.Not.Empty);
        Assert.That(runs.Events(EventKind.FaultBit), Is.Empty);
        Assert.That(runs.Events(EventKind.ResetStarted).Where(e => e.C == (long)ActorClass.Guest), Is.Empty);
    }

    [Test]
    public void A_queue_of_the_trigger_means_the_close_of_the_device_that_has_it()
    {
        FaultRuns runs = Guest(""", "count": 0, "on": { "operation": "close-device", "apqn": "06.0004" } """).Run(1);
        Assert.That(runs.Events(EventKind.FaultBit).Select(e => e.Queue), Is.EqualTo((short[])[2]));
    }

    [Test]
    public void At_a_virtual_time_one_of_all_queues_is_chosen()
    {
        FaultRuns runs = Guest(""", "on": { "at": "3ms" } """);
        var queues = new SortedSet<short>();
        for (ulong seed = 0; seed < 50; seed++)
        {
            runs.Run(seed);
            Assert.That(runs.Events(EventKind.FaultFired).Single().TimeNs, Is.EqualTo(3 * VirtualTime.Millisecond));
            queues.UnionWith(runs.Events(EventKind.FaultBit).Select(e => e.Queue));
        }

        Assert.That(queues, Is.EqualTo((short[])[0, 1, 2, 3]));
    }

    [Test]
    public void Other_faults_may_bend_its_reset_and_each_bite_is_noted_for_its_own_fault()
    {
        var runs = new FaultRuns("golden", FaultRuns.Plan("""{ "fault": "guest-zapq" }, { "fault": "slow-reset", "issuer": "anybody", "duration": "70ms" }"""));
        int step = runs.Run(1).Events(EventKind.OperationEntered).First(e => e.A == (long)DriverOperation.CloseDevice).Step;
        Assert.That(runs.Events(EventKind.FaultBit).Where(e => e.Step == step).Select(e => e.A), Is.EqualTo((long[])[1, 0]));
        Assert.That(runs.Events(EventKind.ResetStarted).First().A, Is.EqualTo(70 * VirtualTime.Millisecond));
    }

    private static FaultRuns Guest(string options) => new("vfio-ap-6.3", FaultRuns.Plan($$"""{ "fault": "guest-zapq" {{options}} }"""));
}
