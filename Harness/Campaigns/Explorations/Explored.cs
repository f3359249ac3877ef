using ApChaos.Exploring;

namespace ApChaos.Campaigns;

/// <summary>What exploration adds to a cell.</summary>
/// <param name="States">Distinct states.</param>
/// <param name="Transitions">Steps with all their choices.</param>
/// <param name="Complete">Whether every step from every state was made.</param>
/// <param name="Shortest">Steps of the shortest history to any violation; null when there is none.</param>
/// <param name="Depth">Steps to the farthest state.</param>
/// <param name="Memory">Bytes, about; computed, the same on every machine.</param>
/// <param name="Mode">How code of actors was treated.</param>
/// <param name="Executions">How often code of actors really ran, audits included.</param>
/// <param name="CollisionOdds">Odds that two different states were taken for one; 0 for the exact set.</param>
public sealed record Explored(
    long States, long Transitions, bool Complete, int? Shortest, int Depth, long Memory, ExplorationMode Mode, long Executions, double CollisionOdds)
{
    /// <summary>Why code was not treated in the fastest way, or null.</summary>
    public string? ModeReason { get; init; }

    /// <summary>What of the setup is interchangeable.</summary>
    public IReadOnlyList<string> Interchangeable { get; init; } = [];

    /// <summary>What looked interchangeable and is not.</summary>
    public IReadOnlyList<string> NotInterchangeable { get; init; } = [];

    /// <summary>What each reduction saves, when that was asked for.</summary>
    public IReadOnlyList<LedgerRow> Ledger { get; init; } = [];
}

/// <summary>One exploration of a ledger.</summary>
/// <param name="Name">What is different in it.</param>
/// <param name="States">Distinct states.</param>
/// <param name="Transitions">Steps with all their choices.</param>
/// <param name="Complete">Whether it is complete.</param>
/// <param name="Memory">Bytes, about.</param>
/// <param name="Executions">How often code of actors really ran.</param>
/// <param name="SameVerdict">Whether the same oracles spoke, each after as few steps; null when it is not complete.</param>
public sealed record LedgerRow(string Name, long States, long Transitions, bool Complete, long Memory, long Executions, bool? SameVerdict);
