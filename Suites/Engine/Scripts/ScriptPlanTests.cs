using System.Text;
using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Suites.Engine.Cli;
using ApChaos.Suites.Engine.Faults;

namespace ApChaos.Suites.Engine.Scripts;

/// <summary>A scripted plan does what the same plan in JSON does, and is found wherever a plan is.</summary>
[TestFixture]
public sealed class ScriptPlanTests
{
    private const string Name = "storm-then-deconfigure";

    /// <summary>Faults/Plans/storm-then-deconfigure.csx, written in JSON by hand.</summary>
    private const string InJson = "Suites/Samples/Plans/storm-then-deconfigure.json";

    [Test]
    public void The_scripted_plan_and_its_json_leave_the_same_trace([Values("vfio-ap-2019-v2", "vfio-ap-5.11", "golden")] string driver)
    {
        Plan written = PlanFile.Load(Repository.Absolute(InJson), Catalogue.Shipped);
        Plan scripted = Catalogue.Shipped.FindPlans(Name).Single();
        Assert.That(scripted, Is.EqualTo(written));
        var one = new FaultRuns(driver, scripted);
        var other = new FaultRuns(driver, written);
        var hashes = new SortedSet<ulong>();
        for (ulong seed = 0; seed < 50; seed++)
        {
            ulong hash = one.Run(seed).Engine.Hash;
            Assert.That(other.Run(seed).Engine.Hash, Is.EqualTo(hash));
            hashes.Add(hash);
        }

        Assert.That(hashes, Has.Count.GreaterThan(10));
    }

    [Test]
    public void It_is_scenario_1_and_then_a_deconfiguration_while_the_driver_waits()
    {
        var runs = new FaultRuns("vfio-ap-5.11", Catalogue.Shipped.FindPlans(Name).Single());
        int refused = 0;
        int seen = 0;
        for (ulong seed = 0; seed < 50; seed++)
        {
            List<MachineEvent> events = [.. runs.Run(seed).Trace.Events];
            int lost = events.FindIndex(e => e.Kind == EventKind.AdapterDeconfigured);
            if (lost < 0)
            {
                continue;
            }

            // The driver waits, most often because the guest was first; its close is still going on.
            List<MachineEvent> before = events[..lost];
            MachineEvent told = before.FindLast(e => e.Kind == EventKind.Instruction && e.Op == Op.Zapq && e.B == (long)ActorClass.Driver);
            ResponseCode code = new ApqSw((uint)told.A).ResponseCode;
            Assert.That(code, Is.EqualTo(ResponseCode.ResetInProgress).Or.EqualTo(ResponseCode.Normal));
            refused += code == ResponseCode.ResetInProgress ? 1 : 0;
            Assert.That(before.Count(e => IsClose(e, EventKind.OperationEntered)), Is.GreaterThan(before.Count(e => IsClose(e, EventKind.OperationExited))));
            seen++;
        }

        Assert.That(seen, Is.GreaterThan(25));
        Assert.That(refused, Is.GreaterThan(seen / 3));

        static bool IsClose(MachineEvent e, EventKind kind) => e.Kind == kind && (DriverOperation)e.A == DriverOperation.CloseDevice;
    }

    [Test]
    public void The_command_prints_the_script_as_the_json_that_ships_with_it()
    {
        using var apchaos = new Apchaos();
        Ending shown = apchaos.Run("plan", "show", Repository.Absolute($"Faults/Plans/{Name}.csx"), "--as", "json");
        Assert.That((shown.ExitCode, shown.Errors), Is.EqualTo((0, "")));
        Assert.That(PlanFile.Parse(shown.Output, null, Catalogue.Shipped), Is.EqualTo(PlanFile.Load(Repository.Absolute(InJson), Catalogue.Shipped)));
    }

    [Test]
    public void The_script_has_ten_lines() =>
        Assert.That(File.ReadAllLines(Repository.Absolute($"Faults/Plans/{Name}.csx")), Has.Length.LessThanOrEqualTo(10));

    [Test]
    public void A_configuration_and_the_command_line_name_scripts([Values("script:mine.csx", "mine.csx", "file:mine.csx")] string reference)
    {
        using var scratch = new ScriptScratch();
        scratch.Put("mine.csx", "Plan(\"mine\", \"one line\");\nFault(\"slow-reset\");\n");
        ChaosConfig config = ChaosConfigFile.Parse("chaos.json", Encoding.UTF8.GetBytes($$"""{ "drivers": ["golden"], "plans": ["{{reference}}"] }"""));
        Campaign campaign = Campaign.Resolve(config, CampaignOverrides.None, Catalogue.Shipped, scratch.Folder);
        Assert.That(campaign.Cells.Single().Plan.Name, Is.EqualTo("mine"));

        string here = reference.Replace("mine.csx", Path.Combine(scratch.Folder, "mine.csx"));
        Campaign asked = Campaign.Resolve(config, CampaignOverrides.None with { Plans = [here, "calm"] }, Catalogue.Shipped, scratch.Folder);
        Assert.That(asked.Cells.Select(cell => cell.Plan.Name), Is.EqualTo((string[])["mine", "calm"]));
    }

    [TestCase("script:", "chaos.json:1:36: 'script:' names no file; expected file:PATH.json or script:PATH.csx")]
    [TestCase("script:gone.csx", "chaos.json:1:36: plan file 'gone.csx' does not exist")]
    [TestCase("script:wrong.csx", "wrong.csx:2:1: unknown fault 'slow-rest'")]
    public void A_script_that_cannot_be_used_is_refused_where_it_is_named_or_where_it_is_wrong(string reference, string message)
    {
        using var scratch = new ScriptScratch();
        scratch.Put("wrong.csx", "Plan(\"wrong\");\nFault(\"slow-rest\");\n");
        Assert.That(
            () => Campaign.Resolve(
                ChaosConfigFile.Parse("chaos.json", Encoding.UTF8.GetBytes($$"""{ "drivers": ["golden"], "plans": ["{{reference}}"] }""")),
                CampaignOverrides.None,
                Catalogue.Shipped,
                scratch.Folder),
            Throws.TypeOf<InputException>().With.Message.StartsWith(message));
    }

    [Test]
    public void The_command_shows_a_script_as_the_json_that_it_is()
    {
        using var apchaos = new Apchaos();
        apchaos.Put("mine.csx", "Plan(\"mine\", \"one line\");\nforeach (var n in new[] { 1, 2 }) Fault(\"deconfigure\").On(Instruction(\"zapq\").Nth(n));\n");
        Ending shown = apchaos.Run("plan", "show", "mine.csx", "--as", "json", "--cache", "cache");
        Assert.That((shown.ExitCode, shown.Errors), Is.EqualTo((0, "")));
        Assert.That(Directory.GetFiles(Path.Combine(apchaos.Folder, "cache"), "*", SearchOption.AllDirectories), Has.Length.EqualTo(1));
        apchaos.Put("mine.json", shown.Output);
        Assert.That(apchaos.Run("plan", "show", "mine.json"), Is.EqualTo(shown));
        Assert.That(apchaos.Run("plan", "show", "calm").Output, Does.Contain("\"faults\": []"));
    }

    [TestCase("plan", "plan what?; expected: plan show FILE")]
    [TestCase("plan hide x.csx", "'hide' is nothing that can be done with a plan; expected: plan show FILE")]
    [TestCase("plan show", "show which plan? expected a file (*.json, *.csx) or the name of a shipped plan")]
    [TestCase("plan show calm --as xml", "--as is 'xml'; expected json")]
    [TestCase("plan show thread-*", "'thread-*' names ")]
    [TestCase("plan show gone.csx", "plan file 'gone.csx' does not exist")]
    [TestCase("plan show calm --cache", "")]
    public void Wrong_words_of_the_command_are_one_line_and_exit_2(string words, string message)
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run(words.Split(' '));
        Assert.That((ending.ExitCode, ending.Output), Is.EqualTo((2, "")));
        Assert.That(ending.Errors, Does.StartWith("apchaos: " + message).And.Match("^[^\n]+\n$"));
    }
}
