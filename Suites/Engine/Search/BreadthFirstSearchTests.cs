using ApChaos.Exploring;
using Node = ApChaos.Suites.Engine.Search.RandomGraph.Node;

namespace ApChaos.Suites.Engine.Search;

/// <summary>Breadth-first search against a queue and a hash set.</summary>
[TestFixture]
public sealed class BreadthFirstSearchTests
{
    [Test]
    public void Any_graph_is_searched_as_a_queue_and_a_hash_set_would(
        [Values] VisitedSet visited, [Values(1, 2, 3)] int workers, [Values(1, 30, 1000, 40_000)] int nodes)
    {
        for (ulong seed = 1; seed <= (nodes > 1000 ? 2ul : 10ul); seed++)
        {
            var graph = new RandomGraph(seed, nodes);
            var expected = new NaiveSearch<RandomGraph, Node>(graph);
            var actual = new BreadthFirstSearch<RandomGraph, Node>(() => graph, new() { Visited = visited, Workers = workers }).Run();
            Assert.Multiple(() =>
            {
                Assert.That(actual.End, Is.EqualTo(SearchEnd.Complete), $"seed {seed}");
                Assert.That(actual.Levels, Is.EqualTo(expected.Levels), $"seed {seed}");
                Assert.That((actual.States, actual.Transitions, actual.Depth), Is.EqualTo((expected.States, expected.Transitions, expected.Levels.Count - 1)));
                Assert.That(actual.ViolationCounts.Select(v => (v.Violation, v.Transitions)), Is.EqualTo(expected.Violations.Select(v => (v.Key, v.Value))));
                Assert.That(actual.Counterexamples.Select(c => c.Violation), Is.EqualTo(expected.Paths.Select(p => p.Violation)), $"seed {seed}");
                Assert.That(actual.Counterexamples.Select(c => c.Ordinals), Is.EqualTo(expected.Paths.Select(p => p.Ordinals)), $"seed {seed}");
            });
        }
    }

    [Test]
    public void The_first_violation_ends_the_search_with_the_same_shortest_path_for_any_number_of_workers([Values(1, 2, 4)] int workers)
    {
        for (ulong seed = 1; seed <= 30; seed++)
        {
            var graph = new RandomGraph(seed, 20_000);
            var (violation, ordinals) = new NaiveSearch<RandomGraph, Node>(graph).Paths.FirstOrDefault();
            var actual = new BreadthFirstSearch<RandomGraph, Node>(() => graph, new() { Workers = workers, StopAtFirst = true }).Run();
            if (ordinals is null)
            {
                Assert.That((actual.End, actual.First), Is.EqualTo((SearchEnd.Complete, (Counterexample<Node>?)null)));
                continue;
            }

            Assert.That((actual.End, actual.First!.Violation), Is.EqualTo((SearchEnd.Violation, violation)));
            Assert.That(actual.First.Ordinals, Is.EqualTo(ordinals));
            Assert.That(actual.First.Actions, Is.EqualTo(ordinals.Select(i => 100 + i)));
            Assert.That(actual.Levels, Is.EqualTo(new NaiveSearch<RandomGraph, Node>(graph, ordinals.Length - 1).Levels), "counts are those of complete levels");
        }
    }

    [Test]
    public void A_violation_behind_everything_else_is_found_by_any_number_of_workers([Values(1, 2, 4)] int workers, [Values] bool stop)
    {
        SearchResult<State64> result = new BreadthFirstSearch<CubeAndRow, State64>(() => new CubeAndRow(17, 9), new() { Workers = workers, StopAtFirst = stop }).Run();
        Assert.That(result.Counterexamples.Single().Actions, Is.EqualTo(Enumerable.Repeat(17, 9)));
    }

    [Test]
    public void A_table_that_doubles_many_times_loses_nothing([Values] VisitedSet visited, [Values(1, 2, 4)] int workers)
    {
        // 18 dimensions: 262,144 states, each level wide enough for several workers; more states than 32 bits of hash tell apart.
        var result = new BreadthFirstSearch<Cube, State64>(() => new Cube(18), new() { Visited = visited, Workers = workers }).Run();
        Assert.Multiple(() =>
        {
            Assert.That((result.States, result.Transitions, result.Depth), Is.EqualTo((1L << 18, 18L << 17, 18)));
            Assert.That(result.First!.Actions, Is.EqualTo(Enumerable.Range(0, 18)), "the first of all shortest paths");
            Assert.That(result.First.States[^1][0], Is.EqualTo((1ul << 18) - 1));
            Assert.That(result.Violations, Is.EqualTo(18));
        });
    }

    [TestCase(1)]
    [TestCase(10)]
    [TestCase(5_000)]
    [TestCase(100_000)]
    public void A_bound_of_states_cuts_at_the_same_place_for_any_number_of_workers(long bound)
    {
        var results = new[] { 1, 2, 5 }.Select(workers =>
            new BreadthFirstSearch<Cube, State64>(() => new Cube(17), new() { Workers = workers, StatesMax = bound }).Run()).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(results.Select(r => r.End), Is.All.EqualTo(SearchEnd.States));
            Assert.That(results.Select(r => r.States), Is.All.EqualTo(bound));
            Assert.That(results.Select(r => (r.Transitions, r.Depth)).Distinct().ToList(), Has.Count.EqualTo(1));
            Assert.That(results[0].Levels.Sum(), Is.EqualTo(bound));
        });
    }

    [Test]
    public void A_bound_that_is_just_reached_is_no_bound() => Assert.That(
        new BreadthFirstSearch<Cube, State64>(() => new Cube(10), new() { StatesMax = 1024 }).Run().End, Is.EqualTo(SearchEnd.Complete));

    [TestCase(1)]
    [TestCase(4)]
    public void A_bound_of_depth_ends_after_that_many_steps(int depth)
    {
        var expected = new NaiveSearch<Cube, State64>(new Cube(9), depth);
        var actual = new BreadthFirstSearch<Cube, State64>(() => new Cube(9), new() { DepthMax = depth }).Run();
        Assert.That((actual.End, actual.Depth, actual.Transitions), Is.EqualTo((SearchEnd.Depth, depth, expected.Transitions)));
        Assert.That(actual.Levels, Is.EqualTo(expected.Levels));
    }

    [Test]
    public void A_bound_of_memory_cuts_and_is_kept([Values] VisitedSet visited)
    {
        const long bound = 8 << 20;
        var results = new[] { 1, 3 }.Select(workers =>
            new BreadthFirstSearch<Cube, State64>(() => new Cube(20), new() { Visited = visited, Workers = workers, MemoryMax = bound }).Run()).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(results.Select(r => r.End), Is.All.EqualTo(SearchEnd.Memory));
            Assert.That(results.Select(r => r.Memory), Is.All.InRange(bound / 4, bound));
            Assert.That(results[0].States, Is.GreaterThan(10_000).And.EqualTo(results[1].States));
        });
    }

    [Test]
    public void Cancelling_keeps_what_is_complete([Values(1, 2)] int workers)
    {
        using var cancel = new CancellationTokenSource();
        var options = new SearchOptions { Workers = workers, Progress = p => { if (p.Depth == 5) cancel.Cancel(); } };
        var result = new BreadthFirstSearch<Cube, State64>(() => new Cube(20), options).Run(cancel.Token);
        Assert.That((result.End, result.Depth), Is.EqualTo((SearchEnd.Cancelled, 5)));
        Assert.That(result.Levels, Is.EqualTo(new NaiveSearch<Cube, State64>(new Cube(20), 5).Levels));
    }

    [Test]
    public void The_forecast_is_right_within_a_third_once_half_of_the_levels_are_known()
    {
        List<SearchProgress> all = [];
        new BreadthFirstSearch<Cube, State64>(() => new Cube(18), new() { Progress = all.Add }).Run();
        var late = all.Where(p => p.Depth >= 9).ToList();
        Assert.That(late, Is.Not.Empty);
        Assert.That(late.Select(p => p.StatesForecast!.Value), Is.All.InRange((1 << 18) * 0.67, (1 << 18) * 1.33));
        Assert.That(all[^1].StatesForecast, Is.EqualTo(1 << 18));
    }

    [Test]
    public void Odds_of_a_collision_are_stated_for_fingerprints()
    {
        double Odds(VisitedSet visited) => new BreadthFirstSearch<Cube, State64>(() => new Cube(12), new() { Visited = visited }).Run().CollisionOdds;
        Assert.That(Odds(VisitedSet.Exact), Is.Zero);
        Assert.That(Odds(VisitedSet.Fingerprint64), Is.EqualTo(4096.0 * 4096 / Math.Pow(2, 65)).Within(0.01).Percent);
        Assert.That(Odds(VisitedSet.Fingerprint128), Is.GreaterThan(0).And.LessThan(1e-30));
    }

    [TestCase(0, 1, 1, SearchOptions.MemoryMin, "workers")]
    [TestCase(257, 1, 1, SearchOptions.MemoryMin, "workers")]
    [TestCase(1, 0, 1, SearchOptions.MemoryMin, "states")]
    [TestCase(1, SearchOptions.StatesLimit + 1, 1, SearchOptions.MemoryMin, "states")]
    [TestCase(1, 1, 0, SearchOptions.MemoryMin, "depth")]
    [TestCase(1, 1, 1, SearchOptions.MemoryMin - 1, "memory")]
    public void A_bound_that_makes_no_sense_is_refused_by_name(int workers, long states, int depth, long memory, string what)
    {
        var options = new SearchOptions { Workers = workers, StatesMax = states, DepthMax = depth, MemoryMax = memory };
        Assert.That(() => new BreadthFirstSearch<Cube, State64>(() => new Cube(3), options).Run(),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains(what).And.Message.Contains("expected"));
    }

    [Test]
    public void A_model_that_throws_ends_the_search_with_its_exception([Values(1, 2, 4)] int workers) => Assert.That(
        () => new BreadthFirstSearch<Broken, State64>(() => new Broken(), new() { Workers = workers }).Run(),
        Throws.InvalidOperationException.With.Message.EqualTo("planted"));

    [Test]
    public void A_model_that_is_not_a_function_of_the_state_is_found_out()
    {
        var calls = 0;
        Assert.That(() => new BreadthFirstSearch<Moody, State32>(() => new Moody(calls++), new()).Run(),
            Throws.InvalidOperationException.With.Message.Contains("not a function of the state"));
    }

    /// <summary>Fails in the middle of a wide level.</summary>
    private readonly struct Broken : ITransitionSystem<State64>
    {
        public State64 Initial => default;

        public void Expand(in State64 state, SuccessorList<State64> into)
        {
            if (state[0] == 0b1111_1110_0001_1111)
                throw new InvalidOperationException("planted");

            new Cube(16).Expand(in state, into);
        }
    }

    /// <summary>The second instance behaves otherwise.</summary>
    private readonly struct Moody(int instance) : ITransitionSystem<State32>
    {
        public State32 Initial => default;

        public void Expand(in State32 state, SuccessorList<State32> into)
        {
            var next = state;
            next[0]++;
            if (state[0] < 5 - (ulong)instance)
                into.Add(in next, 0, state[0] == 4 ? 1 : 0);
        }
    }
}
