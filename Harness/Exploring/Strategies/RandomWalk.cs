using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>Every choice uniformly at random, from one seed.</summary>
public sealed class RandomWalk : ChoiceSource
{
    private RandomNumbers _random;

    /// <summary>Starts the walk of a seed.</summary>
    /// <param name="seed">The seed.</param>
    public void Restart(ulong seed) => _random = new RandomNumbers(seed);

    /// <inheritdoc/>
    public override int Next(ChoiceLabel label, int count) => _random.Next(count);

    /// <inheritdoc/>
    public override int NextChance(ChoiceLabel label, int permille) => _random.Next(1000) < permille ? 1 : 0;
}
