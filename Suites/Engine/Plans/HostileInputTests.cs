using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Suites.Engine.Cli;
using ApChaos.Suites.Engine.Scripts;

namespace ApChaos.Suites.Engine.Plans;

/// <summary>
/// The table of malformed plans and scripts: whatever is wrong is one line with its place and exit code 2, what never fires is stale and exit code
/// 3; nothing hangs and nothing kills the harness. The messages are approved.
/// </summary>
[TestFixture]
public sealed class HostileInputTests
{
    private const string Head = "Plan(\"x\", \"y\");\n";

    /// <summary>What it is, the file's extension, its text.</summary>
    private static readonly (string What, string Extension, string Text)[] Inputs =
    [
        ("syntax error", "json", """{ "name": "x", "faults": [ { "fault": slow-reset } ] }"""),
        ("syntax error", "csx", Head + "Fault(\"slow-reset\""),
        ("empty", "json", ""),
        ("empty", "csx", ""),
        ("binary", "json", "\u0001\u0002\u007f"),
        ("deep nesting", "json", $$"""{ "name": {{new string('[', 100_000)}}"""),
        ("deep nesting", "csx", Head + "var x = " + new string('(', 20_000) + "1" + new string(')', 20_000) + ";"),
        ("unknown fault", "json", Fault("""{ "fault": "slow-rest" }""")),
        ("unknown fault", "csx", Head + "Fault(\"slow-rest\");"),
        ("unknown option", "json", Fault("""{ "fault": "slow-reset", "duraton": "20ms" }""")),
        ("unknown oracle", "json", """{ "name": "x", "beyond": ["operation-hung"], "faults": [] }"""),
        ("wrong unit", "json", Fault("""{ "fault": "slow-reset", "duration": "20 parsecs" }""")),
        ("wrong unit", "csx", Head + "Fault(\"slow-reset\").With(\"duration\", \"20 parsecs\");"),
        ("no unit", "json", Fault("""{ "fault": "slow-reset", "duration": 20 }""")),
        ("out of range", "json", Fault("""{ "fault": "slow-reset", "on": { "instruction": "zapq", "chance": 1.01 } }""")),
        ("contradictory trigger", "json", Fault("""{ "fault": "slow-reset", "on": { "instruction": "zapq", "operation": "close-device" } }""")),
        ("contradictory trigger", "csx", Head + "Fault(\"slow-reset\").On(Operation(\"close-device\").By(\"driver\"));"),
        ("triggers in triggers", "csx", Head + "var t = At(\"1ms\");\nfor (var i = 0; i < 50; i++) t = At(\"1ms\").Until(t);\nFault(\"slow-reset\").On(t);"),
        ("the same twice", "json", """{ "name": "x", "name": "y", "faults": [] }"""),
        ("a thousand and one faults", "csx", Head + "for (var i = 0; i < 1001; i++) Fault(\"slow-reset\");"),
        ("a queue that is not there", "json", Fault("""{ "fault": "slow-reset", "apqn": "77.0001" }""")),
        ("a plan that includes itself", "json", """{ "name": "x", "include": "x.json", "faults": [] }"""),
        ("a plan that includes itself", "csx", "#load \"x.csx\"\n" + Head),
        ("a plan as a fault of itself", "json", Fault("""{ "fault": "x" }""")),
        ("forbidden: #r", "csx", "#r \"System.IO\"\n" + Head),
        ("forbidden: files", "csx", Head + "var t = System.IO.File.ReadAllText(\"x\");"),
        ("forbidden: clock", "csx", Head + "Fault(\"slow-reset\").With(\"count\", DateTime.Now.Second);"),
        ("forbidden: threads", "csx", Head + "System.Threading.Thread.Sleep(1000);"),
        ("forbidden: reflection", "csx", Head + "var t = \"\".GetType().Assembly;"),
        ("forbidden: processes", "csx", Head + "System.Diagnostics.Process.Start(\"ls\");"),
        ("forbidden: the end", "csx", Head + "Environment.Exit(0);"),
        ("endless loop", "csx", Head + "\nwhile (true) { }"),
        ("endless iterator", "csx", Head + "foreach (var i in Enumerable.Repeat(1, int.MaxValue)) { }"),
        ("deep recursion", "csx", Head + "int F(int n) => F(n + 1) + 1;\nF(1);"),
        ("gigabytes at once", "csx", Head + "var a = new long[int.MaxValue / 8];"),
        ("gigabytes by and by", "csx", Head + "var s = \"x\";\nwhile (true) s += s;"),
        ("exception", "csx", Head + "var z = 0;\nvar y = 1 / z;"),
        ("right-to-left override", "json", "{ \"name\": \"\u202Ex\", \"faults\": [] }"),
        ("right-to-left override", "csx", "Plan(\"\u202Ex\");"),
        ("look-alike letter", "csx", "\u0420lan(\"x\");"),
        ("look-alike name", "json", "{ \"name\": \"\u0445\", \"faults\": [] }"),
        ("name in escapes", "csx", "\\u0050lan(\"x\");"),
        ("half a surrogate pair", "json", "{ \"name\": \"\\ud800\", \"faults\": [] }"),
        ("name that is a path", "json", """{ "name": "../x", "faults": [] }"""),
        ("never fires: the 900000th ZAPQ", "json", Fault("""{ "fault": "deconfigure", "on": { "instruction": "zapq", "nth": 900000 } }""")),
        ("never fires: before it may", "json", Fault("""{ "fault": "deconfigure", "on": { "at": "1ms", "after": { "at": "1s" } } }""")),
        ("never fires: one of two", "csx", Head + "Fault(\"slow-reset\");\nFault(\"deconfigure\").On(Instruction(\"rapq\").By(\"host\"));"),
    ];

    [Test]
    public Task Each_gives_one_clear_message_and_exit_2_or_3()
    {
        using var scratch = new ScriptScratch();
        var table = new StringBuilder();
        var watch = Stopwatch.StartNew();
        foreach (var (what, extension, text) in Inputs)
        {
            scratch.Put($"x.{extension}", text);
            string ending = EndingOf(scratch, $"x.{extension}");
            Assert.That(ending, Does.Match("^exit [23]: [^\n]+$"), what);
            table.Append(what).Append(" (").Append(extension).Append(")\n  ").Append(Shortened(ending)).Append('\n');
        }

        Assert.That(Inputs, Has.Length.GreaterThanOrEqualTo(30));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromMinutes(5)), "nothing hangs");
        return Verify(table.ToString().TrimEnd('\n')).UseDirectory("Approved");
    }

    [TestCase("deep nesting", "json", 2)]
    [TestCase("endless loop", "csx", 2)]
    [TestCase("gigabytes by and by", "csx", 2)]
    [TestCase("right-to-left override", "csx", 2)]
    [TestCase("never fires: the 900000th ZAPQ", "json", 3)]
    public void The_command_says_the_same(string what, string extension, int exitCode)
    {
        using var apchaos = new Apchaos();
        apchaos.Put($"x.{extension}", Inputs.Single(input => input.What == what && input.Extension == extension).Text);
        apchaos.Put("chaos.json", $$"""{ "runs": 10, "drivers": ["golden"], "firmware": ["documented"], "plans": ["file:x.{{extension}}"] }""");
        Ending ending = apchaos.Run("run", "--quiet");
        Assert.That(ending.ExitCode, Is.EqualTo(exitCode), ending.Errors + ending.Output);
        Assert.That(ending.Errors, Does.Match(exitCode == 2 ? "^x\\.[^\n]+\n$" : "^$"));
    }

    private static string EndingOf(ScriptScratch scratch, string file)
    {
        try
        {
            Plan plan = PlanFile.Load(file, Catalogue.Shipped, scratch.Folder);
            CampaignResult result = Views.ViewCells.Run(new CampaignCell(
                Views.ViewCells.Driver("golden"), plan, Views.ViewCells.Firmware("documented"), new SortedSet<string>(StringComparer.Ordinal)));
            return $"exit {result.ExitCode}: {result.Cells[0].Verdict.ToString().ToLowerInvariant()}: {result.Cells[0].Reason}";
        }
        catch (InputException e)
        {
            return $"exit 2: {e.Message}";
        }
    }

    /// <summary>Lists of what is expected grow with the catalogue: their beginning is enough.</summary>
    private static string Shortened(string ending) => Regex.Replace(ending, "(one of: [^,]+, [^,]+), .*", "$1, …");

    private static string Fault(string fault) => $$"""{ "name": "x", "faults": [ {{fault}} ] }""";
}
