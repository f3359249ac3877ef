using ApChaos.Conformance;
using NUnit.Framework;

namespace Samples;

/// <summary>
/// All that a test project needs: the driver's name. Here with the one plan that this driver survives (it holds its locks while it waits), and
/// with a test of one's own.
/// </summary>
[Plan("calm")]
[Runs(50)]
public sealed class PatientDriverTests : DriverConformance<PatientDriver>
{
    /// <summary>A reset of 800 ms is within its patience: it has no bound.</summary>
    [Test]
    public void A_reset_of_800_ms_leaks_no_pin() => Assert.That(
        Run("""{ "name": "long", "faults": [ { "fault": "slow-reset", "duration": "800ms" } ] }""", "irq-off-at-end"),
        Has.NoViolation.Of("pin-leak", "nib-store-after-unpin"));
}
