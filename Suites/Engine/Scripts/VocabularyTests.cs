using ApChaos.Hosting;

namespace ApChaos.Suites.Engine.Scripts;

/// <summary>The words of a script are those of the JSON, one to one: the same plan, whichever way it was written.</summary>
[TestFixture]
public sealed class VocabularyTests
{
    private static readonly string[][] Same =
    [
        ["""Fault("slow-reset");""", """{ "fault": "slow-reset" }"""],
        ["""Fault("slow-reset").On(Always);""", """{ "fault": "slow-reset", "on": "always" }"""],
        ["""Fault("slow-reset").On(Always.Chance(0.25));""", """{ "fault": "slow-reset", "on": { "always": true, "chance": 0.25 } }"""],
        ["""Fault("slow-reset").With("duration", "80ms").With("count", 3);""", """{ "fault": "slow-reset", "duration": "80ms", "count": 3 }"""],
        ["""Fault("slow-reset").With("duration", OneOf("0ms", "never")).With("count", OneOf(1, 2));""",
            """{ "fault": "slow-reset", "duration": { "oneOf": ["0ms", "never"] }, "count": { "oneOf": [1, 2] } }"""],
        ["""Fault("slow-reset").With("duration", OneOf(from)); """.Replace("from", "Enumerable.Range(1, 3).Select(i => $\"{i * 10}ms\")"),
            """{ "fault": "slow-reset", "duration": { "oneOf": ["10ms", "20ms", "30ms"] } }"""],
        ["""Fault("deconfigure").On(Instruction("zapq").By("driver").Nth(1));""",
            """{ "fault": "deconfigure", "on": { "instruction": "zapq", "actor": "driver", "nth": 1 } }"""],
        ["""Fault("deconfigure").On(Instruction("tapq").After().Apqn("05.0004").Chance(0.25));""",
            """{ "fault": "deconfigure", "on": { "instruction": "tapq", "when": "after", "apqn": "05.0004", "chance": 0.25 } }"""],
        ["""Fault("deconfigure").On(Instruction("tapq").Before().Chance(0.1 + 0.2));""",
            """{ "fault": "deconfigure", "on": { "instruction": "tapq", "when": "before", "chance": 0.3 } }"""],
        ["""Fault("reset-in-progress-storm").On(Operation("close-device").Entry()).With("instructions", "tapq");""",
            """{ "fault": "reset-in-progress-storm", "instructions": "tapq", "on": { "operation": "close-device", "when": "entry" } }"""],
        ["""Fault("guest-zapq").On(Operation("close-device").Exit());""", """{ "fault": "guest-zapq", "on": { "operation": "close-device", "when": "exit" } }"""],
        ["""Fault("guest-zapq").On(Operation("close-device").When("exit"));""", """{ "fault": "guest-zapq", "on": { "operation": "close-device", "when": "exit" } }"""],
        ["""Fault("deconfigure").On(At("30ms"));""", """{ "fault": "deconfigure", "on": { "at": "30ms" } }"""],
        ["""Fault("deconfigure").On(At("30ms").Every("5ms"));""", """{ "fault": "deconfigure", "on": { "at": "30ms", "every": "5ms" } }"""],
        ["""Fault("deconfigure").On(Call("unpin-pages").Once());""", """{ "fault": "deconfigure", "on": { "call": "unpin-pages", "once": true } }"""],
        ["""Fault("deconfigure").On(Queue("reset-started").Every(2));""", """{ "fault": "deconfigure", "on": { "queue": "reset-started", "every": 2 } }"""],
        ["""Fault("deconfigure").On(Instruction("zapq").After(Operation("close-device")).Until(At("1s")).Unless(Queue("reset-completed")));""",
            """{ "fault": "deconfigure", "on": { "instruction": "zapq", "after": { "operation": "close-device" }, "until": { "at": "1s" }, "unless": { "queue": "reset-completed" } } }"""],
        ["""foreach (var nth in new[] { 1, 2 }) Fault("deconfigure").On(Instruction("zapq").Nth(nth));""",
            """{ "fault": "deconfigure", "on": { "instruction": "zapq", "nth": 1 } }, { "fault": "deconfigure", "on": { "instruction": "zapq", "nth": 2 } }"""],
        ["""
            var zapq = Instruction("zapq");
            Add(zapq.Nth(1), 1);
            Add(zapq.Nth(2), 2);
            void Add(ApChaos.Scripts.Trigger on, int count) => Fault("deconfigure").On(on).With("count", count);
            """,
            """{ "fault": "deconfigure", "on": { "instruction": "zapq", "nth": 1 }, "count": 1 }, { "fault": "deconfigure", "on": { "instruction": "zapq", "nth": 2 }, "count": 2 }"""],
        ["""
            Func<int, string> ms = n => n switch { 0 => "never", _ => $"{n}ms" };
            for (int i = 0, n = 20; i < 3; i++, n /= 2)
            {
                if (i == 1) continue;
                else Fault("slow-reset").With("duration", ms(n % 5));
            }
            """,
            """{ "fault": "slow-reset", "duration": "never" }, { "fault": "slow-reset", "duration": "never" }"""],
        ["""
            var names = new List<string> { "slow-reset", "deconfigure" };
            var at = new Dictionary<string, int> { ["slow-reset"] = 1, ["deconfigure"] = 2 };
            do { Fault(names[0]).With("count", at[names[0]]); names.RemoveAt(0); } while (names.Count > 0);
            """,
            """{ "fault": "slow-reset", "count": 1 }, { "fault": "deconfigure", "count": 2 }"""],
    ];

    private ScriptScratch scratch = null!;

    [OneTimeSetUp]
    public void Open() => scratch = new ScriptScratch();

    [OneTimeTearDown]
    public void Close() => scratch.Dispose();

    [TestCaseSource(nameof(Same))]
    public void A_script_and_its_json_are_the_same_plan(string script, string faults)
    {
        Plan scripted = scratch.Host.ReadPlan("Plan(\"same\", \"one line\");\n" + script, "same.csx", Catalogue.Shipped);
        Plan written = PlanFile.Parse($$"""{ "name": "same", "summary": "one line", "faults": [ {{faults}} ] }""", "same.json", Catalogue.Shipped);
        Assert.That(scripted.Json, Is.EqualTo(written.Json));
        Assert.That(scripted, Is.EqualTo(written));
    }

    [Test]
    public void Every_property_of_a_trigger_has_a_word()
    {
        string[] words = ["Always", "Instruction", "Operation", "Call", "Queue", "At"];
        string[] narrowing = ["By(\"driver\")", "Apqn(\"any\")", "Nth(2)", "Every(2)", "Once()", "Chance(0.5)", "When(\"after\")", "After(At(\"1ms\"))", "Until(At(\"1ms\"))", "Unless(At(\"1ms\"))"];
        string expected = Assert.Throws<InputException>(() => PlanFile.Parse(
            """{ "name": "x", "faults": [ { "fault": "slow-reset", "on": { "nonsense": 1, "at": "1ms" } } ] }""", null, Catalogue.Shipped))!.Message;
        string[] known = [.. expected.Split("one of: ")[1].Split(", ").Order(StringComparer.Ordinal)];
        IEnumerable<string> said = words.Concat(narrowing).Select(word => word.Split('(')[0]).Select(word => word == "By" ? "actor" : word.ToLowerInvariant());
        Assert.That(known, Is.EqualTo(said.Order(StringComparer.Ordinal)));
    }

    [Test]
    public void An_error_of_the_plan_has_the_place_of_the_word_that_made_it()
    {
        const string script = """
            Plan("places", "one line");

            Fault("slow-reset")
                .On(Instruction("zapq")
                    .Nth(0))
                .With("count", 3);
            """;
        Assert.That(Refused(script), Does.StartWith("places.csx:5:10: found the number 0; expected for 'nth' "));
        Assert.That(Refused(script.Replace("Nth(0)", "Nth(1)").Replace("count", "cunt")), Does.StartWith("places.csx:6:6: slow-reset: unknown option 'cunt'"));
        Assert.That(Refused(script.Replace("Nth(0)", "Nth(1)").Replace("slow-reset", "slow-rest")), Does.StartWith("places.csx:3:1: unknown fault 'slow-rest'"));
        Assert.That(Refused(script.Replace("places", "Places")), Does.StartWith("places.csx:1:1: the name 'Places' cannot be used"));
    }

    [Test]
    public void A_queue_outside_the_topology_is_refused_with_the_place_in_the_script()
    {
        Plan plan = scratch.Host.ReadPlan("Plan(\"x\");\nFault(\"slow-reset\")\n  .With(\"apqn\", \"77.0001\");", "x.csx", Catalogue.Shipped);
        Assert.That(() => plan.Arm(Catalogue.Shipped, Engine.Faults.FaultRuns.Scenario.Topology), Throws.TypeOf<InputException>().With.Message.StartsWith("x.csx:3:4: APQN 77.0001 is outside"));
    }

    private string Refused(string script) =>
        Assert.Throws<InputException>(() => scratch.Host.ReadPlan(script, "places.csx", Catalogue.Shipped))!.Message;
}
