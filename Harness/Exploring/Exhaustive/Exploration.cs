using System.Runtime.CompilerServices;
using ApChaos.Running;

namespace ApChaos.Exploring;

/// <summary>What an exploration needs besides its setup.</summary>
public sealed record ExplorationOptions
{
    /// <summary>How far it may go.</summary>
    public ExplorationBounds Bounds { get; init; } = ExplorationBounds.Default;

    /// <summary>What is remembered of a state.</summary>
    public VisitedSet Visited { get; init; } = VisitedSet.Exact;

    /// <summary>What keeps it small.</summary>
    public Reductions Reductions { get; init; } = Reductions.All;

    /// <summary>Whether the way to each state is made again, though the code could be saved.</summary>
    public bool Reexecutes { get; init; }

    /// <summary>Whether that may be done when code cannot be saved; else such a driver is refused.</summary>
    public bool MayReexecute { get; init; } = true;

    /// <summary>Threads, at least 1. The result does not depend on it.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>
    /// Which findings count: the search ends at the first of them, which no history reaches in fewer steps. Null: all, and none ends it.
    /// Then identical queues are told apart: a finding may be wanted on one of them.
    /// </summary>
    public Func<Finding, bool>? Wanted { get; init; }

    /// <summary>Told after each level and now and then in long ones.</summary>
    public Action<ExplorationProgress>? Progress { get; init; }
}

/// <summary>
/// Explores every schedule, hardware timing and fault choice of a setup, breadth first, so that the first history to a finding is a
/// shortest one.
/// </summary>
public sealed class Exploration
{
    private readonly Func<RunEngine> _make;
    private readonly ExplorationOptions _options;
    private readonly List<RunEngine> _engines = [];
    private readonly List<string> _refused = [];

    /// <summary>Prepares an exploration.</summary>
    /// <param name="make">Makes an engine for the setup; called for each worker and for each history.</param>
    /// <param name="options">Bounds and means.</param>
    public Exploration(Func<RunEngine> make, ExplorationOptions options)
    {
        ArgumentNullException.ThrowIfNull(make);
        ArgumentNullException.ThrowIfNull(options);
        _make = make;
        _options = options;
        _engines.Add(make());
    }

    /// <summary>Last operation that an actor asked for; for a watchdog.</summary>
    public string LastOperation
    {
        get
        {
            lock (_engines)
            {
                return _engines[^1].LastOperation;
            }
        }
    }

    /// <summary>A number that moves while the exploration does; for a watchdog.</summary>
    public long Moves
    {
        get
        {
            lock (_engines)
            {
                return _engines.Sum(engine => engine.Moves);
            }
        }
    }

    /// <summary>Explores until everything is seen, a bound is reached or somebody says stop.</summary>
    /// <param name="stop">Stops it; what was seen is kept.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="ExplorationException">The driver, an oracle or a fault cannot be explored: the reason is one line.</exception>
    public ExplorationResult Run(CancellationToken stop)
    {
        if (_options.Reexecutes)
        {
            return Reexecute("it was asked for", stop);
        }

        try
        {
            return Run(_options, stop);
        }
        catch (UnsavableException e) when (_options.MayReexecute)
        {
            return Reexecute(e.Message, stop);
        }
    }

    private ExplorationResult Reexecute(string reason, CancellationToken stop) =>
        new Reexecution(_engines[0], _make, _options).Run(stop) with { ModeReason = reason };

    private ExplorationResult Run(ExplorationOptions options, CancellationToken stop)
    {
        while (true)
        {
            var symmetry = options.Reductions.HasFlag(Reductions.Symmetry) && options.Wanted is null ? Symmetry.Of(_engines[0], _refused) : null;
            var tables = new ExplorationTables(Make, options.Reductions, symmetry) { Wanted = options.Wanted };
            try
            {
                var result = Run(options, tables, stop);
                return result with { Interchangeable = [.. symmetry?.Swaps.Select(swap => swap.Words) ?? []], NotInterchangeable = [.. _refused] };
            }
            catch (SymmetryException e)
            {
                _refused.Add(tables.Symmetry!.WordsOf(e.Element));
            }
        }
    }

    private ExplorationResult Run(ExplorationOptions options, ExplorationTables tables, CancellationToken stop) => tables.Components.Length switch
    {
        <= 4 => Run<Row4>(options, tables, stop),
        <= 16 => Run<Row16>(options, tables, stop),
        <= 24 => Run<Row24>(options, tables, stop),
        <= 40 => Run<Row40>(options, tables, stop),
        <= 96 => Run<Row96>(options, tables, stop),
        <= 384 => Run<Row384>(options, tables, stop),
        var width => throw new ExplorationException($"a state has {width} components; expected at most 384: a smaller topology"),
    };

    private RunEngine Make()
    {
        var engine = _make();
        lock (_engines)
        {
            _engines.Add(engine);
        }

        return engine;
    }

    private ExplorationResult Run<TRow>(ExplorationOptions options, ExplorationTables tables, CancellationToken stop)
        where TRow : unmanaged
    {
        using var account = new MemoryAccount(options.Bounds.Memory, () => tables.Memory, stop);
        var systems = new List<ExploredSystem<TRow>>();

        // Beyond one for each worker they are wanted for walks that one thread makes when the workers are done.
        ExploredSystem<TRow> System()
        {
            if (systems.Count < options.Workers)
            {
                systems.Add(new ExploredSystem<TRow>(new ExploredMachine(Make(), tables), account));
                return systems[^1];
            }

            return systems[0];
        }

        var search = new BreadthFirstSearch<ExploredSystem<TRow>, TRow>(System, new SearchOptions
        {
            Visited = options.Visited,
            Workers = options.Workers,
            StopAtFirst = options.Wanted is not null,
            StatesMax = Math.Min(options.Bounds.States + 2, SearchOptions.StatesLimit),
            DepthMax = options.Bounds.Depth + 1,
            MemoryMax = options.Bounds.Memory,
            Progress = progress =>
            {
                account.OfSearch = progress.Memory;
                account.Check();
                options.Progress?.Invoke(new ExplorationProgress(
                    progress.States, progress.Transitions, Math.Max(0, progress.Depth - 1), progress.Waiting, account.Total, progress.StatesForecast));
            },
        });
        var result = search.Run(account.Stop);
        var code = tables.Code;
        return new ExplorationResult
        {
            Bound = account.IsExceeded ? "memory" : Words(result.End),

            // The search has two states more, before the start and after the end; where no run has ended yet it may have gone one beyond the bound.
            States = Math.Clamp(result.States - (systems.Exists(system => system.Ends) ? 2 : 1), 0, options.Bounds.States),
            Transitions = Math.Max(0, result.Transitions - systems.Max(system => system.Starts)),
            Depth = Math.Max(0, result.Depth - 1),
            Memory = result.Memory + tables.Memory,
            Mode = options.Reductions.HasFlag(Reductions.Memo) ? ExplorationMode.Memo : ExplorationMode.Interned,
            Executions = code.Executions,
            Audits = code.Audits,
            LocalStates = code.LocalCount,
            MayCircle = code.MayCircle(),
            CollisionOdds = result.CollisionOdds,
            Histories = Histories(options, tables, systems[0].Machine, result.Counterexamples, stop),
            Fired = [.. Enumerable.Range(0, _engines[0].FaultStates.Length).Select(fault => systems.Exists(system => system.Machine.Fired[fault]))],
        };
    }

    private static string? Words(SearchEnd end) => end switch
    {
        SearchEnd.Complete => null,
        SearchEnd.States => "states",
        SearchEnd.Depth => "depth",
        SearchEnd.Memory => "memory",
        _ => "stopped",
    };

    private IReadOnlyList<ShortestHistory> Histories<TRow>(
        ExplorationOptions options, ExplorationTables tables, ExploredMachine machine, IReadOnlyList<Counterexample<TRow>> found, CancellationToken stop)
        where TRow : unmanaged
    {
        if (found.Count > 0 && options.Workers > 1 && tables.Symmetry is not null)
        {
            // Which of several identical queues stands for the others depends on who came first: one worker alone decides it.
            var alone = options with { Workers = 1, Progress = null, Bounds = options.Bounds with { Depth = found.Max(way => way.Length) } };
            return Run(alone, stop).Histories;
        }

        var histories = new List<ShortestHistory>();
        for (var oracle = 0; oracle < _engines[0].Setup.Oracles.Count; oracle++)
        {
            if (found.Where(way => tables.Has(way.Violation, oracle)).MinBy(way => way.Length) is { } shortest)
            {
                histories.Add(History(machine, oracle, shortest.Ordinals));
            }
        }

        return histories;
    }

    /// <summary>Goes the way to a finding with real code, in an engine that knows nothing of exploration (design law 9).</summary>
    private ShortestHistory History(ExploredMachine machine, int oracle, IReadOnlyList<int> ordinals)
    {
        var choices = new List<SlotChoice>();
        int[] state = [];
        var side = 0;
        foreach (var ordinal in ordinals)
        {
            state = machine.Follow(state, ordinal, ref side, choices);
        }

        return PathChoices.Confirm(_make(), oracle, ordinals.Count - 1, choices);
    }
}
