using System.Diagnostics;
using ApChaos.Hosting;

namespace ApChaos.Suites.Engine.Scripts;

/// <summary>Whatever a script tries, it ends in one line with its place, and the harness goes on.</summary>
[TestFixture]
public sealed class HostileScriptTests
{
    private const string Plan = "Plan(\"x\", \"y\");\n";

    private static readonly object[][] Scripts =
    [
        // No plan.
        ["", "x.csx:1:1: the script names no plan; expected Plan("],
        ["// nothing", "x.csx:1:1: the script names no plan; expected Plan("],
        ["Fault(\"slow-reset\");", "x.csx:1:1: the script names no plan; expected Plan("],
        [Plan + "Plan(\"z\");", "x.csx:2:1: the plan is named twice; expected "],
        [Plan + "Fault(null!);", "x.csx:2:1: found null; expected "],
        [Plan + "for (var i = 0; i < 2000; i++) Fault(\"slow-reset\");", "x.csx:2:32: the plan has more than 1000 faults; expected at most 1000"],
        [Plan + "var t = At(\"1ms\");\nfor (var i = 0; i < 50; i++) t = At(\"1ms\").Until(t);\nFault(\"slow-reset\").On(t);", "triggers are nested deeper than "],
        [Plan + "Fault(\"slow-reset\").With(\"duration\", OneOf(Enumerable.Repeat(\"1ms\", 2000)));", "x.csx:2:1: OneOf has more than 1000 values; expected 1 to 1000"],
        [Plan + "Fault(\"slow-reset\").On(Instruction(\"zapq\").Nth(1).Nth(2));", "x.csx:2:51: property 'nth' is there twice; expected it once"],
        [Plan + "Fault(\"slow-reset\").On(Operation(\"close-device\").By(\"driver\"));", "x.csx:2:50: the trigger contradicts itself: 'actor' does not go with 'operation'"],
        [Plan + "Fault(\"slow-reset\").On(Always.Nth(1));", "x.csx:2:31: the trigger contradicts itself: 'nth' does not go with 'always'"],
        [Plan + "Fault(\"slow-reset\").With(\"duration\", \"20 parsecs\");", "x.csx:2:21: duration is '20 parsecs'; expected a duration such as 20ms"],

        // No C#, or not what is meant.
        [Plan + "Fault(\"slow-reset\"", "x.csx:2:19: error CS1026: ) expected"],
        [Plan + "Falt(\"slow-reset\");", "x.csx:2:1: error CS0103: The name 'Falt' does not exist"],
        [Plan + "var z = 0;\nvar y = 1 / z;", "x.csx:3:1: DivideByZeroException: "],
        [Plan + "var a = new int[2];\na[2] = 1;", "x.csx:3:1: IndexOutOfRangeException: "],

        // A plan that includes itself, or others.
        ["#load \"x.csx\"\n" + Plan, "x.csx:1:1: #load is not open to scripts: a script is one file by itself"],
        ["#r \"System.IO\"\n" + Plan, "x.csx:1:1: #r is not open to scripts"],
        ["#define X\n" + Plan, "x.csx:1:1: #define is not open to scripts"],

        // The world outside.
        [Plan + "var t = File.ReadAllText(\"x\");", "x.csx:2:9: 'File' is not open to scripts; expected "],
        [Plan + "var t = System.IO.File.ReadAllText(\"x\");", "x.csx:2:9: 'System.IO.File' is not open to scripts"],
        ["using System.IO;\n" + Plan, "x.csx:1:14: 'System.IO' is not open to scripts"],
        [Plan + "Console.WriteLine(1);", "x.csx:2:1: 'Console' is not open to scripts"],
        [Plan + "Fault(\"slow-reset\").With(\"count\", DateTime.Now.Second);", "x.csx:2:35: 'System.DateTime' is not open to scripts"],
        [Plan + "System.Threading.Thread.Sleep(1000);", "x.csx:2:1: 'System.Threading.Thread' is not open to scripts"],
        [Plan + "var t = System.Threading.Tasks.Task.Run(() => { });", "x.csx:2:1: 'System.Threading.Tasks.Task' is not open to scripts"],
        [Plan + "await Later();", "x.csx:2:1: 'await' "],
        [Plan + "var t = \"\".GetType().Assembly;", "x.csx:2:1: 'System.Reflection.Assembly' is not open to scripts"],
        [Plan + "var t = \"\".GetHashCode();", "x.csx:2:12: 'GetHashCode' is not open to scripts"],
        [Plan + "var t = typeof(string);", "x.csx:2:9: 'typeof' is not open to scripts"],
        [Plan + "Environment.Exit(0);", "x.csx:2:1: 'System.Environment' is not open to scripts"],
        [Plan + "GC.Collect();", "x.csx:2:1: 'System.GC' is not open to scripts"],
        [Plan + "var r = new Random();", "x.csx:2:1: 'System.Random' is not open to scripts"],
        [Plan + "var r = Enumerable.Range(1, 3).Shuffle();", "'Shuffle' is not open to scripts"],
        [Plan + "System.Diagnostics.Process.Start(\"ls\");", "x.csx:2:1: 'Process' is not open to scripts"],
        [Plan + "dynamic d = 1;", "x.csx:2:1: 'dynamic' is not open to scripts"],
        [Plan + "unsafe { }", "x.csx:2:1: 'unsafe' "],
        [Plan + "Span<int> s = stackalloc int[1000000000];", "x.csx:2:15: 'stackalloc' "],
        [Plan + "[System.Runtime.InteropServices.DllImport(\"libc\")] static extern int getpid();", "x.csx:2:1: '[' "],
        [Plan + "class A { static A() { while (true) { } } }", "x.csx:2:1: 'class' "],
        [Plan + "try { while (true) { } } catch { }", "x.csx:2:1: 'try' "],
        [Plan + "ApChaos.Scripts.ScriptFuel.Leave();", "x.csx:2:1: 'ApChaos.Scripts.ScriptFuel' is not open to scripts"],

        // What does not end.
        [Plan + "\nwhile (true) { }", "x.csx:3:1: the script has made 10000000 steps and has not ended; expected loops that end"],
        [Plan + "for (; ; ) ;", "x.csx:2:1: the script has made 10000000 steps"],
        [Plan + "foreach (var i in Enumerable.Repeat(1, int.MaxValue)) { }", "x.csx:2:1: the script has made 10000000 steps"],
        [Plan + "var n = Enumerable.Repeat(1, int.MaxValue).Count(x => x > 1);", "x.csx:2:50: the script has made 10000000 steps"],
        [Plan + "int F(int n) => F(n + 1) + 1;\nF(1);", "x.csx:2:1: functions call each other more than 1000 deep; expected "],
        [Plan + "int F(int n) { return F(n + 1); }\nF(1);", "x.csx:2:1: functions call each other more than 1000 deep"],
        [Plan + "Func<int, int> f = null!;\nf = x => f(x + 1);\nf(1);", "x.csx:3:5: functions call each other more than 1000 deep"],

        // What is too large.
        [Plan + "var a = new long[int.MaxValue / 8];", "x.csx:2:1: the script needs more memory than scripts may use; expected "],
        [Plan + "var s = \"\".PadLeft(1000000000);", "the script needs more memory"],
        [Plan + "var s = \"x\";\nwhile (true) s += s;", "x.csx:3:14: the script needs more memory"],
        [Plan + "var x = " + new string('(', 20_000) + "1" + new string(')', 20_000) + ";", "x.csx:2:59: brackets are nested more than 50 deep; expected fewer"],
        ["var x = 1" + string.Concat(Enumerable.Repeat(" + 1", 20_000)) + ";", "the script is nested more than 300 deep; expected less"],
        [new string('/', 300_000), "x.csx:1:1: the script has 300000 characters; expected at most 262144"],

        // What reads otherwise than it is.
        ["Plan(\"\u202Ex\");", "x.csx:1:7: the script has the invisible character U+202E; expected "],
        [Plan + "// a\u2066b", "x.csx:2:5: the script has the invisible character U+2066"],
        ["Plan(\"x\u200B\");", "x.csx:1:8: the script has the invisible character U+200B"],
        ["Plan(\"x\0\");", "x.csx:1:8: the script has the invisible character U+0000"],
        ["\u0420lan(\"x\");", "x.csx:1:1: the name '\u0420lan' has a letter that is not ASCII (U+0420), which may look like another one; expected "],
        ["\\u0050lan(\"x\");", "x.csx:1:1: the name '\\u0050lan' is written with escapes"],
        ["Plan(\"\u0445\");", "x.csx:1:1: the name '\u0445' cannot be used; expected lower-case letters"],
        ["Plan(\"\\u202Ex\");", "x.csx:1:1: the name '\\u202ex' cannot be used"],
    ];

    private ScriptScratch scratch = null!;

    [OneTimeSetUp]
    public void Open() => scratch = new ScriptScratch();

    [OneTimeTearDown]
    public void Close() => scratch.Dispose();

    [TestCaseSource(nameof(Scripts))]
    public void A_script_that_is_wrong(string script, string message)
    {
        string path = scratch.Put("x.csx", script);
        var watch = Stopwatch.StartNew();
        var error = Assert.Throws<InputException>(() => PlanFile.Load("x.csx", Catalogue.Shipped, scratch.Folder), path)!;
        Assert.That(error.Message, Does.Contain(message));
        Assert.That(error.Message, Does.Match("^[^\n]+$").And.StartsWith($"x.csx:{error.Line}:{error.Column}: "));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)));
        Assert.That(scratch.Host.WorkingSetMax, Is.LessThan(700L << 20));
    }

    [Test]
    public void What_no_step_counts_is_stopped_by_its_processor_time()
    {
        using var host = new ScriptHost(null, ScriptLimits.Default with { Processor = TimeSpan.FromMilliseconds(300) });
        const string endless = "var n = Enumerable.Repeat(1L, int.MaxValue).Concat(Enumerable.Repeat(1L, int.MaxValue)).Concat(Enumerable.Repeat(1L, int.MaxValue)).Average();";
        Assert.That(() => host.ReadPlan(Plan + "\n" + endless, "x.csx", Catalogue.Shipped), Throws.TypeOf<InputException>()
            .With.Message.EqualTo("x.csx:3:1: the script has not ended after 300 ms of processor time; expected one that ends"));
        Assert.That(host.ReadPlan(Plan, "x.csx", Catalogue.Shipped).Name, Is.EqualTo("x"), "the next script is served by another process");
        Assert.That(host.Processes, Is.EqualTo(2));
    }

    [Test]
    public void A_process_that_does_not_answer_is_killed()
    {
        using var host = new ScriptHost(null, ScriptLimits.Default with { Processor = TimeSpan.FromMinutes(5), Patience = TimeSpan.FromSeconds(5) });
        const string endless = "var n = Enumerable.Repeat(1L, int.MaxValue).Concat(Enumerable.Repeat(1L, int.MaxValue)).Concat(Enumerable.Repeat(1L, int.MaxValue)).Average();";
        Assert.That(() => host.ReadPlan(Plan + endless, "x.csx", Catalogue.Shipped), Throws.TypeOf<InputException>()
            .With.Message.EqualTo("x.csx:1:1: the script has not been compiled and evaluated within 5 s; expected one that ends"));
        using Process? left = Process.GetProcessesByName("dotnet").FirstOrDefault(process => process.Id == host.ProcessId);
        Assert.That(left, Is.Null);
    }
}
