using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Faults;

/// <summary><c>aqic-otherwise-changed</c> and <c>aqic-invalid-address</c>.</summary>
[TestFixture]
public sealed class AqicAnswerTests
{
    [TestCase("aqic-otherwise-changed", ResponseCode.OtherwiseChanged)]
    [TestCase("aqic-invalid-address", ResponseCode.InvalidAddress)]
    public void The_drivers_first_AQIC_is_answered_so_and_interruption_stays_as_it_is(string fault, ResponseCode code)
    {
        FaultRuns runs = With("vfio-ap-6.9", $$"""{ "fault": "{{fault}}" }""").Run(1);
        MachineEvent first = runs.Events(EventKind.Instruction).First(e => e.Op == Op.Aqic);
        Assert.That(new ApqSw((uint)first.A).ResponseCode, Is.EqualTo(code));
        Assert.That(runs.Events(EventKind.IrqOn).Where(e => e.Step == first.Step), Is.Empty);
        Assert.That(runs.Events(EventKind.OperationExited).First(e => e.A == (long)DriverOperation.AqicIntercept && e.Queue == first.Queue).C, Is.EqualTo((long)code));
    }

    [Test]
    public void A_condition_of_the_queue_is_answered_first()
    {
        FaultRuns runs = With(
            "vfio-ap-6.9", """{ "fault": "aqic-otherwise-changed" }, { "fault": "busy-storm", "on": "always", "duration": "20ms" }""").Run(1);
        long lifted = runs.Events(EventKind.FaultLifted).First(e => e.A == 1).TimeNs;
        Assert.That(runs.Events(EventKind.FaultBit).Where(e => e.A == 0 && e.TimeNs < lifted), Is.Empty);
        Assert.That(
            runs.Events(EventKind.Instruction).Where(e => e.Op == Op.Aqic && e.TimeNs < lifted).Select(e => new ApqSw((uint)e.A).ResponseCode),
            Is.Not.Empty.And.All.EqualTo(ResponseCode.Busy));
    }

    [TestCase("enable", ExpectedResult = true)]
    [TestCase("disable", ExpectedResult = false)]
    public bool It_keeps_to_the_AQICs_that_it_is_told(string instructions) => With(
        "vfio-ap-6.9",
        $$"""{ "fault": "aqic-otherwise-changed", "on": "always", "count": 0, "instructions": "{{instructions}}" }""").Run(1).Events(EventKind.FaultBit).Any();

    /// <summary>bug-history S1: the new pin and GISC are forgotten, in all kernels read.</summary>
    [TestCase("vfio-ap-5.3")]
    [TestCase("vfio-ap-6.3")]
    [TestCase("vfio-ap-6.9")]
    public void After_an_unexpected_code_the_kernels_forget_what_they_had_just_pinned(string driver) =>
        Assert.That(With(driver, """{ "fault": "aqic-invalid-address" }""").Run(1).Oracles(), Is.SupersetOf(new[] { "pin-leak", "gisc-leak" }));

    private static FaultRuns With(string driver, string faults) => new(driver, FaultRuns.Plan(faults));
}
