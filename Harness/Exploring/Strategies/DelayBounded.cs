using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>
/// Delay-bounded scheduling (Emmi, Qadeer, Rakamaric, POPL 2011): the last actor goes on, then the others in their order, but for a few delays
/// at random schedule choices, each of which passes one ready slot over. All else is random.
/// </summary>
public sealed class DelayBounded : Strategy
{
    private RandomNumbers _random;
    private int[] _delays = [];
    private int _position;

    /// <inheritdoc/>
    public override string Id => "delay";

    /// <inheritdoc/>
    public override string Summary => "the last actor goes on, but for a few delays at random places: histories with few switches";

    /// <inheritdoc/>
    public override IReadOnlyList<StrategyOption> Options { get; } = [new("delays", 2, 1, 64, "how many delays a run has at most")];

    /// <inheritdoc/>
    public override bool WantsLength => true;

    /// <inheritdoc/>
    public override void Configure(IReadOnlyList<int> values) => _delays = new int[values[0]];

    /// <inheritdoc/>
    public override void Begin(ulong seed, RunShape shape)
    {
        _random = new RandomNumbers(seed);
        _position = 0;
        for (var i = 0; i < _delays.Length; i++)
        {
            _delays[i] = _random.Next(shape.Choices);
        }
    }

    /// <inheritdoc/>
    public override int Next(ChoiceLabel label, int count)
    {
        if (label != ChoiceLabel.Schedule)
        {
            return _random.Next(count);
        }

        var answer = 0;
        foreach (var place in _delays)
        {
            answer += place == _position ? 1 : 0;
        }

        _position++;
        return Math.Min(answer, count - 1);
    }

    /// <inheritdoc/>
    public override int NextChance(ChoiceLabel label, int permille) => _random.Next(1000) < permille ? 1 : 0;
}
