namespace ApChaos.Exploring;

/// <summary>
/// Visits every state of a model, level by level: all that can be reached in one step, in two, and so on. What it finds first is therefore
/// reached in the fewest steps.
/// </summary>
/// <typeparam name="TSystem">The model.</typeparam>
/// <typeparam name="TState">Its state.</typeparam>
/// <param name="factory">Makes one instance of the model for each worker, and one to walk the counterexamples again.</param>
/// <param name="options">Bounds and means.</param>
public sealed class BreadthFirstSearch<TSystem, TState>(Func<TSystem> factory, SearchOptions options)
    where TSystem : ITransitionSystem<TState>
    where TState : unmanaged
{
    /// <summary>Searches.</summary>
    /// <param name="cancel">Ends the search with what is known by then.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A bound makes no sense.</exception>
    /// <exception cref="InvalidOperationException">The model is not a function of the state, or has too many successors.</exception>
    public SearchResult<TState> Run(CancellationToken cancel = default)
    {
        options.Check();
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
        SearchEnd end;
        List<ViolationSeen> seen;
        Func<IReadOnlyList<Counterexample<TState>>, SearchResult<TState>> result;
        using (var run = new SearchRun<TSystem, TState, TSet>(factory, options, options.Workers, null, cancel))
        {
            end = run.Run();
            if ((options.Workers == 1 ? run.Counterexamples() : run.ShortestPaths()) is { } counterexamples)
            {
                return run.Result(end, counterexamples);
            }

            (seen, result) = (run.Seen(), found => run.Result(end, found));
        }

        return result(WalkAgain<TSet>(seen, cancel));
    }

    /// <summary>
    /// Several workers know which kinds there are and how far away the first of each is. When going there without knowing the way takes too long,
    /// one worker searches anew, that far and no farther.
    /// </summary>
    private IReadOnlyList<Counterexample<TState>> WalkAgain<TSet>(List<ViolationSeen> seen, CancellationToken cancel)
        where TSet : struct, IVisitedSet<TState, TSet>
    {
        var kinds = options.StopAtFirst ? 1 : seen.Select(v => v.Violation).Distinct().Count();
        var again = options with { Workers = 1, DepthMax = int.MaxValue, Progress = null };
        using var run = new SearchRun<TSystem, TState, TSet>(factory, again, 1, found => found.Count == kinds, cancel);
        run.Run();
        return run.Counterexamples();
    }
}
