using System.Runtime.CompilerServices;
using ApChaos.Abstractions;
using ApChaos.Hosting;
using ApChaos.Suites.Engine.Faults;

namespace ApChaos.Suites.Engine.Scripts;

/// <summary>A driver of one file, compiled when it is named: runs like a built one, and an endless loop in it is a violation.</summary>
[TestFixture]
public sealed class DriverScriptTests
{
    private const string Plan = "calm";

    private ScriptScratch scratch = null!;

    [OneTimeSetUp]
    public void Open() => scratch = new ScriptScratch();

    [OneTimeTearDown]
    public void Close() => scratch.Dispose();

    [Test]
    public void The_sample_driver_as_a_script_does_what_the_built_one_does()
    {
        // The namespace of the sample stays: #TYPE takes simple names as well.
        string source = File.ReadAllText(Repository.Absolute("Suites/Samples/ImpatientDriver/ImpatientDriver.cs"));
        string path = scratch.Put("impatient.csx", source);
        DriverEntry entry = DriverSource.Resolve($"script:{path}", Catalogue.Shipped).Single();
        Assert.That((entry.Id, entry.Reference), Is.EqualTo(("impatient", $"script:{path}#Samples.ImpatientDriver")));
        Assert.That(DriverSource.Resolve($"script:{path}#ImpatientDriver", Catalogue.Shipped).Single().Id, Is.EqualTo("impatient"));
        var runs = new FaultRuns(entry.Reference, Catalogue.Shipped.FindPlans("thread-scenario-2").Single(), "irq-off-at-end");
        string[] found = [.. Enumerable.Range(0, 40).SelectMany(seed => runs.Run((ulong)seed).Oracles()).Distinct()];
        Assert.That(found, Does.Contain("nib-store-after-unpin").And.Not.Contain("driver-crash"));
    }

    [Test]
    public void The_second_use_compiles_nothing()
    {
        string path = scratch.Put("twice.csx", Script("twice", ""));
        DriverSource.Resolve($"script:{path}", Catalogue.Shipped);
        int before = scratch.Host.Compilations;
        DriverSource.Resolve($"script:{path}", Catalogue.Shipped);
        Assert.That(scratch.Host.Compilations, Is.EqualTo(before));
    }

    [TestCase("while (queue.Apqn.Value >= 0) { }", "EndlessLoopException: 1000000 turns without an operation, line 9:9", Description = "a loop")]
    [TestCase("for (; ; ) ;", "EndlessLoopException: 1000000 turns without an operation, line 9:9", Description = "a loop without a body")]
    [TestCase("again: if (queue.Apqn.Value >= 0) goto again;", "EndlessLoopException: 1000000 turns without an operation, line 9:9", Description = "a jump")]
    [TestCase("while (true) { try { while (true) { } } catch (Exception) { } }", "EndlessLoopException: 1000000 turns without an operation, line 9:9", Description = "caught")]
    [TestCase("while (true) await Nothing(); async ApTask<int> Nothing() => 0;", "EndlessLoopException: 1000000 turns without an operation", Description = "an await that never waits")]
    [TestCase("int F(int n) => n < 0 ? 0 : F(n + 1) + F(n + 1); F(0);", "EndlessLoopException: calls are nested too deeply, line 9:9", Description = "a recursion")]
    public void Code_that_never_asks_the_kernel_is_a_crash_of_the_driver(string body, string message)
    {
        string path = scratch.Put("endless.csx", Script("endless", body));
        var one = new FaultRuns($"script:{path}", Catalogue.Shipped.FindPlans(Plan).Single()).Run(1);
        var other = new FaultRuns($"script:{path}", Catalogue.Shipped.FindPlans(Plan).Single()).Run(1);
        Assert.That(one.Oracles(), Does.Contain("driver-crash"));
        Assert.That(one.Engine.Findings.ToArray().Select(finding => finding.Message), Has.Some.Contains(message));
        Assert.That(one.Engine.Hash, Is.EqualTo(other.Engine.Hash));
    }

    [TestCase("for (var i = 0; i < 900000; i++) { }", Description = "long, but it ends")]
    [TestCase("for (var i = 0; i < 3000; i++) { for (var j = 0; j < 900; j++) { } await Log(queue.Apqn, Op.Zapq, \"turn\"); }", Description = "asks the kernel now and then")]
    public void Code_that_comes_back_is_no_crash(string body)
    {
        string path = scratch.Put("long.csx", Script("long", body));
        var runs = new FaultRuns($"script:{path}", Catalogue.Shipped.FindPlans(Plan).Single()).Run(1);
        Assert.That(runs.Oracles(), Does.Not.Contain("driver-crash"));
    }

    [TestCase("", "x.csx:1:1: the script has no driver; expected a public class that derives from VfioApDriver or Driver")]
    [TestCase("public class X { }", "x.csx:1:1: the script has no driver")]
    [TestCase("Plan(\"x\");", "x.csx:1:1: statements outside of a class are not open to driver scripts")]
    [TestCase("public class X : VfioApDriver\n{\n  int x = \"y\";\n}", "x.csx:1:14: error CS0534: ")]
    [TestCase("{0}var x = ;", "x.csx:9:17: error CS1525: ")]
    [TestCase("{0}int x = \"y\";", "x.csx:9:17: error CS0029: ")]
    [TestCase("{0}System.IO.File.Delete(\"x\");", "x.csx:9:9: 'System.IO.File' is not open to scripts; expected the words of ApChaos.Abstractions")]
    [TestCase("{0}new System.Threading.Thread(() => { }).Start();", "x.csx:9:9: 'System.Threading.Thread' is not open to scripts")]
    [TestCase("{0}var t = DateTime.Now;", "x.csx:9:9: 'System.DateTime' is not open to scripts")]
    [TestCase("{0}lock (this) { }", "x.csx:9:9: 'lock' is not open to scripts")]
    [TestCase("{0}var t = this.GetType();", "x.csx:9:9: 'System.Type' is not open to scripts")]
    [TestCase("{0}ApChaos.Scripts.DriverFuel.After(1);", "x.csx:9:9: 'ApChaos.Scripts.DriverFuel' is not open to scripts")]
    [TestCase("{1}static int runs;", "x.csx:3:5: a static field that changes is shared by runs")]
    [TestCase("{1}~ScriptedDriver() { }", "x.csx:3:5: a destructor runs when the garbage collector likes")]
    [TestCase("{1}[Obsolete] int F() => 1;", "x.csx:3:5: attributes are not open to scripts")]
    public void A_script_that_is_no_driver(string text, string message)
    {
        string source = text.StartsWith("{0}", StringComparison.Ordinal) ? Script("wrong", text[3..])
            : text.StartsWith("{1}", StringComparison.Ordinal) ? Script("wrong", "").Replace("    public override string Id", $"    {text[3..]}\n    public override string Id")
            : text;
        scratch.Put("x.csx", source);
        var error = Assert.Throws<InputException>(() => DriverSource.Resolve("script:x.csx", Catalogue.Shipped, scratch.Folder))!;
        Assert.That(error.Message, Does.StartWith(message).And.Match("^[^\n]+$"));
    }

    [TestCase("script:", "'script:' names no script; expected script:PATH.csx")]
    [TestCase("script:gone.csx", "driver script 'gone.csx' does not exist")]
    [TestCase("script:bad-id.csx", "of script 'bad-id.csx' has the id 'Bad Id'; expected lower-case letters")]
    [TestCase("script:bad-id.csx#Other", "script 'bad-id.csx' has no type 'Other'; expected one of: ScriptedDriver")]
    public void A_script_that_cannot_be_used(string reference, string message)
    {
        scratch.Put("bad-id.csx", Script("Bad Id", ""));
        Assert.That(() => DriverSource.Resolve(reference, Catalogue.Shipped, scratch.Folder), Throws.TypeOf<InputException>().With.Message.Contains(message));
    }

    [Test]
    public void Nothing_is_left_of_a_driver_that_is_gone()
    {
        WeakReference type = Use();
        for (int i = 0; i < 20 && type.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.That(type.IsAlive, Is.False);
    }

    /// <summary>A driver whose reset does something of the test's first; that begins in line 9.</summary>
    private static string Script(string id, string body) => $$"""
        public sealed class ScriptedDriver : VfioApDriver
        {
            public override string Id => "{{id}}";

            public override string Summary => "made for a test";

            protected override async ApTask<int> ResetQueue(ApQueue queue)
            {
                {{body}}
                await Zapq(queue.Apqn);
                await FreeIrqResources(queue);
                return 0;
            }
        }
        """;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Use()
    {
        string path = scratch.Put("gone.csx", Script("gone", ""));
        return new WeakReference(DriverSource.Resolve($"script:{path}", Catalogue.Shipped).Single().Create().GetType());
    }
}
