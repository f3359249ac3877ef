using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Exploring;

/// <summary>What one step of exploration led to.</summary>
internal interface IStepSink
{
    /// <summary>A step was made.</summary>
    /// <param name="state">Component numbers of the state that it led to; empty when the run is over.</param>
    /// <param name="findings">Number of the set of what oracles said in the step; 0 for nothing.</param>
    void Add(ReadOnlySpan<int> state, int findings);
}

/// <summary>
/// The whole machine with its driver, faults and oracles as a transition system. A state is a row of small numbers, one for each
/// component: components are interned, so that a state is compared by its numbers. A transition is one step with all its choices.
/// </summary>
/// <remarks>One instance serves one worker; what workers share is in its tables.</remarks>
internal sealed class ExploredMachine
{
    /// <summary>Every so many steps whose sides are known they are made from all sides all the same.</summary>
    private const int AuditEvery = 64;

    private readonly ExplorationTables _tables;
    private readonly RunEngine _engine;
    private readonly Odometer _odometer = new();
    private readonly StateImage _from = new();
    private readonly StateImage _to = new();
    private readonly StateImage _audit = new();
    private readonly int[] _cuts;
    private readonly int[] _there;
    private readonly int[] _next;
    private readonly bool _isTimeState;
    private readonly Sides? _sides;
    private long _fromNs;

    // What the state of the engine is, when that is known.
    private StateImage? _live;
    private long _steps;

    /// <summary>Takes an engine, which must not be used by anybody else from now on.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="tables">What workers share.</param>
    internal ExploredMachine(RunEngine engine, ExplorationTables tables)
    {
        _engine = engine;
        _tables = tables;
        _cuts = tables.Cuts;
        _next = new int[tables.Components.Length];
        _there = NoneOf(_next.Length);
        _isTimeState = !tables.Reductions.HasFlag(Reductions.RelativeTime);
        engine.Code = new MemoisedCode(engine, tables.Code);
        _from.ShapeAs(tables.Shape);
        _from.KeepsDead = _to.KeepsDead = _audit.KeepsDead = !tables.Reductions.HasFlag(Reductions.DeadValues);
        _sides = tables.Symmetry is { } symmetry ? new Sides(symmetry, _next.Length) : null;
        _sides?.From.ShapeAs(tables.Shape);
        Fired = new bool[engine.FaultStates.Length];
    }

    /// <summary>Numbers of a state.</summary>
    internal int Width => _next.Length;

    /// <summary>For each fault whether it ever fired.</summary>
    internal bool[] Fired { get; }

    /// <summary>All states at the first scheduling point.</summary>
    internal void Begin(IStepSink sink)
    {
        _odometer.Restart();
        do
        {
            Begin(_odometer);
            Tell(sink, []);
        }
        while (_odometer.Turn());
    }

    /// <summary>All steps from a state, in the order of their choices.</summary>
    internal void Expand(ReadOnlySpan<int> state, IStepSink sink)
    {
        Put(state, _from, _there);
        _odometer.Restart();
        do
        {
            Step(_from, _odometer);
            Tell(sink, state);
        }
        while (_odometer.Turn());
    }

    /// <summary>The choices of the start, or of a step.</summary>
    /// <param name="state">The state before the step; empty for the start.</param>
    /// <param name="ordinal">Which step, in the order of <see cref="Expand"/>.</param>
    /// <param name="side">From which side the state is seen; then that of the state that the step leads to.</param>
    /// <param name="choices">They are added here; a schedule choice by its slot, not by its number.</param>
    /// <returns>The state that it leads to; empty when the run is over.</returns>
    internal int[] Follow(ReadOnlySpan<int> state, int ordinal, ref int side, List<SlotChoice> choices)
    {
        if (!state.IsEmpty)
        {
            Put(state, _from, _there);
        }

        _odometer.Restart();
        for (var i = 0; ; i++)
        {
            if (state.IsEmpty)
            {
                Begin(_odometer);
            }
            else
            {
                Step(_from, _odometer);
            }

            if (i == ordinal)
            {
                break;
            }

            _odometer.Turn();
        }

        var made = _engine.Choices;
        var slot = _tables.Symmetry?.SlotUnder(_tables.Symmetry.Inverse(side), _engine.LastSlot) ?? _engine.LastSlot;
        for (var i = 0; i < made.Count; i++)
        {
            choices.Add(new SlotChoice(made.Labels[i], made.Labels[i] == ChoiceLabel.Schedule ? slot : made.Values[i]));
        }

        if (_engine.IsOver)
        {
            return [];
        }

        Number(state);
        if (_sides is null)
        {
            return [.. _next];
        }

        var chosen = Choose(state, _tables.NumberOf(_engine.Findings));
        side = _tables.Symmetry!.After(side, chosen);
        return [.. _sides.Rows[chosen]];
    }

    private void Tell(IStepSink sink, ReadOnlySpan<int> state)
    {
        var faults = _engine.FaultStates;
        for (var i = 0; i < faults.Length; i++)
        {
            Fired[i] |= faults[i].Fired > 0;
        }

        var findings = _tables.NumberOf(_engine.Findings);
        if (_engine.IsOver)
        {
            sink.Add([], findings);
            if (_sides is not null && (findings != 0 || ++_sides.Lookups % AuditEvery == 0))
            {
                Show(state, findings, isOver: true);
            }

            return;
        }

        Number(state);
        sink.Add(_sides is null ? _next : _sides.Rows[Choose(state, findings)], findings);
    }

    private static int[] NoneOf(int width)
    {
        var none = new int[width];
        Array.Fill(none, -1);
        return none;
    }

    private void Begin(ChoiceSource source)
    {
        _live = null;
        _engine.BeginOnce(source);
    }

    private void Step(StateImage from, ChoiceSource source)
    {
        _engine.Restore(from, _live);
        _live = null;
        if (++_steps % AuditEvery == 0)
        {
            Audit(from);
        }

        _engine.StepOnce(source);
    }

    /// <summary>Writes the state of the engine as numbers.</summary>
    /// <param name="state">The state in <see cref="_from"/>, of which most components are still the same; or empty.</param>
    private void Number(ReadOnlySpan<int> state)
    {
        if (state.IsEmpty)
        {
            _engine.Save(_to);
        }
        else
        {
            _engine.Save(_to, _from);
            if (_steps % AuditEvery == 0)
            {
                Audit(_to);
            }
        }

        _live = _engine.IsSameInstant ? _to : null;
        var from = 0;
        for (var component = 0; component < _cuts.Length; component++)
        {
            var bytes = _to.Bytes[from.._cuts[component]];
            var isSame = !state.IsEmpty && bytes.SequenceEqual(_from.Bytes[from.._cuts[component]]);
            _next[component] = isSame ? state[component] : _tables.Components[component].Intern(bytes);
            from = _cuts[component];
        }

        if (_isTimeState)
        {
            var ns = state.IsEmpty ? _engine.EndNs : _fromNs + _engine.EndNs - RunEngine.ExploringNowNs;
            _next[^1] = _tables.Components[^1].Intern(BitConverter.GetBytes(ns));
        }
    }

    /// <summary>Most of a state is not saved and restored at each step, but concluded to be what it was; now and then it is looked whether it is.</summary>
    private void Audit(StateImage concluded)
    {
        _engine.Save(_audit);
        if (_audit.FirstDifference(concluded) is >= 0 and var piece)
        {
            throw _engine.OracleOf(piece) is { } oracle
                ? new ExplorationException($"oracle '{oracle}' cannot be explored: what it remembers changed without an event, or is not what it kept; expected that it changes in On alone, and that Keep says all of it")
                : new InvalidOperationException($"piece {piece} of a state changed without a step");
        }
    }

    private void Put(ReadOnlySpan<int> state, StateImage image, int[] there)
    {
        var from = 0;
        for (var component = 0; component < _cuts.Length; component++)
        {
            if (there[component] != state[component])
            {
                there[component] = state[component];
                _tables.Components[component][state[component]].CopyTo(image.Bytes[from..]);
            }

            from = _cuts[component];
        }

        if (_isTimeState)
        {
            _fromNs = BitConverter.ToInt64(_tables.Components[^1][state[^1]]);
        }
    }

    /// <summary>Which side the state in <see cref="_next"/> is kept from: that of the smallest numbers.</summary>
    private int Choose(ReadOnlySpan<int> before, int findings)
    {
        var (sides, symmetry) = (_sides!, _tables.Symmetry!);
        _next.CopyTo(sides.Rows[0], 0);
        var known = true;
        for (var element = 1; element < symmetry.Count; element++)
        {
            known &= symmetry.TryPut(element, _next, sides.Rows[element]);
        }

        if (!known || findings != 0 || ++sides.Lookups % AuditEvery == 0)
        {
            Show(before, findings, isOver: false);
            symmetry.Learn(sides.Rows);
        }

        var best = 0;
        for (var element = 1; element < symmetry.Count; element++)
        {
            if (sides.Rows[element].AsSpan().SequenceCompareTo(sides.Rows[best]) < 0)
            {
                best = element;
            }
        }

        return best;
    }

    /// <summary>Makes the last step from every other side.</summary>
    private void Show(ReadOnlySpan<int> before, int findings, bool isOver)
    {
        var (sides, symmetry) = (_sides!, _tables.Symmetry!);
        var fromNs = _fromNs;
        sides.Record(_engine, hasSlot: !before.IsEmpty);
        for (var element = 1; element < symmetry.Count; element++)
        {
            if (before.IsEmpty)
            {
                sides.Ask(_engine, -1);
                Begin(sides);
            }
            else
            {
                if (!symmetry.TryPut(element, before, sides.Before))
                {
                    throw new InvalidOperationException("a state was followed that is not known from all its sides");
                }

                Put(sides.Before, sides.From, sides.There);
                sides.Ask(_engine, symmetry.SlotUnder(element, sides.Slot));
                Step(sides.From, sides);
            }

            if (sides.Differs || _engine.IsOver != isOver || _tables.NumberOf(_engine.Findings) != findings)
            {
                throw new SymmetryException(element, "the same step asks or shows something else in the other's place");
            }

            if (isOver)
            {
                continue;
            }

            Number([]);
            if (!before.IsEmpty && _isTimeState)
            {
                // Numbering without a state before counts time from the start.
                _next[^1] = sides.Rows[0][^1];
            }

            _next.CopyTo(sides.Rows[element], 0);
        }

        _fromNs = fromNs;
    }

    /// <summary>Scratch memory for a state from all its sides; and the source of choices that repeats a step from another one.</summary>
    private sealed class Sides(SymmetryTable symmetry, int width) : ChoiceSource
    {
        private readonly List<(ChoiceLabel Label, int Count, int Value)> _made = [];
        private RunEngine? _engine;
        private int _wanted;
        private int _position;

        internal int[][] Rows { get; } = [.. Enumerable.Range(0, symmetry.Count).Select(_ => new int[width])];

        internal int[] Before { get; } = new int[width];

        internal StateImage From { get; } = new();

        /// <summary>Which components are in it; -1 for none yet.</summary>
        internal int[] There { get; } = NoneOf(width);

        internal long Lookups { get; set; }

        /// <summary>The slot that made the step.</summary>
        internal int Slot { get; private set; }

        /// <summary>Whether the other side asked for something else, or somebody else moved.</summary>
        internal bool Differs => _position != _made.Count || (_wanted >= 0 && _engine!.LastSlot != _wanted);

        internal void Record(RunEngine engine, bool hasSlot)
        {
            Slot = hasSlot ? engine.LastSlot : -1;
            _made.Clear();
            var choices = engine.Choices;
            for (var i = 0; i < choices.Count; i++)
            {
                _made.Add((choices.Labels[i], choices.Domains[i], choices.Values[i]));
            }
        }

        internal void Ask(RunEngine engine, int wanted) => (_engine, _wanted, _position) = (engine, wanted, 0);

        /// <inheritdoc/>
        public override int Next(ChoiceLabel label, int count)
        {
            if (_position >= _made.Count || _made[_position].Label != label || _made[_position].Count != count)
            {
                _position = int.MaxValue / 2;
                return 0;
            }

            var value = _made[_position++].Value;
            return label == ChoiceLabel.Schedule ? Math.Max(0, _engine!.PositionOfReady(_wanted)) : value;
        }
    }
}
