using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Exploring;

/// <summary>
/// Explores code that cannot be saved: the way to each state is made again from the start for each of its steps, by the code itself. What
/// code has done is known by all that it was answered: two states are one when the machine is the same and the code has the same history.
/// </summary>
/// <remarks>
/// Slow, and it merges little: only what hardware and time did in different order. A history is remembered for each actor by itself when
/// the driver keeps nothing between its calls but its records; else one for all code together, in the order in which it ran.
/// </remarks>
internal sealed class Reexecution
{
    private const int BytesPerState = 160;
    private const int ProgressEvery = 256;

    private readonly RunEngine _engine;
    private readonly Func<RunEngine> _make;
    private readonly ExplorationOptions _options;
    private readonly HistoryCode _code;
    private readonly StateImage _image = new();
    private readonly Odometer _odometer = new();
    private readonly List<Node> _nodes = [];
    private readonly HashSet<UInt128> _known = [];
    private readonly SortedDictionary<int, (int Node, int[] Values, int Steps)> _found = [];
    private readonly bool[] _fired;
    private long _values;
    private long _transitions;
    private bool _isFull;

    /// <summary>Prepares it.</summary>
    /// <param name="engine">The engine that makes all ways.</param>
    /// <param name="make">Makes an engine for each history.</param>
    /// <param name="options">Bounds.</param>
    internal Reexecution(RunEngine engine, Func<RunEngine> make, ExplorationOptions options)
    {
        (_engine, _make, _options) = (engine, make, options);
        _engine.Code = _code = new HistoryCode(engine, isShared: HiddenState.OfDriver(engine.Setup.Driver) is not null);
        _fired = new bool[engine.FaultStates.Length];
    }

    private long Memory => (_nodes.Count * (long)BytesPerState) + (_values * sizeof(int)) + _code.Memory;

    /// <summary>Explores, breadth first.</summary>
    /// <param name="stop">Stops it; what was seen is kept.</param>
    internal ExplorationResult Run(CancellationToken stop)
    {
        HiddenState.RefuseSurroundings(_engine.Setup);
        Begin();
        var (bound, depth) = ((string?)null, 0);
        for (var at = 0; at < _nodes.Count && bound is null; at++)
        {
            if (_nodes[at].Depth == _options.Bounds.Depth)
            {
                bound = "depth";
                break;
            }

            Expand(at);
            depth = Math.Max(depth, _nodes[^1].Depth);
            bound = stop.IsCancellationRequested ? "stopped"
                : _isFull ? "states"
                : Memory > _options.Bounds.Memory ? "memory" : null;
            if (at % ProgressEvery == 0)
            {
                _options.Progress?.Invoke(new ExplorationProgress(_nodes.Count, _transitions, depth, _nodes.Count - at - 1, Memory, null));
            }
        }

        return new ExplorationResult
        {
            Bound = bound,
            States = _nodes.Count,
            Transitions = _transitions,
            Depth = depth,
            Memory = Memory,
            Mode = ExplorationMode.Reexecution,
            Executions = _code.Executions,
            Audits = 0,
            LocalStates = 0,
            MayCircle = false,
            CollisionOdds = Math.Pow(_nodes.Count, 2) / Math.Pow(2, 129),
            Histories = [.. _found.Select(found => History(found.Key, found.Value.Node, found.Value.Values, found.Value.Steps))],
            Fired = _fired,
        };
    }

    private void Begin()
    {
        _odometer.Restart();
        do
        {
            Start(_odometer);
            Note(-1, 0);
        }
        while (_odometer.Turn());
    }

    private void Expand(int at)
    {
        _odometer.Restart();
        do
        {
            Go(at);
            _engine.StepOnce(_odometer);
            _transitions++;
            Note(at, _nodes[at].Depth + 1);
        }
        while (_odometer.Turn());
    }

    private void Start(ChoiceSource source)
    {
        _code.Restart();
        _engine.BeginOnce(source);
    }

    /// <summary>Makes the way to a state.</summary>
    private void Go(int at)
    {
        var way = WayTo(at);
        Start(new RecordedChoices(_nodes[way[0]].Values));
        foreach (var node in way.Skip(1))
        {
            _engine.StepOnce(new RecordedChoices(_nodes[node].Values));
        }
    }

    private List<int> WayTo(int at)
    {
        var way = new List<int>();
        for (; at >= 0; at = _nodes[at].Parent)
        {
            way.Add(at);
        }

        way.Reverse();
        return way;
    }

    private void Note(int parent, int depth)
    {
        int[] values = [.. _engine.Choices.Values];
        var faults = _engine.FaultStates;
        for (var i = 0; i < faults.Length; i++)
        {
            _fired[i] |= faults[i].Fired > 0;
        }

        foreach (ref readonly var finding in _engine.Findings)
        {
            // What spoke in an earlier step of the way was noted when that step was made.
            if (finding.Event.Step == _engine.Steps)
            {
                _found.TryAdd(finding.Oracle, (parent, values, depth));
            }
        }

        if (_engine.IsOver || !_known.Add(Fingerprint()))
        {
            return;
        }

        _isFull |= _nodes.Count == _options.Bounds.States;
        if (!_isFull)
        {
            _nodes.Add(new Node(parent, depth, values));
            _values += values.Length;
        }
    }

    private UInt128 Fingerprint()
    {
        _engine.Save(_image);
        return new UInt128(ByteHash.Of(_image.Bytes, (ulong)(_code.Shared >> 64)), ByteHash.Of(_image.Bytes, ~(ulong)_code.Shared));
    }

    private ShortestHistory History(int oracle, int parent, int[] last, int steps)
    {
        List<int[]> answers = [.. (parent < 0 ? [] : WayTo(parent)).Select(node => _nodes[node].Values), last];
        var choices = new List<SlotChoice>();
        for (var i = 0; i < answers.Count; i++)
        {
            var source = new RecordedChoices(answers[i]);
            if (i == 0)
            {
                Start(source);
            }
            else
            {
                _engine.StepOnce(source);
            }

            var made = _engine.Choices;
            for (var choice = 0; choice < made.Count; choice++)
            {
                choices.Add(new SlotChoice(made.Labels[choice], made.Labels[choice] == ChoiceLabel.Schedule ? _engine.LastSlot : made.Values[choice]));
            }
        }

        return PathChoices.Confirm(_make(), oracle, steps, choices);
    }

    private readonly record struct Node(int Parent, int Depth, int[] Values);
}
