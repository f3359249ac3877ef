using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>Every choice uniformly at random, from one seed.</summary>
public sealed class RandomWalk : Strategy
{
    private RandomNumbers _random;

    /// <inheritdoc/>
    public override string Id => "random-walk";

    /// <inheritdoc/>
    public override string Summary => "every choice uniformly at random";

    /// <summary>Starts the walk of a seed.</summary>
    /// <param name="seed">The seed.</param>
    public void Restart(ulong seed) => _random = new RandomNumbers(seed);

    /// <inheritdoc/>
    public override void Begin(ulong seed, RunShape shape) => Restart(seed);

    /// <inheritdoc/>
    public override int Next(ChoiceLabel label, int count) => _random.Next(count);

    /// <inheritdoc/>
    public override int NextChance(ChoiceLabel label, int permille) => _random.Next(1000) < permille ? 1 : 0;
}
