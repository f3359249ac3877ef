using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Exploring;

/// <summary>What one step of exploration led to.</summary>
internal interface IStepSink
{
    /// <summary>A step was made.</summary>
    /// <param name="state">Component numbers of the state that it led to; empty when the run is over.</param>
    /// <param name="findings">What oracles said in the step.</param>
    void Add(ReadOnlySpan<int> state, ReadOnlySpan<Finding> findings);
}

/// <summary>
/// The whole machine with its driver, faults and oracles as a transition system. A state is a row of small numbers, one for each
/// component: components are interned, so that a state is compared by its numbers. A transition is one step with all its choices.
/// </summary>
internal sealed class ExploredMachine
{
    private readonly RunEngine _engine;
    private readonly MemoisedCode _code;
    private readonly Odometer _odometer = new();
    private readonly StateImage _from = new();
    private readonly StateImage _to = new();
    private readonly InternTable[] _tables;
    private readonly int[] _cuts;
    private readonly int[] _next;

    /// <summary>Takes an engine, which must not be used by anybody else from now on.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="remembers">Whether what code does is remembered; else it runs every time.</param>
    /// <exception cref="ExplorationException">An oracle or the driver keeps state where exploration cannot see it.</exception>
    internal ExploredMachine(RunEngine engine, bool remembers)
    {
        HiddenState.Refuse(engine.Setup);
        _engine = engine;
        var driverData = new InternTable();
        _code = new MemoisedCode(engine, driverData, _odometer, remembers);
        engine.Code = _code;
        _engine.BeginOnce(_odometer);
        _engine.Save(_to);
        _cuts = _to.Cuts.ToArray();
        _next = new int[_cuts.Length];
        _tables = [.. _cuts.Select((_, component) => component == engine.DriverDataComponent ? driverData : new InternTable())];
        Fired = new bool[engine.FaultStates.Length];
    }

    /// <summary>Numbers of a state.</summary>
    internal int Width => _cuts.Length;

    /// <summary>What code did and how often it ran.</summary>
    internal MemoisedCode Code => _code;

    /// <summary>For each fault whether it ever fired.</summary>
    internal bool[] Fired { get; }

    /// <summary>Bytes of memory that the tables hold, about.</summary>
    internal long Memory => _tables.Sum(table => table.Memory) + _code.Memory;

    /// <summary>All states at the first scheduling point.</summary>
    internal void Begin(IStepSink sink)
    {
        _odometer.Restart();
        do
        {
            _engine.BeginOnce(_odometer);
            Tell(sink, []);
        }
        while (_odometer.Turn());
    }

    /// <summary>All steps from a state, in the order of their choices.</summary>
    internal void Expand(ReadOnlySpan<int> state, IStepSink sink)
    {
        Put(state);
        _odometer.Restart();
        do
        {
            Step(state, sink);
        }
        while (_odometer.Turn());
    }

    /// <summary>The choices of the start, or of a step.</summary>
    /// <param name="state">The state before the step; empty for the start.</param>
    /// <param name="ordinal">Which step, in the order of <see cref="Expand"/>.</param>
    /// <param name="choices">They are added here; a schedule choice by its slot, not by its number.</param>
    /// <returns>The state that it leads to; empty when the run is over.</returns>
    internal int[] Follow(ReadOnlySpan<int> state, int ordinal, List<SlotChoice> choices)
    {
        if (!state.IsEmpty)
        {
            Put(state);
        }

        _odometer.Restart();
        for (var i = 0; ; i++)
        {
            if (state.IsEmpty)
            {
                _engine.BeginOnce(_odometer);
            }
            else
            {
                _engine.Restore(_from);
                _engine.StepOnce(_odometer);
            }

            if (i == ordinal)
            {
                break;
            }

            _odometer.Turn();
        }

        var made = _engine.Choices;
        for (var i = 0; i < made.Count; i++)
        {
            choices.Add(new SlotChoice(made.Labels[i], made.Labels[i] == ChoiceLabel.Schedule ? _engine.LastSlot : made.Values[i]));
        }

        return _engine.IsOver ? [] : [.. Numbers(state)];
    }

    private void Step(ReadOnlySpan<int> state, IStepSink sink)
    {
        _engine.Restore(_from);
        _engine.StepOnce(_odometer);
        Tell(sink, state);
    }

    private void Tell(IStepSink sink, ReadOnlySpan<int> state)
    {
        var faults = _engine.FaultStates;
        for (var i = 0; i < faults.Length; i++)
        {
            Fired[i] |= faults[i].Fired > 0;
        }

        if (_engine.IsOver)
        {
            sink.Add([], _engine.Findings);
            return;
        }

        sink.Add(Numbers(state), _engine.Findings);
    }

    /// <summary>The state of the engine as numbers.</summary>
    private ReadOnlySpan<int> Numbers(ReadOnlySpan<int> state)
    {
        _engine.Save(_to);
        var from = 0;
        for (var component = 0; component < _cuts.Length; component++)
        {
            var bytes = _to.Bytes[from.._cuts[component]];
            var isSame = !state.IsEmpty && bytes.SequenceEqual(_from.Bytes[from.._cuts[component]]);
            _next[component] = isSame ? state[component] : _tables[component].Intern(bytes);
            from = _cuts[component];
        }

        return _next;
    }

    private void Put(ReadOnlySpan<int> state)
    {
        _from.Resize(_cuts[^1]);
        var from = 0;
        for (var component = 0; component < _cuts.Length; component++)
        {
            _tables[component][state[component]].CopyTo(_from.Bytes[from..]);
            from = _cuts[component];
        }
    }
}

/// <summary>One choice of a path; a schedule choice names the slot, because its number depends on who ran before.</summary>
/// <param name="Label">What is decided.</param>
/// <param name="Value">The answer; for a schedule choice the slot.</param>
internal readonly record struct SlotChoice(ChoiceLabel Label, int Value);

/// <summary>Takes the ordinary engine along a path of exploration.</summary>
internal sealed class PathChoices(RunEngine engine, IReadOnlyList<SlotChoice> path) : ChoiceSource
{
    private int _next;

    /// <inheritdoc/>
    public override int Next(ChoiceLabel label, int count)
    {
        if (_next == path.Count)
        {
            return 0;
        }

        var choice = path[_next++];
        if (choice.Label != label)
        {
            throw new ExplorationException($"real code asked for {label} where exploration had {choice.Label}");
        }

        return label == ChoiceLabel.Schedule ? engine.ScheduleAnswerFor(choice.Value) : choice.Value;
    }
}
