using ApChaos.Exploring;

namespace ApChaos.Suites.Benchmarks;

/// <summary>Exhaustive search of the small model, in the forms that are compared.</summary>
internal static class SmallSearch
{
    /// <summary>Actors as hand-written state machines.</summary>
    internal static SearchResult<SmallState> HandWritten(int queues, bool patient, SearchOptions options) =>
        Run(() => new SmallSystem<HandWrittenActors>(new HandWrittenActors(queues, patient), queues), options);

    /// <summary>Actors as sequential code, of which an automaton is learnt on the way.</summary>
    internal static SearchResult<SmallState> Natural(int queues, bool patient, SearchOptions options, out Automata automata)
    {
        var learnt = new Automata(new NaturalDrivers(queues, patient));
        automata = learnt;
        return Run(() => new SmallSystem<Automata.Actors>(learnt.NewActors(), queues), options);
    }

    private static SearchResult<SmallState> Run<TActors>(Func<SmallSystem<TActors>> factory, SearchOptions options)
        where TActors : ISmallActors => new BreadthFirstSearch<SmallSystem<TActors>, SmallState>(factory, options).Run();
}
