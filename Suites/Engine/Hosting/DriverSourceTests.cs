using ApChaos.Abstractions;
using ApChaos.Hosting;

namespace ApChaos.Suites.Engine.Hosting;

[TestFixture]
public sealed class DriverSourceTests
{
    private static readonly string Path = typeof(GoodDriver).Assembly.Location;

    private string scratch = "";

    [SetUp]
    public void MakeScratch() => scratch = Directory.CreateTempSubdirectory("apchaos-plugins-").FullName;

    [TearDown]
    public void DropScratch() => Directory.Delete(scratch, recursive: true);

    [TestCase("golden", "golden")]
    [TestCase("vfio-ap-6.?", "vfio-ap-6.3 vfio-ap-6.6 vfio-ap-6.9")]
    [TestCase("*-2019-*", "vfio-ap-2019-v2 vfio-ap-2019-v2-wait-empty")]
    public void Ids_and_patterns_name_shipped_drivers(string text, string expected) =>
        Assert.That(string.Join(' ', DriverSource.Resolve(text, Catalogue.Shipped).Select(driver => driver.Id)), Is.EqualTo(expected));

    [TestCase("vfio-ap-6.8", "unknown driver 'vfio-ap-6.8' (did you mean vfio-ap-6.3 or vfio-ap-6.6 or vfio-ap-6.9?); expected one of: golden, ")]
    [TestCase("gloden", "unknown driver 'gloden'")]
    [TestCase("", "unknown driver ''; expected one of: golden, ")]
    [TestCase("zcrypt-*", "no driver matches 'zcrypt-*'; expected one of: golden, ")]
    [TestCase("\u202Eevil\n", "unknown driver '\\u202eevil\\u000a'; expected one of: golden, ")]
    public void An_unknown_driver_is_refused_with_those_that_there_are(string text, string message) => Assert.That(Refused(text), Does.StartWith(message));

    [Test]
    public void A_plugin_becomes_a_driver_of_the_host()
    {
        DriverEntry entry = DriverSource.Resolve($"plugin:{Path}#GoodDriver", Catalogue.Shipped).Single();
        Assert.That((entry.Id, entry.Summary), Is.EqualTo(("good", "does nothing, on two lines")));
        Assert.That(entry.Reference, Is.EqualTo($"plugin:{Path}#ApChaos.Suites.Engine.Hosting.GoodDriver"));
        Driver driver = entry.Create();
        Assert.That(driver, Is.Not.InstanceOf<GoodDriver>(), "it is another copy of the type");
        Assert.That(entry.Create(), Is.Not.SameAs(driver));
        Assert.That(DriverSource.Resolve(entry.Reference, Catalogue.Shipped).Single().Id, Is.EqualTo("good"));
    }

    [Test]
    public void The_only_driver_of_a_plugin_need_not_be_named()
    {
        PluginFile.Write(InScratch("one.dll"));
        Assert.That(DriverSource.Resolve("plugin:one.dll", Catalogue.Shipped, scratch).Single().Reference, Is.EqualTo("plugin:one.dll#Made.OnlyDriver"));
    }

    [TestCase("plugin:", "'plugin:' names no plugin; expected plugin:PATH.dll#TYPE")]
    [TestCase("plugin:#X", "'plugin:#X' names no plugin; expected plugin:PATH.dll#TYPE")]
    [TestCase("plugin:{path}#", "names no plugin; expected plugin:PATH.dll#TYPE")]
    [TestCase("plugin:gone.dll#X", "plugin 'gone.dll' does not exist (looked at ")]
    [TestCase("plugin:{path}", "has several drivers; expected ")]
    [TestCase("plugin:{path}#NoSuch", "has no type 'NoSuch'; expected one of: ")]
    [TestCase("plugin:{path}#TwinDriver", "has several types 'TwinDriver'; expected a full name: ApChaos.Suites.Engine.Hosting.First+TwinDriver, ")]
    [TestCase("plugin:{path}#NotADriver", "does not derive from ApChaos.Abstractions.Driver; expected one of: ")]
    [TestCase("plugin:{path}#AbstractDriver", "is abstract; expected one of: ")]
    [TestCase("plugin:{path}#HiddenDriver", "is not public; expected one of: ")]
    [TestCase("plugin:{path}#DriverWithArguments", "has no public constructor without parameters; expected one of: ")]
    [TestCase("plugin:{path}#ThrowingDriver", "the constructor of ApChaos.Suites.Engine.Hosting.ThrowingDriver threw InvalidOperationException: no luck; expected one that returns")]
    [TestCase("plugin:{path}#KernelInConstructorDriver", "A driver may use the kernel only inside its operations")]
    [TestCase("plugin:{path}#OutdatedDriver", "was built against another ApChaos.Abstractions: Method 'ApChaos.Abstractions.Kernel.Gone' not found; expected it built against this one")]
    [TestCase("plugin:{path}#ShoutingDriver", "has the id '../LOUD'; expected lower-case letters")]
    public void A_plugin_that_cannot_be_used_is_refused(string text, string message) => Assert.That(Refused(text), Does.Contain(message));

    [Test]
    public void A_constructor_that_never_returns_is_named()
    {
        string message = Assert.Throws<InputException>(() => DriverSource.Resolve($"plugin:{Path}#EndlessDriver", Catalogue.Shipped, patience: TimeSpan.FromSeconds(1)))!.Message;
        Assert.That(message, Does.Contain("' has not returned for 1 s of real time; its last operation was the constructor of ApChaos.Suites.Engine.Hosting.EndlessDriver"));
    }

    [TestCase("")]
    [TestCase("MZ and then nothing")]
    public void A_file_that_is_no_assembly_is_refused(string content)
    {
        File.WriteAllText(InScratch("text.dll"), content);
        Assert.That(Refused("plugin:text.dll"), Does.Contain("plugin 'text.dll' is not a .NET assembly; expected a class library"));
    }

    [Test]
    public void A_plugin_that_needs_what_this_version_lacks_is_refused_before_anything_runs()
    {
        PluginFile.Write(InScratch("newer.dll"), missing: "SomethingNew");
        Assert.That(Refused("plugin:newer.dll"), Does.Contain("was built against another ApChaos.Abstractions: Method not found").And.Contain("SomethingNew"));
    }

    [Test]
    public void One_driver_named_twice_is_there_once_and_two_of_one_id_are_refused()
    {
        PluginFile.Write(InScratch("one.dll"));
        PluginFile.Write(InScratch("two.dll"));
        Assert.That(DriverSource.ResolveAll(["golden", "g*", "plugin:one.dll", "plugin:one.dll#OnlyDriver"], Catalogue.Shipped, scratch).Select(driver => driver.Id),
            Is.EqualTo((string[])["golden", "made"]));
        Assert.That(() => DriverSource.ResolveAll(["plugin:one.dll", "plugin:two.dll"], Catalogue.Shipped, scratch),
            Throws.TypeOf<InputException>().With.Message.Contains("both have the id 'made'; expected"));
    }

    private string InScratch(string name) => System.IO.Path.Combine(scratch, name);

    private string Refused(string text)
    {
        var error = Assert.Throws<InputException>(() => DriverSource.Resolve(text.Replace("{path}", Path), Catalogue.Shipped, scratch))!;
        Assert.That(error.Message, Does.Not.Contain("\n").And.Contains("expected"));
        return error.Message;
    }
}
