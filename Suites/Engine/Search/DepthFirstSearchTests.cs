using ApChaos.Exploring;
using Node = ApChaos.Suites.Engine.Search.RandomGraph.Node;

namespace ApChaos.Suites.Engine.Search;

/// <summary>Depth-first search visits the same states, in another order.</summary>
[TestFixture]
public sealed class DepthFirstSearchTests
{
    [Test]
    public void Any_graph_has_the_same_counts_as_breadth_first([Values] VisitedSet visited, [Values(1, 30, 1000, 40_000)] int nodes)
    {
        for (ulong seed = 1; seed <= (nodes > 1000 ? 2ul : 10ul); seed++)
        {
            var graph = new RandomGraph(seed, nodes);
            var expected = new BreadthFirstSearch<RandomGraph, Node>(() => graph, new()).Run();
            var actual = new DepthFirstSearch<RandomGraph, Node>(() => graph, new() { Visited = visited }).Run();
            Assert.That((actual.End, actual.States, actual.Transitions), Is.EqualTo((expected.End, expected.States, expected.Transitions)), $"seed {seed}");
            Assert.That(actual.ViolationCounts, Is.EqualTo(expected.ViolationCounts), $"seed {seed}");
            Assert.That(actual.Depth, Is.GreaterThanOrEqualTo(expected.Depth));
        }
    }

    [Test]
    public void It_goes_down_before_it_goes_on()
    {
        var result = new DepthFirstSearch<Cube, State64>(() => new Cube(20), new() { StopAtFirst = true }).Run();
        Assert.That(result.First!.Actions, Is.EqualTo(Enumerable.Range(0, 20)));
        Assert.That(result.States, Is.LessThan(1000), "of a million");
        Assert.That(result.End, Is.EqualTo(SearchEnd.Violation));
    }

    [Test]
    public void A_bound_of_states_gives_a_partial_result()
    {
        var result = new DepthFirstSearch<Cube, State64>(() => new Cube(16), new() { StatesMax = 1000 }).Run();
        Assert.That((result.End, result.States), Is.EqualTo((SearchEnd.States, 1000)));
    }

    [Test]
    public void What_it_cannot_bound_it_refuses()
    {
        Assert.That(() => new DepthFirstSearch<Cube, State64>(() => new Cube(3), new() { DepthMax = 3 }).Run(), Throws.InstanceOf<NotSupportedException>());
        Assert.That(() => new DepthFirstSearch<Cube, State64>(() => new Cube(3), new() { Workers = 2 }).Run(), Throws.InstanceOf<NotSupportedException>());
    }
}
