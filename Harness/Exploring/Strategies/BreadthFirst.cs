using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>
/// Every sequence of choices, breadth first: the tree of choices level by level, so that of all sequences those come first whose last answer
/// that is not plain stands nearest to the start. Without memory of states; <c>apchaos explore</c> has one.
/// </summary>
/// <remarks>
/// A sequence that waits is a deviation more than one that was run: what it parts from, the place and the answer. So a level needs no
/// sequence to be run twice, and pays for it with memory.
/// </remarks>
public sealed class BreadthFirst : Strategy
{
    private readonly List<Deviation> _deviations = [new Deviation(-1, -1, 0)];
    private readonly PriorityQueue<int, (int Place, int Order)> _waiting = new();
    private readonly List<Deviation> _path = [];
    private int[] _counts = new int[256];
    private int _waitingMax = 200_000;
    private int _now;
    private int _next;
    private int _position;
    private bool _cut;
    private bool _done;

    /// <inheritdoc/>
    public override string Id => "bfs";

    /// <inheritdoc/>
    public override string Summary => "every sequence of choices, breadth first: early deviations before late ones; complete when it comes to an end";

    /// <inheritdoc/>
    public override IReadOnlyList<StrategyOption> Options { get; } =
        [new("sequences", 200_000, 1, 50_000_000, "most sequences that are remembered; what would be more is not run")];

    /// <inheritdoc/>
    public override bool IsSystematic => true;

    /// <inheritdoc/>
    public override bool IsComplete => _done && !_cut;

    /// <inheritdoc/>
    public override double? ShareExplored => IsComplete ? 1 : null;

    /// <inheritdoc/>
    public override void Configure(IReadOnlyList<int> values) => _waitingMax = values[0];

    /// <inheritdoc/>
    public override void Begin(ulong seed, RunShape shape)
    {
        (_position, _next) = (0, 0);
        _path.Clear();
        for (var at = _now; at > 0; at = _deviations[at].Parent)
        {
            _path.Add(_deviations[at]);
        }

        _path.Reverse();
    }

    /// <inheritdoc/>
    public override int Next(ChoiceLabel label, int count)
    {
        if (_position == _counts.Length)
        {
            Array.Resize(ref _counts, _position * 2);
        }

        _counts[_position] = count;
        var place = _position++;
        return _next < _path.Count && _path[_next].Place == place ? _path[_next++].Answer : 0;
    }

    /// <inheritdoc/>
    public override bool MoveOn()
    {
        for (var place = _deviations[_now].Place + 1; place < _position; place++)
        {
            for (var answer = 1; answer < _counts[place]; answer++)
            {
                if (_deviations.Count >= _waitingMax)
                {
                    _cut = true;
                    break;
                }

                _waiting.Enqueue(_deviations.Count, (place, _deviations.Count));
                _deviations.Add(new Deviation(_now, place, answer));
            }
        }

        _done = !_waiting.TryDequeue(out _now, out _);
        return !_done;
    }

    private readonly record struct Deviation(int Parent, int Place, int Answer);
}
