using ApChaos.Abstractions;
using ApChaos.Hosting;

namespace ApChaos.Suites.Engine.Hosting;

[TestFixture]
public sealed class CatalogueTests
{
    [Test]
    public void Whatever_is_there_is_found_in_the_order_of_ids()
    {
        Assert.That(Catalogue.Shipped.Drivers.Select(driver => driver.Id), Is.SupersetOf((string[])
        [
            "golden", "vfio-ap-2019-v2", "vfio-ap-2019-v2-wait-empty", "vfio-ap-4.20", "vfio-ap-5.11", "vfio-ap-5.3", "vfio-ap-6.3", "vfio-ap-6.6", "vfio-ap-6.9",
        ]).And.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
        Assert.That(Catalogue.Shipped.Faults.Select(fault => fault.Id),
            Is.SupersetOf((string[])["deconfigure", "guest-zapq", "reset-in-progress-storm", "slow-reset"]).And.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
        Assert.That(Catalogue.Shipped.Oracles.Select(oracle => oracle.Id), Does.Contain("nib-store-after-unpin").And.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
    }

    [Test]
    public void An_engine_gets_oracles_of_its_own()
    {
        IReadOnlyList<Oracle> one = Catalogue.Shipped.CreateOracles();
        IReadOnlyList<Oracle> other = Catalogue.Shipped.CreateOracles();
        Assert.That(one.Select(oracle => oracle.Id), Is.EqualTo(Catalogue.Shipped.Oracles.Select(oracle => oracle.Id)));
        Assert.That(one.Intersect(other), Is.Empty);
    }

    [Test]
    public void A_plugin_adds_what_it_has()
    {
        string scratch = Directory.CreateTempSubdirectory("apchaos-plugins-").FullName;
        try
        {
            PluginFile.Write(Path.Combine(scratch, "one.dll"));
            Catalogue larger = Catalogue.Shipped.WithPlugin("one.dll", scratch);
            Assert.That(larger.Drivers.Select(driver => driver.Id).Except(Catalogue.Shipped.Drivers.Select(driver => driver.Id)), Is.EqualTo((string[])["made"]));
            Assert.That(larger.Faults, Has.Count.EqualTo(Catalogue.Shipped.Faults.Count));
            Assert.That(larger.CreateOracles(), Has.Count.EqualTo(Catalogue.Shipped.Oracles.Count));
            Assert.That(larger.Plans, Is.EqualTo(Catalogue.Shipped.Plans));
            Assert.That(() => larger.WithPlugin("one.dll", scratch), Throws.TypeOf<InputException>().With.Message.Contains("the driver id 'made' is there twice"));
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    [TestCase("thread-scenario-?", 3)]
    [TestCase("calm", 1)]
    public void Plans_are_found_by_name_and_pattern(string text, int count) => Assert.That(Catalogue.Shipped.FindPlans(text), Has.Count.EqualTo(count));

    [Test]
    public void An_unknown_plan_is_refused_with_those_that_there_are() => Assert.That(
        () => Catalogue.Shipped.FindPlans("clam"), Throws.TypeOf<InputException>().With.Message.StartsWith("unknown plan 'clam'").And.Message.Contains("expected one of: calm, "));
}
