using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Faults;

[TestFixture]
public sealed class SlowAqicTests
{
    [Test]
    public void An_accepted_AQIC_becomes_real_so_much_later()
    {
        FaultRuns runs = With("vfio-ap-6.9", """ "duration": "12ms" """).Run(1);
        MachineEvent bite = runs.Events(EventKind.FaultBit).First();
        MachineEvent on = runs.Events(EventKind.IrqOn).First(e => e.Queue == bite.Queue);
        Assert.That(on.TimeNs - bite.TimeNs, Is.EqualTo(12 * VirtualTime.Millisecond));
    }

    [Test]
    public void An_AQIC_that_never_becomes_real_ends_with_the_faults_or_with_a_reset()
    {
        FaultRuns runs = With("golden", """ "duration": "never", "instructions": "enable" """);
        for (ulong seed = 0; seed < 20; seed++)
        {
            long healed = runs.Run(seed).Events(EventKind.Healed).Single().TimeNs;
            Assert.That(runs.Events(EventKind.IrqOn).Where(e => e.TimeNs < healed), Is.Empty);
            Assert.That(runs.Oracles(), Is.Empty);
        }
    }

    private static FaultRuns With(string driver, string options) => new(driver, FaultRuns.Plan($$"""{ "fault": "slow-aqic", {{options}} }"""));
}
