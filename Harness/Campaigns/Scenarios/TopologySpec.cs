namespace ApChaos.Campaigns;

/// <summary>What chaos.json says of the topology; who owns what is drawn.</summary>
/// <param name="Adapters">Adapter ids, ascending, each 0..255.</param>
/// <param name="Domains">Domain ids, ascending, each 0..255.</param>
/// <param name="Guests">Guests that run side by side, 1..8. Successors that inherit queues come on top.</param>
public sealed record TopologySpec(IReadOnlyList<int> Adapters, IReadOnlyList<int> Domains, int Guests)
{
    /// <summary>The topology of design §5.</summary>
    public static TopologySpec Default { get; } = new([5, 6], [4, 71], 2);
}
