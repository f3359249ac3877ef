using ApChaos.Exploring;

namespace ApChaos.Campaigns;

/// <summary>What each reduction saves: the same exploration with all that was asked for, and then without one after the other.</summary>
internal static class Ledger
{
    /// <summary>Name of the row of the exploration itself.</summary>
    internal const string AsAsked = "as asked";

    /// <summary>Makes the rows.</summary>
    /// <param name="result">The exploration itself.</param>
    /// <param name="options">Its options.</param>
    /// <param name="explore">Explores with other options.</param>
    /// <returns>The rows.</returns>
    internal static IReadOnlyList<LedgerRow> Of(ExplorationResult result, ExplorationOptions options, Func<ExplorationOptions, ExplorationResult> explore)
    {
        var rows = new List<LedgerRow> { Row(AsAsked, result, result) };
        foreach (var (name, reduction) in ReductionNames.All.Where(pair => options.Reductions.HasFlag(pair.Reduction)))
        {
            rows.Add(Row($"without {name}", explore(options with { Reductions = options.Reductions & ~reduction }), result));
        }

        foreach (var (name, visited) in VisitedNames.All.Where(pair => pair.Visited != options.Visited))
        {
            rows.Add(Row($"with {name}", explore(options with { Visited = visited }), result));
        }

        return rows;
    }

    private static LedgerRow Row(string name, ExplorationResult result, ExplorationResult asked) => new(
        name,
        result.States,
        result.Transitions,
        result.Complete,
        result.Memory,
        result.Executions,
        result.Complete && asked.Complete ? Words(result) == Words(asked) : null);

    private static string Words(ExplorationResult result) => string.Join(' ', result.Histories.Select(history => $"{history.Oracle}:{history.Steps}"));
}

/// <summary>What may be remembered of a state, by name.</summary>
public static class VisitedNames
{
    /// <summary>Each kind with its name.</summary>
    public static IReadOnlyList<(string Name, VisitedSet Visited)> All { get; } =
        [("exact", VisitedSet.Exact), ("fingerprint64", VisitedSet.Fingerprint64), ("fingerprint128", VisitedSet.Fingerprint128)];
}
