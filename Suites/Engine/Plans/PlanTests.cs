using ApChaos.Abstractions;
using ApChaos.Hosting;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Plans;

[TestFixture]
public sealed class PlanTests
{
    private static IEnumerable<Plan> Shipped => Catalogue.Shipped.Plans;

    [Test]
    public void The_mission_plans_are_shipped() => Assert.That(Shipped.Select(plan => plan.Name), Is.SupersetOf((string[])
    [
        "calm", "deconfigure", "guest-zapq", "reset-storm", "slow-reset",
        "thread-scenario-1", "thread-scenario-1-rapq", "thread-scenario-2", "thread-scenario-3",
    ]));

    [TestCaseSource(nameof(Shipped))]
    public void A_shipped_plan_says_in_one_line_what_it_does_and_fits_any_topology(Plan plan)
    {
        Assert.That(plan.Summary, Has.Length.InRange(5, 120));
        Assert.That(() => plan.Arm(Catalogue.Shipped, Engine.Faults.FaultRuns.Scenario.Topology), Throws.Nothing);
    }

    [TestCaseSource(nameof(Shipped))]
    public void The_canonical_text_of_a_plan_is_the_plan(Plan plan)
    {
        Plan again = PlanFile.Parse(plan.Json, null, Catalogue.Shipped);
        Assert.That(again.Json, Is.EqualTo(plan.Json));
        Assert.That(again, Is.EqualTo(plan));
    }

    [Test]
    public void Everything_that_a_plan_can_say_is_armed_as_it_says()
    {
        const string text = """
            {
              "$schema": "anything",
              "name": "all", // comments and trailing commas are allowed
              "faults": [
                { "fault": "reset-in-progress-storm", "instructions": "tapq", "issuer": "anybody", "count": 3, "apqn": "06.0047",
                  "on": { "instruction": "aqic", "apqn": "05.0047", "nth": 2, "actor": "guest", "when": "after", "chance": 0.25 } },
                { "fault": "slow-reset", "duration": { "oneOf": ["0ms", "1.5s", "never"] }, "on": "always" },
                { "fault": "guest-rapq", "on": { "operation": "reset-device", "when": "exit", "apqn": "any" } },
                { "fault": "deconfigure", "on": { "at": "30ms" }, },
              ],
            }
            """;
        IReadOnlyList<ArmedFault> armed = PlanFile.Parse(text, null, Catalogue.Shipped).Arm(Catalogue.Shipped, Engine.Faults.FaultRuns.Scenario.Topology);
        Assert.That(armed.Select(fault => fault.Trigger), Is.EqualTo((FaultTrigger[])
        [
            new(TriggerKind.AfterInstruction, Op.Aqic, Queue: 1, Actor: ActorClass.Guest, Nth: 2, ChancePermille: 250),
            new(TriggerKind.Always),
            new(TriggerKind.OperationExit, Operation: DriverOperation.ResetDevice),
            new(TriggerKind.Time, AtNs: 30 * VirtualTime.Millisecond),
        ]));
        Assert.That(armed[0].Values, Is.EqualTo((long[][])[[80 * VirtualTime.Millisecond], [3], [3], [1], [2]]));
        Assert.That(armed[1].Values[0], Is.EqualTo((long[])[0, 1500 * VirtualTime.Millisecond, VirtualTime.Never]));
        Assert.That(armed[2].Fault.Id, Is.EqualTo("guest-rapq"));
        Assert.That(armed[3].Values[0], Is.EqualTo((long[])[2 * VirtualTime.Second]));
    }

    [Test]
    public void A_fault_without_a_trigger_has_its_own()
    {
        Plan plan = PlanFile.Parse("""{ "name": "x", "faults": [ { "fault": "guest-zapq" } ] }""", null, Catalogue.Shipped);
        Assert.That(plan.Faults[0].Trigger.Trigger, Is.EqualTo(Catalogue.Shipped.FindFault("guest-zapq")!.DefaultTrigger));
        Assert.That(plan.Json, Is.EqualTo(
            """{"name":"x","summary":"","faults":[{"fault":"guest-zapq","on":{"operation":"close-device","when":"entry"},"duration":"200ms","count":1,"apqn":"any"}]}"""));
    }

    [Test]
    public void What_is_beyond_a_correct_driver_is_said_in_json_and_in_a_script()
    {
        Plan plan = PlanFile.Parse("""{ "name": "x", "beyond": ["queue-lost", "operation-hang", "queue-lost"], "faults": [] }""", null, Catalogue.Shipped);
        Assert.That(plan.Beyond, Is.EqualTo((string[])["operation-hang", "queue-lost"]));
        Assert.That(PlanFile.Parse(plan.Json, null, Catalogue.Shipped), Is.EqualTo(plan));
        Assert.That(ScriptHost.Default.ReadPlan("Plan(\"x\").Beyond(\"operation-hang\", \"queue-lost\");", null, Catalogue.Shipped), Is.EqualTo(plan));
        Assert.That(
            () => PlanFile.Parse("""{ "name": "x", "beyond": ["operation-hung"], "faults": [] }""", "plan.json", Catalogue.Shipped),
            Throws.TypeOf<InputException>().With.Message.StartsWith("plan.json:1:27: unknown oracle 'operation-hung' (did you mean operation-hang?); expected one of: "));
    }

    [Test]
    public void Places_of_a_plan_inside_a_larger_file_are_those_of_the_file()
    {
        string alone = new string('\n', 16) + new string(' ', 4) + """{ "nam": "x" }""";
        Assert.That(() => PlanFile.Parse(alone, "chaos.json", Catalogue.Shipped), Throws.TypeOf<InputException>().With.Message.StartsWith("chaos.json:17:7: unknown property 'nam'"));
    }
}
