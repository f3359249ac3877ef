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
/// <param name="Executions">How often code of actors really ran.</param>
/// <param name="CollisionOdds">Odds that two different states were taken for one; 0 for the exact set.</param>
public sealed record Explored(
    long States, long Transitions, bool Complete, int? Shortest, int Depth, long Memory, ExplorationMode Mode, long Executions, double CollisionOdds);
