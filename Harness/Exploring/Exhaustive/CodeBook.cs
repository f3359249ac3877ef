using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Exploring;

/// <summary>Everything on which the next thing that code does may depend.</summary>
/// <param name="Local">Where it is, locals included.</param>
/// <param name="Reply">What it was answered.</param>
/// <param name="Reply2">The second half of the answer, of operations that have one.</param>
/// <param name="Qci">The answer of QCI.</param>
/// <param name="DriverData">The driver's records, by number.</param>
/// <param name="Reads">What code may read of the machine, by number.</param>
internal readonly record struct CodeKey(int Local, long Reply, long Reply2, QciResult Qci, int DriverData, int Reads);

/// <summary>What code did; or, where it made a choice, one for each answer.</summary>
internal sealed class Outcome
{
    internal Touch[] Touches = [];
    internal Outcome?[]? Branches;
    internal Request Request;
    internal int Local;
    internal int DriverData;
    internal ChoiceLabel Label;

    /// <summary>How often it was looked up, and all that were concluded from it.</summary>
    internal int Hits;

    /// <summary>What the code did when it was run, where this was concluded from that; else null.</summary>
    internal Outcome? Premise;

    internal bool IsLike(Outcome other) =>
        Local == other.Local && DriverData == other.DriverData && Request.Op == other.Request.Op && Request.A == other.Request.A
        && Request.B == other.Request.B && Request.C == other.Request.C && Request.D == other.Request.D && Touches.AsSpan().SequenceEqual(other.Touches);
}

/// <summary>
/// Actors' code as a table that is learnt: (where it is, what it was answered, what it may read) → (what it touched, where it is then, what
/// it asks for next). Code runs only for what is not in the table, and now and then for what is, to see whether it still does the same.
/// </summary>
/// <remarks>
/// All workers share one book. Code runs in an engine of the book's own that makes no steps: it gets nothing but what is in the key, so
/// that code which depends on anything else is found out. Where nothing differs that code looked at when it ran, it is not run
/// again: what it does is concluded.
/// </remarks>
internal sealed class CodeBook
{
    // What code did is compared with what it does when it is looked up for the 1st, 256th, 65,536th, ... time, be it concluded or not. So each
    // is, and how often depends on the model alone, not on who looked it up.
    private const int AuditShift = 8;

    private readonly object _gate = new();
    private readonly RunEngine _engine;
    private readonly LocalStates _locals;
    private readonly InternTable _reads = new();
    private readonly ConcurrentDictionary<CodeKey, Outcome> _table = [];
    private readonly Dictionary<CodeKey, List<Premise>> _premises = [];
    private readonly List<Touch> _touches = [];
    private readonly HashSet<(int From, int To)> _ways = [];
    private readonly StateImage _image = new();
    private readonly Dictation _dictation = new();
    private readonly bool _remembers;
    private readonly QueueRecord[] _queues;
    private readonly MdevRecord[] _mdevs;
    private long _outcomes;
    private long _seenBytes;

    /// <summary>Makes a book.</summary>
    /// <param name="engine">Where code runs; used by nobody else.</param>
    /// <param name="remembers">Whether it uses its table; else code runs every time.</param>
    internal CodeBook(RunEngine engine, bool remembers)
    {
        _engine = engine;
        _remembers = remembers;
        _engine.BeginOnce(new Odometer());
        _engine.Touches = _touches;
        _queues = new QueueRecord[Records.QueueCount];
        _mdevs = new MdevRecord[Records.MdevCount];
        _locals = new LocalStates(engine);
    }

    /// <summary>The driver's records, by number.</summary>
    internal InternTable DriverData { get; } = new();

    /// <summary>How often code ran, audits included.</summary>
    internal long Executions { get; private set; }

    /// <summary>How often an outcome was compared with what the code does.</summary>
    internal long Audits { get; private set; }

    /// <summary>Local states.</summary>
    internal int LocalCount => _locals.Count;

    /// <summary>The driver's records of the engine in which code runs.</summary>
    private DriverData Records => _engine.Kernel.Data;

    /// <summary>Last operation that code asked for; for a watchdog.</summary>
    internal string LastOperation => OpText.Name(_engine.Kernel.Request.Op);

    /// <summary>Bytes of memory, about.</summary>
    internal long Memory => _locals.Memory + _reads.Memory + DriverData.Memory + (Interlocked.Read(ref _outcomes) * 240) + Interlocked.Read(ref _seenBytes);

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

    /// <summary>Where an actor is whose code has not begun.</summary>
    internal int OfStart(ActorProgram program, int a, int b)
    {
        lock (_gate)
        {
            return _locals.OfStart(program, a, b);
        }
    }

    /// <summary>Number of what code may read.</summary>
    internal int NumberOfReads(StateImage image) => _reads.Intern(image.Bytes);

    /// <summary>Number of the driver's records of an engine.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="image">The caller's scratch memory.</param>
    /// <returns>The number.</returns>
    internal int NumberOfRecords(RunEngine engine, StateImage image)
    {
        image.BeginSave(0);
        engine.KeepDriverData(image);
        return DriverData.Intern(image.Bytes);
    }

    /// <summary>Gives an engine the driver's records of a number.</summary>
    /// <param name="number">The number.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="image">The caller's scratch memory.</param>
    internal void PutRecords(int number, RunEngine engine, StateImage image)
    {
        Put(DriverData[number], image);
        engine.KeepDriverData(image);
    }

    /// <summary>What the code does.</summary>
    /// <param name="key">All that it may depend on.</param>
    /// <param name="choices">Whom to ask when it makes a choice.</param>
    /// <param name="path">For the choices that it makes; the caller's scratch memory.</param>
    /// <returns>What it does.</returns>
    internal Outcome Answer(in CodeKey key, Choices choices, List<int> path)
    {
        path.Clear();
        if (_remembers && Walk(in key, choices, path) is { } known)
        {
            if (IsAuditDue(known))
            {
                lock (_gate)
                {
                    Audit(in key, path, known);
                }
            }

            return known;
        }

        lock (_gate)
        {
            // Another worker may have been faster; then this is one look at what it learnt, as if there were one worker only.
            if (!_remembers || (Walk(in key, choices, path) ?? Conclude(in key, choices, path)) is not { } learnt)
            {
                return Learn(in key, choices, path);
            }

            if (IsAuditDue(learnt))
            {
                Audit(in key, path, learnt);
            }

            return learnt;
        }
    }

    /// <summary>Goes through the table along the choices that were made, and makes more where they end.</summary>
    private Outcome? Walk(in CodeKey key, Choices choices, List<int> path)
    {
        if (!_table.TryGetValue(key, out var outcome))
        {
            return null;
        }

        for (var i = 0; outcome.Branches is { } branches; i++)
        {
            if (i == path.Count)
            {
                path.Add(choices.Next(outcome.Label, branches.Length));
            }

            if (Volatile.Read(ref branches[path[i]]) is not { } next)
            {
                return null;
            }

            outcome = next;
        }

        return outcome;
    }

    private static bool IsAuditDue(Outcome found)
    {
        var outcome = found.Premise ?? found;
        if (outcome.Hits > 1 << (AuditShift * 3))
        {
            return false;
        }

        var hits = Interlocked.Increment(ref outcome.Hits);
        return int.IsPow2(hits) && int.TrailingZeroCount(hits) % AuditShift == 0;
    }

    private Outcome Learn(in CodeKey key, Choices choices, List<int> path)
    {
        var outcome = Execute(in key, choices, path);
        if (_remembers)
        {
            var asked = Asked.Of(_engine.Choices);
            var seen = new RecordsSeen(_queues, _mdevs, Records);
            Interlocked.Add(ref _seenBytes, seen.Memory);
            var place = PlaceOf(in key);
            (_premises.TryGetValue(place, out var list) ? list : _premises[place] = []).Add(new(seen, _engine.HasSeenMachine ? key.Reads : null, asked, outcome));
            Note(in key, asked, outcome);
        }

        return outcome;
    }

    /// <summary>What the code does, if it was run where all that it looked at then was as it is; asks for the choices that it makes on its way.</summary>
    private Outcome? Conclude(in CodeKey key, Choices choices, List<int> path)
    {
        if (!_premises.TryGetValue(PlaceOf(in key), out var premises))
        {
            return null;
        }

        PutRecords(key.DriverData, _engine, _image);
        var reads = key.Reads;
        while (premises.Find(premise => premise.Asked.BeginsWith(path) && premise.Records.AreIn(Records) && (premise.Reads ?? reads) == reads) is { } found)
        {
            var asked = found.Asked;
            if (path.Count < asked.Values.Length)
            {
                path.Add(choices.Next(asked.Labels[path.Count], asked.Domains[path.Count]));
                continue;
            }

            found.Records.LeaveIn(Records);
            var did = found.Outcome;
            var outcome = new Outcome { Local = did.Local, Request = did.Request, DriverData = NumberOfRecords(_engine, _image), Touches = did.Touches, Premise = did };
            Note(in key, asked, outcome);
            return outcome;
        }

        return null;
    }

    private static CodeKey PlaceOf(in CodeKey key) => key with { DriverData = -1, Reads = -1 };

    private void Audit(in CodeKey key, List<int> path, Outcome expected)
    {
        Audits++;
        var outcome = Execute(in key, null, path);
        if (!outcome.IsLike(expected))
        {
            throw new ExplorationException(
                $"the driver is not closed: in the same place, with the same answer and the same records, it asked for {OpText.Name(outcome.Request.Op)} once and for {OpText.Name(expected.Request.Op)} before, "
                + "or left other values; expected driver code that depends on nothing but its locals, answers and records");
        }
    }

    private Outcome Execute(in CodeKey key, Choices? choices, List<int> path)
    {
        Executions++;
        _dictation.Begin(path, choices);
        _engine.BeginCode(_dictation);
        PutRecords(key.DriverData, _engine, _image);
        Records.AllQueues.CopyTo(_queues);
        Records.AllMdevs.CopyTo(_mdevs);
        Put(_reads[key.Reads], _image);
        _engine.ReadByCode(_image);
        var kernel = _engine.Kernel;
        kernel.Reply = key.Reply;
        kernel.Reply2 = key.Reply2;
        kernel.QciBlock = key.Qci;
        Records.Marks = default;
        _engine.HasSeenMachine = false;
        _locals.Run(key.Local);
        var local = _locals.Capture();
        _ways.Add((key.Local, local));
        if (kernel.Request.Op == Op.QueueWork)
        {
            // The worker takes over: a work item that queues itself turns in a circle as well.
            _ways.Add((local, _locals.OfStart(ActorProgram.Worker, kernel.Request.A, 0)));
        }

        return new Outcome { Local = local, Request = kernel.Request, DriverData = NumberOfRecords(_engine, _image), Touches = [.. _touches] };
    }

    private static void Put(ReadOnlySpan<byte> bytes, StateImage image)
    {
        image.Resize(bytes.Length);
        bytes.CopyTo(image.Bytes);
        image.BeginRestore(0);
    }

    /// <summary>Puts an outcome behind the choices that the code made on its way.</summary>
    private void Note(in CodeKey key, Asked asked, Outcome outcome)
    {
        Interlocked.Increment(ref _outcomes);
        if (asked.Values.Length == 0)
        {
            _table[key] = outcome;
            return;
        }

        // A node is filled before anybody can see it.
        if (!_table.TryGetValue(key, out var node))
        {
            _table[key] = node = asked.NodeOf(0);
        }

        for (var i = 0; i < asked.Values.Length; i++)
        {
            ref var next = ref node.Branches![asked.Values[i]];
            if (i + 1 == asked.Values.Length)
            {
                Volatile.Write(ref next, outcome);
            }
            else if (next is null)
            {
                Volatile.Write(ref next, asked.NodeOf(i + 1));
            }

            node = next!;
        }
    }

    /// <summary>Code that was run.</summary>
    /// <param name="Records">The records that it looked at.</param>
    /// <param name="Reads">What it may have read of the machine, by number; null when it read nothing.</param>
    /// <param name="Asked">The choices that it made.</param>
    /// <param name="Outcome">What it did.</param>
    private sealed record Premise(RecordsSeen Records, int? Reads, Asked Asked, Outcome Outcome);

    /// <summary>The choices that a piece of code made.</summary>
    private sealed record Asked(ChoiceLabel[] Labels, int[] Domains, int[] Values)
    {
        private static readonly Asked Nothing = new([], [], []);

        internal static Asked Of(Choices choices) => choices.Count == 0 ? Nothing : new([.. choices.Labels], [.. choices.Domains], [.. choices.Values]);

        internal bool BeginsWith(List<int> path) => path.Count <= Values.Length && Values.AsSpan(0, path.Count).SequenceEqual(CollectionsMarshal.AsSpan(path));

        internal Outcome NodeOf(int choice) => new() { Label = Labels[choice], Branches = new Outcome?[Domains[choice]] };
    }

    /// <summary>Choices of a piece of code: first those that were made before, then new ones.</summary>
    private sealed class Dictation : ChoiceSource
    {
        private List<int> _path = [];
        private Choices? _choices;
        private int _position;

        internal void Begin(List<int> path, Choices? choices) => (_path, _choices, _position) = (path, choices, 0);

        /// <inheritdoc/>
        public override int Next(ChoiceLabel label, int count)
        {
            if (_position == _path.Count)
            {
                _path.Add(
                    _choices?.Next(label, count)
                    ?? throw new ExplorationException($"the driver is not closed: in the same place and with the same answer it led to {label} once, and to no choice before"));
            }

            return _path[_position++];
        }
    }
}
