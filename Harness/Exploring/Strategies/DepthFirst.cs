using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>
/// Every sequence of choices, one after the other, like an odometer: the last choice that has another answer takes it, and those behind it
/// begin anew. Without memory of states; for scenarios with few choices.
/// </summary>
public sealed class DepthFirst : Strategy
{
    private int[] _values = new int[256];
    private int[] _counts = new int[256];
    private int _length;
    private int _position;
    private int _bound = int.MaxValue;
    private bool _cut;
    private bool _complete;

    /// <inheritdoc/>
    public override string Id => "dfs";

    /// <inheritdoc/>
    public override string Summary => "every sequence of choices, depth first; complete when it comes to an end";

    /// <inheritdoc/>
    public override IReadOnlyList<StrategyOption> Options { get; } =
        [new("choices", 10_000, 1, 1_000_000, "how many choices of a run are gone through; later ones get the plain answer")];

    /// <inheritdoc/>
    public override bool IsSystematic => true;

    /// <inheritdoc/>
    public override bool IsComplete => _complete && !_cut;

    /// <inheritdoc/>
    /// <remarks>The sequences before the next one: of each wheel those answers that are done, within what the wheels before it leave.</remarks>
    public override double? ShareExplored
    {
        get
        {
            if (_cut)
            {
                return null;
            }

            var (done, left) = (0.0, 1.0);
            for (var i = 0; i < _length && !_complete; i++)
            {
                left /= _counts[i];
                done += left * _values[i];
            }

            return _complete ? 1 : done;
        }
    }

    /// <inheritdoc/>
    public override void Configure(IReadOnlyList<int> values) => _bound = values[0];

    /// <inheritdoc/>
    public override void Begin(ulong seed, RunShape shape) => _position = 0;

    /// <inheritdoc/>
    public override int Next(ChoiceLabel label, int count)
    {
        if (_position >= _bound)
        {
            _cut = true;
            return 0;
        }

        var position = _position++;
        if (position < _length)
        {
            return _counts[position] == count
                ? _values[position]
                : throw new InvalidOperationException($"The same choices led to another question: {label} of {count}, not of {_counts[position]}.");
        }

        if (position == _values.Length)
        {
            Array.Resize(ref _values, position * 2);
            Array.Resize(ref _counts, position * 2);
        }

        (_values[position], _counts[position]) = (0, count);
        _length = position + 1;
        return 0;
    }

    /// <inheritdoc/>
    public override bool MoveOn()
    {
        for (_length = Math.Min(_length, _position); _length > 0; _length--)
        {
            if (_values[_length - 1] + 1 < _counts[_length - 1])
            {
                _values[_length - 1]++;
                return true;
            }
        }

        _complete = true;
        return false;
    }
}
