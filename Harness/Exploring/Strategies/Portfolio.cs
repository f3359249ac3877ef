using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>
/// A mixture, drawn for each run from its seed: half of the runs walk at random, the others prefer few switches (PCT of depths 2 and 3,
/// delays) or orders of what touches each other (POS). Each strategy is blind where another sees.
/// </summary>
/// <remarks>The runs are independent draws from one mixture, so that the bound for independent runs holds for it as a whole.</remarks>
public sealed class Portfolio : Strategy
{
    // One of eight for each place.
    private readonly Strategy[] _parts;
    private Strategy _part;

    /// <summary>Makes the mixture.</summary>
    public Portfolio()
    {
        var walk = new RandomWalk();
        _parts = [walk, walk, walk, walk, Of(new PriorityChanges(), 2), Of(new PriorityChanges(), 3), new PartialOrderSampling(), Of(new DelayBounded(), 2)];
        _part = walk;
    }

    /// <inheritdoc/>
    public override string Id => "portfolio";

    /// <inheritdoc/>
    public override string Summary => "of eight runs four walk at random, two are pct (2 and 3), one is pos, one is delay:2";

    /// <inheritdoc/>
    public override bool WantsLength => true;

    /// <inheritdoc/>
    public override int PctDepth => _part.PctDepth;

    /// <inheritdoc/>
    public override void Attach(IReadySlots ready) => _part.Attach(ready);

    /// <inheritdoc/>
    public override void Begin(ulong seed, RunShape shape)
    {
        // The upper bits: the parts seed their numbers with the same seed.
        _part = _parts[seed >> 61];
        _part.Begin(seed, shape);
    }

    /// <inheritdoc/>
    public override int Next(ChoiceLabel label, int count) => _part.Next(label, count);

    /// <inheritdoc/>
    public override int NextChance(ChoiceLabel label, int permille) => _part.NextChance(label, permille);

    private static Strategy Of(Strategy strategy, int value)
    {
        strategy.Configure([value]);
        return strategy;
    }
}
