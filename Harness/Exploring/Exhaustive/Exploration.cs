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

    /// <summary>Whether what code does is remembered; else it runs every time.</summary>
    public bool RemembersCode { get; init; } = true;

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
    private readonly RunEngine _engine;

    /// <summary>Prepares an exploration.</summary>
    /// <param name="make">Makes an engine for the setup; called for the exploration and for each history.</param>
    /// <param name="options">Bounds and means.</param>
    public Exploration(Func<RunEngine> make, ExplorationOptions options)
    {
        ArgumentNullException.ThrowIfNull(make);
        ArgumentNullException.ThrowIfNull(options);
        _make = make;
        _options = options;
        _engine = make();
    }

    /// <summary>Last operation that an actor asked for; for a watchdog.</summary>
    public string LastOperation => _engine.LastOperation;

    /// <summary>A number that moves while the exploration does; for a watchdog.</summary>
    public long Moves => _engine.Moves;

    /// <summary>Explores until everything is seen, a bound is reached or somebody says stop.</summary>
    /// <param name="stop">Stops it; what was seen is kept.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="ExplorationException">The driver, an oracle or a fault cannot be explored: the reason is one line.</exception>
    public ExplorationResult Run(CancellationToken stop)
    {
        var machine = new ExploredMachine(_engine, _options.RemembersCode);
        return machine.Width switch
        {
            <= 16 => Run<Row16>(machine, stop),
            <= 24 => Run<Row24>(machine, stop),
            <= 40 => Run<Row40>(machine, stop),
            <= 96 => Run<Row96>(machine, stop),
            <= 384 => Run<Row384>(machine, stop),
            _ => throw new ExplorationException($"a state has {machine.Width} components; expected at most 384: a smaller topology"),
        };
    }

    private ExplorationResult Run<TRow>(ExploredMachine machine, CancellationToken stop)
        where TRow : unmanaged
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var outOfMemory = false;
        var system = new ExploredSystem<TRow>(machine);
        var search = new BreadthFirstSearch<ExploredSystem<TRow>, TRow>(() => system, new SearchOptions
        {
            Visited = _options.Visited,
            StatesMax = Math.Min(_options.Bounds.States + 2, SearchOptions.StatesLimit),
            DepthMax = _options.Bounds.Depth + 1,
            MemoryMax = _options.Bounds.Memory,
            Progress = progress =>
            {
                var memory = progress.Memory + machine.Memory;
                if (memory > _options.Bounds.Memory)
                {
                    outOfMemory = true;
                    limit.Cancel();
                }

                _options.Progress?.Invoke(new ExplorationProgress(
                    progress.States, progress.Transitions, Math.Max(0, progress.Depth - 1), progress.Waiting, memory, progress.StatesForecast));
            },
        });
        var result = search.Run(limit.Token);
        return new ExplorationResult
        {
            Bound = outOfMemory ? "memory" : Words(result.End),
            States = result.States - (system.Ends ? 2 : 1),
            Transitions = result.Transitions - system.Starts,
            Depth = Math.Max(0, result.Depth - 1),
            Memory = result.Memory + machine.Memory,
            Mode = _options.RemembersCode ? ExplorationMode.Memo : ExplorationMode.Interned,
            Executions = machine.Code.Executions,
            Audits = machine.Code.Audits,
            LocalStates = machine.Code.LocalCount,
            MayCircle = machine.Code.MayCircle(),
            CollisionOdds = result.CollisionOdds,
            Histories = Histories(machine, system, result.Counterexamples),
            Fired = [.. machine.Fired],
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

    private List<ShortestHistory> Histories<TRow>(
        ExploredMachine machine, ExploredSystem<TRow> system, IReadOnlyList<Counterexample<TRow>> found)
        where TRow : unmanaged
    {
        var histories = new List<ShortestHistory>();
        for (var oracle = 0; oracle < _engine.Setup.Oracles.Count; oracle++)
        {
            if (found.Where(way => system.Has(way.Violation, oracle)).MinBy(way => way.Length) is { } shortest)
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
        foreach (var ordinal in ordinals)
        {
            state = machine.Follow(state, ordinal, choices);
        }

        var steps = ordinals.Count - 1;
        var engine = _make();
        engine.StopAtOracle = oracle;
        engine.Run(new PathChoices(engine, choices));
        var spoke = false;
        foreach (ref readonly var finding in engine.Findings)
        {
            spoke |= finding.Oracle == oracle;
        }

        return spoke && engine.Steps == steps
            ? new ShortestHistory(oracle, steps, engine.Choices.Values.ToArray())
            : throw new ExplorationException(
                $"exploration found {engine.Setup.Oracles[oracle].Id} after {steps} steps, and real code {(spoke ? $"after {engine.Steps}" : "does not show it")}");
    }
}
