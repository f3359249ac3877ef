using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Running;

/// <summary>The record of the choices is the replay (design §3, laws 1, 5 and 6).</summary>
[TestFixture]
public sealed class ReplayTests
{
    private const string Driver = "VfioAp2019V2";
    private static readonly FirmwareProfile Firmware = FirmwareFile.LoadShipped().Single(profile => profile.Id == "hostile");

    [Test]
    public void The_recorded_choices_give_the_same_run_again([Range(0, 19)] int seed)
    {
        Stage first = Staged().Run((ulong)seed);
        var record = new RecordedChoices(first.Engine.Choices.Values.ToArray());
        Stage again = Staged().Run(record);
        Assert.That(again.Engine.Hash, Is.EqualTo(first.Engine.Hash));
        Assert.That(
            (again.Engine.Steps, again.Engine.EndNs, again.Engine.End),
            Is.EqualTo((first.Engine.Steps, first.Engine.EndNs, first.Engine.End)));
        Assert.That(again.Trace.Hashes, Is.EqualTo(first.Trace.Hashes), "step by step");
        Assert.That(TraceComparison.Describe(first.Trace, again.Trace), Is.Null);
        Assert.That((record.MisfitAt, record.UsedUp), Is.EqualTo((-1, true)));
    }

    [Test]
    public void Whether_a_run_is_traced_makes_no_difference()
    {
        Stage traced = Staged().Run(3);
        Stage untraced = Staged();
        var walk = new RandomWalk();
        walk.Restart(3);
        untraced.Engine.Run(walk);
        Assert.That(untraced.Engine.Hash, Is.EqualTo(traced.Engine.Hash));
    }

    [Test]
    public void Whether_oracles_watch_makes_no_difference()
    {
        Stage alone = Staged().Run(5);
        var watched = new RunEngine(new RunSetup(Stock.Create(Driver), Firmware, Stock.Scenario, [], Stock.CreateOracles(), RunBudgets.Default));
        var walk = new RandomWalk();
        walk.Restart(5);
        watched.Run(walk);
        Assert.That(watched.Hash, Is.EqualTo(alone.Engine.Hash));
    }

    [Test]
    public void The_runs_before_make_no_difference()
    {
        Stage fresh = Staged().Run(7);
        Stage used = Staged();
        for (ulong seed = 100; seed < 150; seed++)
            used.Run(seed);
        Assert.That(used.Run(7).Engine.Hash, Is.EqualTo(fresh.Engine.Hash));
        Assert.That(used.Trace.Hashes, Is.EqualTo(fresh.Trace.Hashes));
    }

    [Test]
    public void Another_seed_is_another_run()
    {
        Stage stage = Staged();
        Assert.That(Enumerable.Range(0, 200).Select(seed => stage.Run((ulong)seed).Engine.Hash).Distinct().Count(), Is.EqualTo(200));
    }

    [Test]
    public void An_answer_that_is_too_large_for_its_question_is_noticed()
    {
        Stage stage = Staged().Run(11);
        int[] answers = stage.Engine.Choices.Values.ToArray();
        int changed = answers.Length / 2;
        answers[changed] = stage.Engine.Choices.Domains[changed];
        var record = new RecordedChoices(answers);
        stage.Run(record);
        Assert.That(record.MisfitAt, Is.EqualTo(changed));
    }

    [Test]
    public void A_record_that_ends_too_early_is_noticed()
    {
        Stage stage = Staged().Run(11);
        int[] answers = stage.Engine.Choices.Values.ToArray();
        var record = new RecordedChoices(answers[..^3]);
        stage.Run(record);
        Assert.That(record.MisfitAt, Is.EqualTo(answers.Length - 3));
    }

    [Test]
    public void A_record_that_goes_on_after_the_run_is_noticed()
    {
        Stage stage = Staged().Run(11);
        var record = new RecordedChoices([.. stage.Engine.Choices.Values, 0]);
        stage.Run(record);
        Assert.That((record.MisfitAt, record.UsedUp), Is.EqualTo((-1, false)));
    }

    [Test]
    public void The_record_of_another_driver_does_not_give_its_run()
    {
        Stage stage = Staged().Run(11);
        var other = new Stage(Stock.Create("Golden"), Stock.Scenario, Firmware);
        Assert.That(other.Run(new RecordedChoices(stage.Engine.Choices.Values.ToArray())).Engine.Hash, Is.Not.EqualTo(stage.Engine.Hash));
    }

    // Law 6: a plan with no armed fault leaves a trace byte-identical to calm.
    [Test]
    public void A_fault_that_never_fires_leaves_the_run_as_it_is_without_it()
    {
        var never = new FaultTrigger(TriggerKind.BeforeInstruction, Op.Zapq, Nth: 1_000_000);
        ArmedFault[] faults =
        [
            new(new ApChaos.Faults.Deconfigure(), never, [[VirtualTime.Never], [0], [-1]]),
            new(
                new ApChaos.Faults.SlowReset(),
                new FaultTrigger(TriggerKind.OperationExit, Operation: DriverOperation.ProbeQueue),
                [[0, Stage.Ms], [1], [-1]]),
        ];
        var armed = new Stage(Stock.Create(Driver), Stock.Scenario, Firmware, faults: faults);
        Stage calm = Staged();
        for (ulong seed = 0; seed < 100; seed++)
        {
            calm.Run(seed);
            armed.Run(seed);
            Assert.That(armed.Trace.Hashes, Is.EqualTo(calm.Trace.Hashes));
        }
    }

    [Test]
    public void A_difference_is_named_by_step_event_and_field()
    {
        Stage first = Staged().Run(1);
        Stage second = Staged().Run(2);
        Assert.That(TraceComparison.Describe(first.Trace, second.Trace), Does.Match(@"^step \d+, event \w+: \w+ is .+ and .+$"));
        Assert.That(TraceComparison.Describe(first.Trace, first.Trace), Is.Null);
    }

    private static Stage Staged() => new(Stock.Create(Driver), Stock.Scenario, Firmware);
}
