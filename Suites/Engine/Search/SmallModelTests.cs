using ApChaos.Exploring;
using ApChaos.Suites.Benchmarks;

namespace ApChaos.Suites.Engine.Search;

/// <summary>
/// A second and a third opinion: one small model, written as sequential code over the engine's own task type, as a state machine, in C, and in Promela
/// for SPIN, has the same number of states, transitions and violations in all of them.
/// </summary>
[TestFixture]
public sealed class SmallModelTests
{
    private static readonly SmallCounts[] Known = [new(100, 185, 2), new(1_479, 4_449, 90), new(16_826, 70_359, 1_480), new(172_109, 926_329, 18_220)];
    private string _folder = "";

    [OneTimeSetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("apchaos-small-model-").FullName;

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Sequential_code_has_the_known_numbers([Range(1, 4)] int queues, [Values] VisitedSet visited, [Values(1, 2)] int workers)
    {
        var result = SmallSearch.Natural(queues, patient: false, new() { Visited = visited, Workers = workers }, out var automata);
        Assert.That((result.End, CountsOf(result)), Is.EqualTo((SearchEnd.Complete, Known[queues - 1])));
        Assert.That(result.First!.Length, Is.EqualTo(7), "the shortest way to a violation does not need the other queues");
        Assert.That(automata.CodeRuns, Is.LessThan(1_000), "the rest was looked up");
    }

    [Test]
    public void The_state_machine_has_the_known_numbers([Range(1, 4)] int queues) =>
        Assert.That(CountsOf(SmallSearch.HandWritten(queues, patient: false, new())), Is.EqualTo(Known[queues - 1]));

    [Test]
    public void A_driver_that_waits_until_the_queue_is_empty_violates_nothing([Range(1, 3)] int queues)
    {
        var natural = CountsOf(SmallSearch.Natural(queues, patient: true, new(), out _));
        Assert.That(natural, Is.EqualTo(CountsOf(SmallSearch.HandWritten(queues, patient: true, new()))));
        Assert.That(natural.Violations, Is.Zero);
    }

    [Test]
    public void Depth_first_search_agrees() => Assert.That(
        CountsOf(new DepthFirstSearch<SmallSystem<HandWrittenActors>, SmallState>(() => new(new HandWrittenActors(3, false), 3), new()).Run()),
        Is.EqualTo(Known[2]));

    [Test]
    public void The_C_program_has_the_known_numbers_and_runs_alike()
    {
        Require("gcc");
        var program = new SmallProgram(_folder);
        Assert.Multiple(() =>
        {
            for (var queues = 1; queues <= 4; queues++)
                Assert.That(program.Search(queues, patient: false), Is.EqualTo(Known[queues - 1]));

            Assert.That(program.Search(4, patient: true), Is.EqualTo(CountsOf(SmallSearch.HandWritten(4, patient: true, new()))));
            foreach (var queues in new[] { 1, 2, 4 })
            {
                var expected = program.Run(queues, 1, 2_000);
                Assert.That(SmallRunForms.All(queues).Select(form => form.Measure(1, 2_000)), Is.All.Matches<Measurement>(m => m!.DidTheSameAs(expected)));
            }
        });
    }

    [Test]
    public void Scenario_S_on_a_small_machine_runs_alike_in_C()
    {
        Require("gcc");
        var expected = new ReleaseProgram(_folder).Run(1, 2_000);
        Assert.That(new ReleaseRun().Measure(1, 2_000).DidTheSameAs(expected), "steps, trace hashes, violations");
        Assert.That(expected.Violations, Is.GreaterThan(0).And.LessThan(2_000));
    }

    [Test]
    public void SPIN_finds_the_same_states_and_violations([Range(1, 3)] int queues, [Values] bool patient)
    {
        Require("gcc");
        Require("spin");
        var search = new PromelaSearch("m1-flat.pml", Path.Combine(_folder, $"flat-{queues}-{patient}"), $"-DN={queues} -DFIXED={(patient ? 1 : 0)}", "-O1 -DNOREDUCE");
        var (spin, _, _) = search.Search();

        // One state for one state; pan counts the way to the initial state as a transition too.
        var ours = CountsOf(SmallSearch.Natural(queues, patient, new(), out _));
        Assert.That(spin with { Transitions = spin.Transitions - 1 }, Is.EqualTo(ours));
    }

    private static SmallCounts CountsOf(SearchResult<SmallState> result) => new(result.States, result.Transitions, result.Violations);

    private static void Require(string program)
    {
        if (Tool.IsThere(program))
            return;

        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail($"{program} is missing: .ci/run installs it");

        Assert.Ignore($"skipped: {program} is missing (Debian: apt-get install {program})");
    }
}
