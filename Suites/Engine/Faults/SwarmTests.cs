using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Hosting;

namespace ApChaos.Suites.Engine.Faults;

/// <summary>A swarm: each run has some of the plan's faults, by choices of the run and by nothing else.</summary>
[TestFixture]
public sealed class SwarmTests
{
    private const int Runs = 400;

    private static readonly Plan Mixed = Catalogue.Shipped.FindPlans("mixed").Single();

    [Test]
    public void Every_fault_of_the_catalogue_is_in_the_atlas() =>
        Assert.That(Mixed.Faults.Select(fault => fault.Fault.Id).Distinct(), Is.EquivalentTo(Catalogue.Shipped.Faults.Select(fault => fault.Id)));

    [Test]
    public void A_quarter_is_armed_and_runs_differ_in_which()
    {
        var runs = new FaultRuns("vfio-ap-6.9", Mixed);
        int[] armed = new int[Mixed.Faults.Count];
        for (ulong seed = 0; seed < Runs; seed++)
        {
            int[] armedNow = Armed(runs.Run(seed));
            for (int i = 0; i < armed.Length; i++)
            {
                armed[i] += armedNow[i];
            }
        }

        Assert.That(armed, Is.All.InRange(Runs / 8, Runs * 3 / 8));
    }

    [Test]
    public void A_fault_that_is_not_armed_never_fires()
    {
        var runs = new FaultRuns("vfio-ap-6.9", Mixed);
        for (ulong seed = 0; seed < 50; seed++)
        {
            int[] armed = Armed(runs.Run(seed));
            foreach (MachineEvent e in runs.Events(EventKind.FaultFired))
            {
                Assert.That(armed[(int)e.A], Is.EqualTo(1));
            }
        }
    }

    [Test]
    public void The_plainest_answers_arm_nothing_and_leave_the_trace_of_calm()
    {
        var swarm = new FaultRuns("vfio-ap-6.9", Mixed);
        var calm = new FaultRuns("vfio-ap-6.9", Catalogue.Shipped.FindPlans("calm").Single());
        swarm.Engine.Run(new RecordedChoices([]), swarm.Trace);
        calm.Engine.Run(new RecordedChoices([]), calm.Trace);
        Assert.That(swarm.Trace.Hashes, Is.EqualTo(calm.Trace.Hashes));
    }

    [Test]
    public void The_recorded_choices_are_the_replay()
    {
        var runs = new FaultRuns("vfio-ap-5.3", Mixed, "hostile");
        for (ulong seed = 0; seed < 30; seed++)
        {
            ulong hash = runs.Run(seed).Engine.Hash;
            var recorded = new RecordedChoices(runs.Engine.Choices.Values.ToArray());
            runs.Engine.Run(recorded);
            Assert.That((runs.Engine.Hash, recorded.MisfitAt), Is.EqualTo((hash, -1)));
        }
    }

    /// <summary>For each fault of the plan whether it takes part in the run.</summary>
    private static int[] Armed(FaultRuns runs)
    {
        Choices choices = runs.Engine.Choices;
        var armed = new List<int>();
        for (int i = 0; i < choices.Count; i++)
        {
            if (choices.Labels[i] == ChoiceLabel.FaultArmed)
            {
                armed.Add(choices.Values[i]);
            }
        }

        Assert.That(armed, Has.Count.EqualTo(runs.Engine.FaultStates.Length));
        return [.. armed];
    }

    [Test]
    public void A_pattern_is_each_fault_that_it_matches_and_json_and_script_say_the_same()
    {
        Plan written = PlanFile.Parse(
            """{ "name": "x", "swarm": { "armed": 0.5 }, "faults": [ { "fault": "*-storm", "duration": "30ms" } ] }""", null, Catalogue.Shipped);
        Assert.That(written.Faults.Select(fault => fault.Fault.Id), Is.EqualTo((string[])["busy-storm", "reset-in-progress-storm", "state-change-storm"]));
        Assert.That(written.Swarm, Is.EqualTo(new Swarm(500, 250)));
        Plan scripted = ScriptHost.Default.ReadPlan("Plan(\"x\").Swarm(armed: 0.5);\nFault(\"*-storm\").With(\"duration\", \"30ms\");", null, Catalogue.Shipped);
        Assert.That(scripted, Is.EqualTo(written));
        Assert.That(
            () => PlanFile.Parse("""{ "name": "x", "swarm": { "armd": 1 }, "faults": [] }""", "plan.json", Catalogue.Shipped),
            Throws.TypeOf<InputException>().With.Message.EqualTo("plan.json:1:27: unknown property of a swarm 'armd' (did you mean armed?); expected one of: armed, firing"));
    }
}
