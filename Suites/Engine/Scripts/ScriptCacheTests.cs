using ApChaos.Hosting;

namespace ApChaos.Suites.Engine.Scripts;

/// <summary>A script is compiled once for its content; whatever is wrong with the cache only costs time.</summary>
[TestFixture]
public sealed class ScriptCacheTests
{
    private const string Script = "Plan(\"cached\", \"one line\");\nFault(\"slow-reset\");\n";

    private ScriptScratch scratch = null!;

    [SetUp]
    public void Open() => scratch = new ScriptScratch();

    [TearDown]
    public void Close() => scratch.Dispose();

    [Test]
    public void The_second_use_compiles_nothing_and_starts_no_process()
    {
        Plan first = scratch.Host.ReadPlan(Script, "a.csx", Catalogue.Shipped);
        Assert.That((scratch.Host.Compilations, scratch.Host.Processes), Is.EqualTo((1, 1)));
        using ScriptHost later = scratch.NewHost();
        Plan second = later.ReadPlan(Script, "elsewhere/b.csx", Catalogue.Shipped);
        Assert.That((later.Compilations, later.Processes), Is.EqualTo((0, 0)));
        Assert.That(second, Is.EqualTo(first));
        later.ReadPlan(Script + " ", "a.csx", Catalogue.Shipped);
        Assert.That(later.Compilations, Is.EqualTo(1), "another content is another script");
    }

    [Test]
    public void Errors_of_a_cached_script_have_their_places_still()
    {
        const string wrong = "Plan(\"cached\");\n  Fault(\"slow-rest\");";
        string first = Assert.Throws<InputException>(() => scratch.Host.ReadPlan(wrong, "a.csx", Catalogue.Shipped))!.Message;
        string second = Assert.Throws<InputException>(() => scratch.Host.ReadPlan(wrong, "a.csx", Catalogue.Shipped))!.Message;
        Assert.That((first, scratch.Host.Compilations), Is.EqualTo((second, 1)));
        Assert.That(first, Does.StartWith("a.csx:2:3: unknown fault"));
    }

    [Test]
    public void A_damaged_entry_is_made_again()
    {
        Plan good = scratch.Host.ReadPlan(Script, null, Catalogue.Shipped);
        foreach (string entry in Directory.GetFiles(scratch.CacheFolder, "*", SearchOption.AllDirectories))
        {
            byte[] bytes = File.ReadAllBytes(entry);
            bytes[^3] ^= 1;
            File.WriteAllBytes(entry, bytes);
        }

        Assert.That(scratch.Host.ReadPlan(Script, null, Catalogue.Shipped), Is.EqualTo(good));
        Assert.That(scratch.Host.Compilations, Is.EqualTo(2));
        scratch.Host.ReadPlan(Script, null, Catalogue.Shipped);
        Assert.That(scratch.Host.Compilations, Is.EqualTo(2), "it was made whole");
    }

    [Test]
    public void A_cache_that_cannot_be_written_is_no_error()
    {
        string file = scratch.Put("file", "this is no folder");
        foreach (string? folder in (string?[])[file, Path.Combine(file, "below"), "/proc/nowhere", null])
        {
            using var host = new ScriptHost(folder);
            Assert.That(host.ReadPlan(Script, null, Catalogue.Shipped).Name, Is.EqualTo("cached"), folder);
        }
    }

    [Test]
    public void The_compiler_is_never_loaded_into_the_harness()
    {
        scratch.Host.ReadPlan(Script, null, Catalogue.Shipped);
        Assert.That(AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name), Has.None.StartsWith("Microsoft.CodeAnalysis"));
    }

    [TestCase(1000)]
    public void Memory_stays_bounded_over_many_scripts(int scripts)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < scripts; i++)
        {
            Plan plan = scratch.Host.ReadPlan($"Plan(\"p-{i}\");\nfor (var i = 0; i < 3; i++) Fault(\"slow-reset\").With(\"count\", {i});", null, Catalogue.Shipped);
            Assert.That(plan.Name, Is.EqualTo($"p-{i}"));
        }

        TestContext.Out.WriteLine($"{scripts} scripts, {scratch.Host.Processes} processes, at most {scratch.Host.WorkingSetMax >> 20} MB each");
        Assert.That(scratch.Host.Compilations, Is.EqualTo(scripts));
        Assert.That(scratch.Host.Processes, Is.EqualTo((scripts + 199) / 200));
        Assert.That(scratch.Host.WorkingSetMax, Is.InRange(1L, 400L << 20));
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(16L << 20));
    }
}
