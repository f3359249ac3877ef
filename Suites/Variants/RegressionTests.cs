using System.Runtime.CompilerServices;
using ApChaos.Campaigns;
using ApChaos.Hosting;

namespace ApChaos.Suites.Variants;

/// <summary>
/// The corpus of saved failures (<c>--save NAME</c>), before anything else: each is still there in the driver that it was found in, none is in the
/// golden driver, and a file that no longer fits is stale, not green.
/// </summary>
[TestFixture]
#pragma warning disable CS0618 // Its successors tell what a fixture depends on; this one is merely first.
[Order(0)]
#pragma warning restore CS0618
public sealed class RegressionTests
{
    private static IEnumerable<string> Names => Directory.GetFiles(Folder(), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Names))]
    public void A_saved_failure_is_shown_by_the_driver_that_it_was_found_in(string name)
    {
        ReplayFile file = Read(name);
        Assert.That(file.Plan.Name, Is.EqualTo(name));
        RegressionOutcome outcome = Regression.Check(file, Driver(file.Driver), Catalogue.Shipped);
        Assert.That(outcome.Verdict, Is.EqualTo(CellVerdict.Violated), outcome.Reason);
    }

    [TestCaseSource(nameof(Names))]
    public void A_saved_failure_does_not_hang_on_the_recorded_schedule(string name)
    {
        // As after a change of the driver: nothing of the record fits.
        ReplayFile file = Read(name) with { Choices = [] };
        Assert.That(Regression.Check(file, Driver(file.Driver), Catalogue.Shipped).Verdict, Is.EqualTo(CellVerdict.Violated));
    }

    [TestCaseSource(nameof(Names))]
    public void A_saved_failure_is_not_in_the_golden_driver(string name) =>
        Assert.That(Regression.Check(Read(name), Driver("golden"), Catalogue.Shipped).Verdict, Is.Not.EqualTo(CellVerdict.Violated));

    [Test]
    public void A_file_that_no_longer_fits_is_stale_and_names_what_never_fired()
    {
        ReplayFile file = Read(Names.First());
        Plan unfit = PlanFile.Parse(
            """{ "name": "unfit", "faults": [ { "fault": "deconfigure", "on": { "instruction": "zapq", "actor": "driver", "nth": 900000 } } ] }""", null, Catalogue.Shipped);
        RegressionOutcome outcome = Regression.Check(file with { Plan = unfit, Choices = [] }, Driver("golden"), Catalogue.Shipped, 20);
        Assert.That((outcome.Verdict, outcome.Reason), Is.EqualTo((CellVerdict.Stale, "never fired: deconfigure")));
    }

    private static ReplayFile Read(string name) => ReplayJson.Read(Path.Combine(Folder(), name + ".json"), Catalogue.Shipped);

    private static DriverEntry Driver(string id) => DriverSource.Resolve(id, Catalogue.Shipped)[0];

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Regressions");
}
