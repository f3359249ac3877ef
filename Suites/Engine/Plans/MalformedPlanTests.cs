using ApChaos.Hosting;

namespace ApChaos.Suites.Engine.Plans;

/// <summary>Whatever is wrong with a plan is one line with its place, what was wrong, and what is expected. Nothing else comes out.</summary>
[TestFixture]
public sealed class MalformedPlanTests
{
    private static readonly string[] WholePlans =
    [
        "", " // nothing\n", "\uFEFF", "[]", "null", "7", "\"calm\"", "{", "{]", "{ \"name\": \"x\", \"faults\": [ ] } x", "{ \"name\": \"x\", 'faults': [] }",
        "{}", "{ \"name\": \"x\" }", "{ \"faults\": [] }", "{ \"name\": \"x\", \"faults\": {} }", "{ \"name\": \"x\", \"faults\": [ 1 ] }",
        "{ \"name\": \"x\", \"faults\": [], \"fault\": 1 }", "{ \"name\": \"x\", \"name\": \"y\", \"faults\": [] }", "{ \"name\": \"\\ud800\", \"faults\": [] }",
        "{ \"name\": 3, \"faults\": [] }", "{ \"name\": \"\", \"faults\": [] }", "{ \"name\": \"../x\", \"faults\": [] }", "{ \"name\": \"\u202Ex\", \"faults\": [] }",
        "{ \"name\": \"x\", \"summary\": \"a\\nb\", \"faults\": [] }", "{ \"name\": \"x\", \"summary\": [], \"faults\": [] }",
    ];

    private static readonly object[][] Faults =
    [
        ["""{ "fault": "slow-rest" }""", 13, "unknown fault 'slow-rest' (did you mean slow-reset?); expected one of: "],
        ["""{ "fault": "" }""", 13, "unknown fault ''; expected one of: "],
        ["""{ "fault": 1 }""", 13, "found the number 1; expected the id of a fault"],
        ["""{ "duration": "20ms" }""", 2, "the object names no fault; expected \"fault\": one of: "],
        ["""{ "fault": "slow-reset", "fault": "deconfigure" }""", 27, "property 'fault' is there twice; expected it once"],
        ["""{ "fault": "slow-reset", "duraton": "20ms" }""", 27, "slow-reset: unknown option 'duraton' (did you mean duration?); expected one of: on, duration, count, apqn, issuer"],
        ["""{ "fault": "slow-reset", "Duration": "20ms" }""", 27, "slow-reset: unknown option 'Duration'"],
        ["""{ "fault": "slow-reset", "duration": "20" }""", 39, "duration is '20'; expected a duration such as 20ms"],
        ["""{ "fault": "slow-reset", "duration": "20 parsecs" }""", 39, "duration is '20 parsecs'; expected a duration such as 20ms"],
        ["""{ "fault": "slow-reset", "duration": "-5ms" }""", 39, "duration is '-5ms'; expected a duration that is not negative"],
        ["""{ "fault": "slow-reset", "duration": "99999999999999999999s" }""", 39, "expected a duration of at most one day"],
        ["""{ "fault": "slow-reset", "duration": "0.5ns" }""", 39, "expected a whole number of nanoseconds"],
        ["""{ "fault": "slow-reset", "duration": 20 }""", 39, "found the number 20; expected for duration a duration such as \"20ms\", 0ms to 86400s, or \"never\""],
        ["""{ "fault": "slow-reset", "duration": null }""", 39, "found null; expected for duration"],
        ["""{ "fault": "slow-reset", "duration": ["20ms"] }""", 39, "found a list; expected for duration"],
        ["""{ "fault": "slow-reset", "duration": {} }""", 39, "duration is not such an object; expected a duration"],
        ["""{ "fault": "slow-reset", "duration": { "oneOf": [] } }""", 50, "oneOf of duration has 0 values; expected 1 to 1000"],
        ["""{ "fault": "slow-reset", "duration": { "oneOf": "20ms" } }""", 39, "{ \"oneOf\": [ … ] }"],
        ["""{ "fault": "slow-reset", "duration": { "oneOf": ["20ms", "20"] } }""", 59, "duration is '20'; expected"],
        ["""{ "fault": "slow-reset", "duration": { "oneOf": [ { "oneOf": ["20ms"] } ] } }""", 52, "found an object; expected for duration"],
        ["""{ "fault": "slow-reset", "count": "3" }""", 36, "found the text '3'; expected for count a whole number, 0 to 1000000"],
        ["""{ "fault": "slow-reset", "count": -1 }""", 36, "count is the number -1; expected a whole number, 0 to 1000000"],
        ["""{ "fault": "slow-reset", "count": 1.5 }""", 36, "count is the number 1.5; expected a whole number"],
        ["""{ "fault": "slow-reset", "count": 1e400 }""", 36, "count is the number 1e400; expected a whole number"],
        ["""{ "fault": "slow-reset", "apqn": "5-4" }""", 35, "'5-4' is no APQN; expected a queue such as \"05.0004\" (adapter.domain, hexadecimal), or \"any\""],
        ["""{ "fault": "slow-reset", "issuer": "guest" }""", 37, "issuer is the text 'guest'; expected one of: driver, anybody"],
        ["""{ "fault": "slow-reset", "on": "sometimes" }""", 33, "found the text 'sometimes' as a trigger; expected \"always\", or an object"],
        ["""{ "fault": "slow-reset", "on": {} }""", 33, "the trigger is anchored to nothing; expected"],
        ["""{ "fault": "slow-reset", "on": { "nth": 1 } }""", 33, "the trigger is anchored to nothing; expected"],
        ["""{ "fault": "slow-reset", "on": { "instruction": "zapq", "operation": "close-device" } }""", 58, "the trigger contradicts itself: both 'instruction' and 'operation'"],
        ["""{ "fault": "slow-reset", "on": { "operation": "close-device", "actor": "driver" } }""", 64, "the trigger contradicts itself: 'actor' does not go with 'operation'"],
        ["""{ "fault": "slow-reset", "on": { "at": "30ms", "nth": 2 } }""", 49, "the trigger contradicts itself: 'nth' does not go with 'at'"],
        ["""{ "fault": "slow-reset", "on": { "instruction": "zapq", "when": "entry" } }""", 66, "expected for 'when' one of: before, after"],
        ["""{ "fault": "slow-reset", "on": { "operation": "close-device", "when": "before" } }""", 72, "expected for 'when' one of: entry, exit"],
        ["""{ "fault": "slow-reset", "on": { "instruction": "zap" } }""", 50, "found the text 'zap'; expected for 'instruction' one of: tapq, zapq, rapq, aqic, nqap, dqap"],
        ["""{ "fault": "slow-reset", "on": { "instruction": "qci" } }""", 50, "expected for 'instruction' one of: tapq"],
        ["""{ "fault": "slow-reset", "on": { "operation": "close" } }""", 48, "expected for 'operation' one of: probe-queue, remove-queue, open-device, close-device"],
        ["""{ "fault": "slow-reset", "on": { "instruction": "zapq", "nth": 0 } }""", 65, "expected for 'nth' a whole number, 1 to 1000000"],
        ["""{ "fault": "slow-reset", "on": { "instruction": "zapq", "nth": "2nd" } }""", 65, "expected for 'nth' a whole number"],
        ["""{ "fault": "slow-reset", "on": { "instruction": "zapq", "chance": 0 } }""", 68, "expected for 'chance' a number from 0.001 to 1, in steps of 0.001"],
        ["""{ "fault": "slow-reset", "on": { "instruction": "zapq", "chance": 1.01 } }""", 68, "expected for 'chance'"],
        ["""{ "fault": "slow-reset", "on": { "instruction": "zapq", "chance": 0.0005 } }""", 68, "expected for 'chance'"],
        ["""{ "fault": "slow-reset", "on": { "instruction": "zapq", "actor": "hardware" } }""", 67, "expected for 'actor' one of: driver, guest, host"],
        ["""{ "fault": "slow-reset", "on": { "instruction": "zapq", "queue": "05.0004" } }""", 58, "the trigger contradicts itself: both 'instruction' and 'queue'"],
        ["""{ "fault": "slow-reset", "on": { "instruction": "zapq", "apqn": 5 } }""", 66, "found the number 5; expected a queue such as"],
        ["""{ "fault": "slow-reset", "on": { "always": false } }""", 45, "'always' is false; expected true, or another anchor"],
        ["""{ "fault": "slow-reset", "on": { "instruction": "zapq", "after": { "always": true } } }""", 69, "a condition has no 'always'; expected an anchor"],
        ["""{ "fault": "slow-reset", "on": { "at": "never" } }""", 41, "'at' is 'never'; expected a virtual time that comes"],
        ["""{ "fault": "slow-reset", "on": { "at": "-1ms" } }""", 41, "'at' is '-1ms'; expected a virtual time that comes"],
    ];

    [TestCaseSource(nameof(WholePlans))]
    public void No_plan_at_all(string text)
    {
        InputException error = Refused(text);
        Assert.That(error.Line, Is.GreaterThan(0));
        Assert.That(error.Message, Does.StartWith($"plan.json:{error.Line}:{error.Column}: "));
        Assert.That(error.Text, Does.Contain("expected"));
    }

    [TestCaseSource(nameof(Faults))]
    public void A_fault_that_is_wrong(string fault, int column, string message)
    {
        InputException error = Refused("{\n  \"name\": \"x\", // a comment\n  \"faults\": [\n " + fault + " ]\n}");
        Assert.That(error.Message, Does.StartWith($"plan.json:4:{column}: ").And.Contains(message));
    }

    [Test]
    public void Malformed_json_names_the_place_where_the_reader_gave_up()
    {
        InputException error = Refused("{\n  \"name\": \"x\",\n  \"faults\": [ { \"fault\": slow-reset } ]\n}");
        Assert.That((error.Line, error.Column), Is.EqualTo((3, 26)));
        Assert.That(error.Text, Does.StartWith("malformed JSON: ").And.EndsWith("; expected JSON (comments and trailing commas are allowed)"));
    }

    [Test]
    public void Columns_count_characters_not_bytes() =>
        Assert.That(Refused("{ \"summary\": \"äöü→\", \"nam\": \"x\" }").Column, Is.EqualTo(22));

    [Test]
    public void Too_many_faults_are_refused()
    {
        string many = string.Join(',', Enumerable.Repeat("""{ "fault": "slow-reset" }""", 1001));
        Assert.That(Refused($$"""{ "name": "x", "faults": [ {{many}} ] }""").Text, Is.EqualTo("the plan has 1001 faults; expected at most 1000"));
    }

    [Test]
    public void Deep_nesting_is_refused_by_the_reader() =>
        Assert.That(Refused($$"""{ "name": {{new string('[', 100_000)}}""").Text, Does.StartWith("malformed JSON: ").And.Contains("depth"));

    [Test]
    public void An_apqn_outside_the_topology_is_refused_when_the_plan_is_armed()
    {
        Plan plan = PlanFile.Parse("""{ "name": "x", "faults": [ { "fault": "slow-reset", "apqn": "07.0004" } ] }""", "plan.json", Catalogue.Shipped);
        var error = Assert.Throws<InputException>(() => plan.Arm(Catalogue.Shipped, Engine.Faults.FaultRuns.Scenario.Topology))!;
        Assert.That(error.Message, Is.EqualTo(
            "plan.json:1:61: APQN 07.0004 is outside the topology; expected any, or one of: 05.0004, 05.0047, 06.0004, 06.0047"));
    }

    [TestCase("no-such-folder/no-such-plan.json")]
    [TestCase("")]
    [TestCase("a\0b")]
    public void A_plan_file_that_is_not_there_is_refused(string path) =>
        Assert.That(() => PlanFile.Load(path, Catalogue.Shipped), Throws.TypeOf<InputException>().With.Message.Contains("expected the path of a plan"));

    [Test]
    public void A_file_that_is_no_text_is_refused()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [0x7b, 0xff, 0xfe, 0x00]);
            Assert.That(() => PlanFile.Load(path, Catalogue.Shipped), Throws.TypeOf<InputException>().With.Message.Contains("not UTF-8"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static InputException Refused(string text)
    {
        var error = Assert.Throws<InputException>(() => PlanFile.Parse(text, "plan.json", Catalogue.Shipped))!;
        Assert.That(error.Message, Does.Not.Contain("\n"));
        return error;
    }
}
