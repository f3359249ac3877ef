using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>
/// Every sequence of choices, those with the fewest answers that are not plain first: none, then one anywhere, then two, and so on. The
/// first failure is one with the fewest deviations. Without memory of states.
/// </summary>
/// <remarks>To know the questions behind one deviation more, the sequences of the level before are run once again.</remarks>
public sealed class IterativeDeepening : Strategy
{
    private readonly List<Level> _levels = [new Level()];
    private int _deviationsMax = int.MaxValue;
    private int _limit;
    private int _depth;
    private int _next;
    private int _position;
    private bool _reached;

    /// <inheritdoc/>
    public override string Id => "deepening";

    /// <inheritdoc/>
    public override string Summary => "every sequence of choices, those with the fewest deviations from the plain answers first";

    /// <inheritdoc/>
    public override IReadOnlyList<StrategyOption> Options { get; } = [new("deviations", 8, 1, 64, "most answers of a run that are not plain")];

    /// <inheritdoc/>
    public override bool IsSystematic => true;

    /// <inheritdoc/>
    public override bool IsComplete => IsDone;

    /// <inheritdoc/>
    public override double? ShareExplored => IsDone ? 1 : null;

    private bool IsDone { get; set; }

    /// <inheritdoc/>
    public override void Configure(IReadOnlyList<int> values) => _deviationsMax = values[0];

    /// <inheritdoc/>
    public override void Begin(ulong seed, RunShape shape) => (_position, _next) = (0, 1);

    /// <inheritdoc/>
    public override int Next(ChoiceLabel label, int count)
    {
        var position = _position++;
        _levels[_depth].Note(position, count);
        if (_next <= _depth && _levels[_next].Place == position)
        {
            return _levels[_next++].Value;
        }

        return 0;
    }

    /// <inheritdoc/>
    public override bool MoveOn()
    {
        _levels[_depth].Length = _position;
        if (_depth < _limit && Deviate(_levels[_depth].Place + 1, 1))
        {
            return true;
        }

        while (_depth > 0)
        {
            var (place, value) = (_levels[_depth].Place, _levels[_depth].Value);
            _depth--;
            if (Deviate(place, value + 1))
            {
                return true;
            }
        }

        // The level is done. When nobody came as deep as the limit, nothing is left.
        var all = _limit > 0 && !_reached;
        if (!all && _limit < _deviationsMax)
        {
            (_limit, _reached) = (_limit + 1, false);
            if (Deviate(0, 1))
            {
                return true;
            }

            all = true;
        }

        IsDone = all;
        return false;
    }

    /// <summary>One deviation more than the run at the current depth: at a place with that value, or at the next place that has one.</summary>
    private bool Deviate(int place, int value)
    {
        var from = _levels[_depth];
        if (place < from.Length && value >= from.Count(place))
        {
            (place, value) = (place + 1, 1);
        }

        if (place >= from.Length)
        {
            return false;
        }

        if (++_depth == _levels.Count)
        {
            _levels.Add(new Level());
        }

        (_levels[_depth].Place, _levels[_depth].Value) = (place, value);
        _reached |= _depth == _limit;
        return true;
    }

    /// <summary>The last deviation of a run, and the questions that the run was asked.</summary>
    private sealed class Level
    {
        private int[] _counts = new int[256];

        internal int Place = -1;
        internal int Value;
        internal int Length;

        internal int Count(int position) => _counts[position];

        internal void Note(int position, int count)
        {
            if (position == _counts.Length)
            {
                Array.Resize(ref _counts, position * 2);
            }

            _counts[position] = count;
        }
    }
}
