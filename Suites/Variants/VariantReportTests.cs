using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Reports;

namespace ApChaos.Suites.Variants;

/// <summary>
/// Regression of every shipped variant: its report over all shipped plans is approved. A difference is a change of behaviour, of the
/// variant or of the machine, and must be read before it is accepted.
/// </summary>
public sealed class VariantReportTests
{
    private static IEnumerable<string> Drivers => CellUnderTest.AllDrivers;

    [TestCaseSource(nameof(Drivers))]
    public Task The_report_of_a_variant_is_the_approved_one(string driver)
    {
        var result = CellUnderTest.Run([driver], Catalogue.Shipped.Plans, ["documented", "irq-off-at-end", "deconfig-drains"], 100);
        return Verify(new TextReport().ToText(result)).UseDirectory("Approved").UseTextForParameters(driver);
    }

    [Test]
    public void A_violation_is_replayed_to_the_same_step_and_hash([ValueSource(nameof(Drivers))] string driver)
    {
        var cell = CellUnderTest.Run(driver, "thread-scenario-2", "hostile", 60);
        foreach (var violation in cell.Violations)
        {
            var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{driver}-{violation.Oracle}.replay.json");
            File.WriteAllText(path, ReplayJson.Write(violation.File!));
            try
            {
                var read = ReplayJson.Read(path, Catalogue.Shipped);
                var outcome = Replayer.Replay(read, DriverSource.Resolve(read.Driver, Catalogue.Shipped)[0], Catalogue.Shipped);
                Assert.Multiple(() =>
                {
                    Assert.That(outcome.SameHash, Is.True, violation.Oracle);
                    Assert.That(outcome.Steps, Is.EqualTo(violation.Steps), violation.Oracle);
                    Assert.That(outcome.Violation?.Message, Is.EqualTo(violation.Message));
                });
            }
            finally
            {
                File.Delete(path);
            }
        }
    }
}
