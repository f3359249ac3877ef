namespace ApChaos.Exploring;

/// <summary>
/// Visits every state of a model, newest first: the successors of a state before its siblings. It is soon deep, and reaches a violation in few
/// steps of work; its counterexamples are not the shortest. One worker.
/// </summary>
/// <typeparam name="TSystem">The model.</typeparam>
/// <typeparam name="TState">Its state.</typeparam>
/// <param name="factory">Makes an instance of the model for the search, and one to walk the counterexamples again.</param>
/// <param name="options">Bounds and means. There is no bound of depth, because a state that is met late may be nearer by another way.</param>
public sealed class DepthFirstSearch<TSystem, TState>(Func<TSystem> factory, SearchOptions options)
    where TSystem : ITransitionSystem<TState>
    where TState : unmanaged
{
    /// <summary>Searches.</summary>
    /// <param name="cancel">Ends the search with what is known by then.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A bound makes no sense.</exception>
    /// <exception cref="InvalidOperationException">The model is not a function of the state, or has too many successors.</exception>
    /// <exception cref="NotSupportedException">A bound of depth, or more than one worker.</exception>
    public SearchResult<TState> Run(CancellationToken cancel = default)
    {
        options.Check();
        if (options.DepthMax != int.MaxValue || options.Workers != 1)
        {
            throw new NotSupportedException("depth-first search has no bound of depth and one worker: search breadth first");
        }

        return options.Visited switch
        {
            VisitedSet.Exact => Run<WholeStates<TState>>(cancel),
            VisitedSet.Fingerprint64 => Run<Fingerprints64<TState>>(cancel),
            _ => Run<Fingerprints128<TState>>(cancel),
        };
    }

    private SearchResult<TState> Run<TSet>(CancellationToken cancel)
        where TSet : struct, IVisitedSet<TState, TSet>
    {
        using var run = new DepthFirstRun<TSystem, TState, TSet>(factory, options, cancel);
        return run.Run();
    }
}
