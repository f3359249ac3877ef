using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Exploring;

/// <summary>
/// Actors' code as a table that is learnt: (where it is, what it was answered, what it may read) → (what it touched, where it is then, what
/// it asks for next). Code runs only for what is not in the table, and for a share of what is, to see whether it still does the same.
/// </summary>
internal sealed class MemoisedCode : ActorCode
{
    /// <summary>Every so many answers out of the table the code is run all the same and compared.</summary>
    internal const int AuditEvery = 1024;

    private readonly RunEngine _engine;
    private readonly LocalStates _locals;
    private readonly InternTable _driverData;
    private readonly InternTable _reads = new();
    private readonly Dictionary<Key, Outcome> _table = [];
    private readonly StateImage _image = new();
    private readonly List<Touch> _touches = [];
    private readonly Odometer _odometer;
    private readonly bool _remembers;
    private readonly HashSet<(int From, int To)> _ways = [];

    /// <summary>Makes the code of an engine.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="driverData">The table of the driver's records.</param>
    /// <param name="odometer">The source of all choices.</param>
    /// <param name="remembers">Whether it uses its table; else code runs every time.</param>
    internal MemoisedCode(RunEngine engine, InternTable driverData, Odometer odometer, bool remembers)
    {
        _engine = engine;
        _driverData = driverData;
        _odometer = odometer;
        _remembers = remembers;
        _locals = new LocalStates(engine);
        engine.Touches = _touches;
    }

    /// <summary>How often code ran.</summary>
    internal long Executions { get; private set; }

    /// <summary>How often the table answered.</summary>
    internal long Hits { get; private set; }

    /// <summary>How often an answer was compared with what the code does.</summary>
    internal long Audits { get; private set; }

    /// <summary>Local states.</summary>
    internal int LocalCount => _locals.Count;

    /// <summary>Bytes of memory, about.</summary>
    internal long Memory => _locals.Memory + _reads.Memory + (_table.Count * 240L);

    /// <summary>
    /// Whether some code could turn in a circle without time passing: no history of it would ever end, and none would be missed. A sleep
    /// breaks the circle.
    /// </summary>
    internal bool MayCircle()
    {
        var next = new SortedDictionary<int, List<int>>();
        foreach (var (from, to) in _ways.Order())
        {
            if (!_locals.Sleeps(from))
            {
                (next.TryGetValue(from, out var list) ? list : next[from] = []).Add(to);
            }
        }

        return new Circle(next).Exists;
    }

    /// <inheritdoc/>
    internal override void Start(ActorProgram program, int a, int b)
    {
        var key = new Key(_locals.OfStart(program, a, b), 0, 0, 0, 0, DriverData(), Reads());
        Go(in key);
    }

    /// <inheritdoc/>
    internal override void Resume(int waiting, Op op)
    {
        var kernel = _engine.Kernel;
        var key = new Key(
            waiting,
            kernel.Reply,
            op is Op.Tapq or Op.Dqap ? kernel.Reply2 : 0,
            op == Op.Qci ? kernel.QciBlock.Adapters : 0,
            op == Op.Qci ? kernel.QciBlock.Domains : 0,
            DriverData(),
            Reads());
        Go(in key);
    }

    private void Go(in Key key)
    {
        var asked = _engine.Choices.Count;
        if (!_remembers || !_table.TryGetValue(key, out var outcome))
        {
            Learn(in key, asked, null);
            return;
        }

        while (outcome.Branches is { } branches)
        {
            var value = _engine.Choices.Next(outcome.Label, branches.Length);
            if (branches[value] is not { } next)
            {
                Learn(in key, asked, outcome);
                return;
            }

            outcome = next;
        }

        if (++Hits % AuditEvery == 0)
        {
            Audit(in key, asked, outcome);
            return;
        }

        _touches.Clear();
        foreach (var touch in outcome.Touches)
        {
            _engine.Do(in touch);
        }

        if (outcome.DriverData != key.DriverData)
        {
            var bytes = _driverData[outcome.DriverData];
            _image.Resize(bytes.Length);
            bytes.CopyTo(_image.Bytes);
            _image.BeginRestore(0);
            _engine.KeepDriverData(_image);
        }

        var kernel = _engine.Kernel;
        kernel.Request = outcome.Request;
        kernel.WaitingNumber = outcome.Local;
    }

    /// <summary>Runs the code and notes what it did.</summary>
    private void Learn(in Key key, int asked, Outcome? known)
    {
        if (known is not null)
        {
            TakeBack(asked);
        }

        var outcome = Execute(in key);
        if (_remembers)
        {
            Note(in key, asked, outcome);
        }
    }

    private void Audit(in Key key, int asked, Outcome expected)
    {
        Audits++;
        TakeBack(asked);
        var outcome = Execute(in key);
        if (!outcome.IsLike(expected))
        {
            throw new ExplorationException(
                $"the driver is not closed: in the same place, with the same answer and the same records, it asked for {OpText.Name(outcome.Request.Op)} once and for {OpText.Name(expected.Request.Op)} before, "
                + "or left other values; expected driver code that depends on nothing but its locals, answers and records");
        }
    }

    private Outcome Execute(in Key key)
    {
        Executions++;
        _touches.Clear();
        _locals.Run(key.Local);
        var kernel = _engine.Kernel;
        var local = _locals.Capture();
        kernel.WaitingNumber = local;
        _ways.Add((key.Local, local));
        if (kernel.Request.Op == Op.QueueWork)
        {
            // The worker takes over: a work item that queues itself turns in a circle as well.
            _ways.Add((local, _locals.OfStart(ActorProgram.Worker, kernel.Request.A, 0)));
        }

        return new Outcome { Local = local, Request = kernel.Request, DriverData = DriverData(), Touches = [.. _touches] };
    }

    /// <summary>Puts an outcome behind the choices that the code made on its way.</summary>
    private void Note(in Key key, int asked, Outcome outcome)
    {
        var choices = _engine.Choices;
        if (choices.Count == asked)
        {
            _table[key] = outcome;
            return;
        }

        if (!_table.TryGetValue(key, out var node))
        {
            _table.Add(key, node = new Outcome());
        }

        for (var i = asked; i < choices.Count; i++)
        {
            node.Label = choices.Labels[i];
            node.Branches ??= new Outcome?[choices.Domains[i]];
            ref var next = ref node.Branches[choices.Values[i]];
            next = i + 1 == choices.Count ? outcome : next ?? new Outcome();
            node = next;
        }
    }

    private void TakeBack(int asked)
    {
        _odometer.TakeBack(_engine.Choices.Count - asked);
        _engine.Choices.TakeBack(asked);
    }

    private int DriverData()
    {
        _image.BeginSave(0);
        _engine.KeepDriverData(_image);
        return _driverData.Intern(_image.Bytes);
    }

    private int Reads()
    {
        _engine.ReadByCode(_image);
        return _reads.Intern(_image.Bytes);
    }

    private readonly record struct Key(int Local, long Reply, long Reply2, ulong Adapters, ulong Domains, int DriverData, int Reads);

    /// <summary>What code did; or, where it made a choice, one for each answer.</summary>
    private sealed class Outcome
    {
        internal Touch[] Touches = [];
        internal Outcome?[]? Branches;
        internal Request Request;
        internal int Local;
        internal int DriverData;
        internal ChoiceLabel Label;

        internal bool IsLike(Outcome other) =>
            Local == other.Local && DriverData == other.DriverData && Request.Op == other.Request.Op && Request.A == other.Request.A
            && Request.B == other.Request.B && Request.C == other.Request.C && Request.D == other.Request.D && Touches.AsSpan().SequenceEqual(other.Touches);
    }
}
