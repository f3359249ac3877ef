using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Faults;

/// <summary><c>pin-failure</c> and <c>gisc-failure</c>.</summary>
[TestFixture]
public sealed class CallFailureTests
{
    [TestCase("vfio-ap-5.3")]
    [TestCase("vfio-ap-6.9")]
    [TestCase("golden")]
    public void A_NIB_that_cannot_be_pinned_is_RC_06_for_the_guest_and_holds_nothing(string driver)
    {
        FaultRuns runs = With(driver, """ "fault": "pin-failure", "count": 0 """).Run(1);
        Assert.That(Answers(runs), Is.All.EqualTo((long)ResponseCode.InvalidAddress));
        Assert.That(runs.Events(EventKind.Pinned).Concat(runs.Events(EventKind.GiscRegistered)), Is.Empty);
    }

    [Test]
    public void The_nth_fails_and_as_many_after_it_as_the_count_says()
    {
        FaultRuns runs = With("vfio-ap-6.9", """ "fault": "pin-failure", "nth": 2, "count": 3 """).Run(1);
        EventKind[] pins = [.. runs.Trace.Events.Select(e => e.Kind).Where(kind => kind is EventKind.Pinned or EventKind.PinFailed)];
        Assert.That(pins.Take(5), Is.EqualTo((EventKind[])[EventKind.Pinned, EventKind.PinFailed, EventKind.PinFailed, EventKind.PinFailed, EventKind.Pinned]));
        Assert.That(runs.Events(EventKind.FaultLifted).Single().Step, Is.EqualTo(runs.Events(EventKind.PinFailed).Last().Step));
    }

    [Test]
    public void It_keeps_to_the_AQICs_of_its_queue()
    {
        FaultRuns runs = With("vfio-ap-6.9", """ "fault": "gisc-failure", "count": 0, "apqn": "06.0047" """).Run(1);
        Assert.That(runs.Events(EventKind.FaultBit).Select(e => e.Queue), Is.Not.Empty.And.All.EqualTo(3));
        Assert.That(runs.Events(EventKind.GiscRegistered), Is.Not.Empty);
    }

    /// <summary>bug-history #6 and #6b: up to 6.7 the early exit forgot the pin and blamed the GISA.</summary>
    [Test]
    public void A_failed_registration_leaks_the_pin_in_6_6_and_not_in_6_9()
    {
        FaultRuns before = With("vfio-ap-6.6", """ "fault": "gisc-failure" """).Run(1);
        FaultRuns after = With("vfio-ap-6.9", """ "fault": "gisc-failure" """).Run(1);
        Assert.That(before.Oracles(), Does.Contain("pin-leak"));
        Assert.That(after.Oracles(), Is.Empty);
        Assert.That((Answers(before)[0], Answers(after)[0]), Is.EqualTo(((long)ResponseCode.InvalidGisa, (long)ResponseCode.InvalidAddress)));
    }

    [Test]
    public void In_5_3_nobody_looks_and_the_registration_that_never_was_is_given_back() =>
        Assert.That(With("vfio-ap-5.3", """ "fault": "gisc-failure" """).Run(1).Oracles(), Does.Contain("gisc-unbalanced"));

    private static long[] Answers(FaultRuns runs) =>
        [.. runs.Events(EventKind.OperationExited).Where(e => e.A == (long)DriverOperation.AqicIntercept).Select(e => e.C)];

    private static FaultRuns With(string driver, string fault) => new(driver, FaultRuns.Plan($$"""{ {{fault}} }"""));
}
