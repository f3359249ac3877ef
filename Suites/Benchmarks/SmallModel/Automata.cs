using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using ApChaos.Abstractions;

namespace ApChaos.Suites.Benchmarks;

/// <summary>
/// Learns what sequential code does: each distinct set of suspended frames is a local state, and what follows after each answer is found by
/// putting the frames back and running the code once. Code that talks to the world only through awaits has no other memory than its frames, which
/// is why this is sound; now and then the code is run again from one of them, each in turn, and compared.
/// </summary>
internal sealed class Automata(NaturalDrivers drivers)
{
    private const int Unknown = 0;
    private const int CellsPerState = 4;

    // A local state's number says what is asked for: operation, queue, then the position among the states.
    private const int OpBits = 3;
    private const int QueueMask = SmallState.QueuesMax - 1;
    private const int StateShift = OpBits + 3;
    private const int StatesMax = 1 << (16 - StateShift);

    // States followed, or runs begun, between two audits. Ten million transitions are some 1.5 million states, and so 370 audits.
    private const int AuditEvery = 1 << 12;

    private static ReadOnlySpan<uint> StatusWords => [ApqSw.QueueEmptyMask, 0, (uint)ResponseCode.ResetInProgress << 16];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _ids = [];
    private readonly List<LocalState> _states = [];
    private readonly Kernel _kernel = new();

    // Of each local state side by side: the next one for each of three answers, and nothing.
    private readonly ushort[] _cells = new ushort[CellsPerState * StatesMax];
    private int _audited;

    /// <summary>How often code was run from one await to the next, to learn and to audit.</summary>
    internal long CodeRuns { get; private set; }

    /// <summary>Local states so far.</summary>
    internal int Count => _states.Count;

    internal int Begin(int actor)
    {
        lock (_lock)
        {
            _kernel.TakeAllFramesBack();
            drivers.Begin(_kernel, actor);
            return Number(actor);
        }
    }

    internal Actors NewActors() => new(this);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CellOf(int local, int reply) => ((local >> StateShift) * CellsPerState) + reply;

    private int Learn(int local, int reply)
    {
        lock (_lock)
        {
            var next = Run(local >> StateShift, reply);
            Volatile.Write(ref _cells[CellOf(local, reply)], (ushort)next);
            return next;
        }
    }

    /// <summary>Runs the code of the next transition that was learnt, and compares.</summary>
    private void Audit()
    {
        lock (_lock)
        {
            do
            {
                _audited = (_audited + 1) % (_states.Count * CellsPerState);
            }
            while (_cells[_audited] == Unknown);
            var (state, reply) = Math.DivRem(_audited, CellsPerState);
            if (Run(state, reply) != _cells[_audited])
            {
                throw new InvalidOperationException($"an actor did something else after the answer {reply} in local state {state} than before: its code is not closed");
            }
        }
    }

    /// <summary>Runs an actor's code from a local state to its next await; gives the number of the state in which it is then.</summary>
    private int Run(int index, int reply)
    {
        _kernel.TakeAllFramesBack();
        var state = _states[index];
        Frame.Claim(state.Frames, state.Locals);
        _kernel.Reply = StatusWord(reply);
        state.Frames[0].Move();
        return Number(state.Actor);
    }

    /// <summary>The number of the local state in which the code of an actor is now.</summary>
    private int Number(int actor)
    {
        CodeRuns++;
        var done = _kernel.Request.Op == Op.None;
        var (op, queue) = done ? (SmallOp.Done, 0) : NaturalDrivers.Read(in _kernel.Request);
        var frames = new List<Frame>();
        for (var frame = done ? null : _kernel.Waiting; frame is not null; frame = frame.Caller)
        {
            frames.Add(frame);
        }

        object[] locals = [.. frames.Select(frame => frame.CopyLocals()!)];
        var key = $"{(actor == 0 ? "driver" : "guest")} {op} {queue} {FrameText.Of(locals)}";
        if (_ids.TryGetValue(key, out var id))
        {
            return id;
        }

        if (_states.Count == StatesMax)
        {
            throw new InvalidOperationException($"the small model's actors have more than {StatesMax} local states: a number of one has no room for more");
        }

        // Never 0: the first state asks for an operation. A sleep has no queue.
        id = (_states.Count << StateShift) | ((queue & QueueMask) << OpBits) | (int)op;
        _ids.Add(key, id);
        _states.Add(new(actor, [.. frames], locals));
        return id;
    }

    // Looked up, not branched on: the reply cannot be predicted.
    internal static long StatusWord(int reply) => StatusWords[reply];

    /// <summary>An actor's suspended calls, the innermost first, with their locals.</summary>
    private readonly record struct LocalState(int Actor, Frame[] Frames, object[] Locals);

    /// <summary>One worker's view.</summary>
    internal struct Actors(Automata automata) : ISmallActors
    {
        private readonly ushort[] _cells = automata._cells;
        private readonly int[] _asked = new int[1];

        public readonly int Begin(int actor) => automata.Begin(actor);

        public readonly SmallOp OpOf(int local) => (SmallOp)(local & ((1 << OpBits) - 1));

        public readonly int QueueOf(int local) => (local >> OpBits) & QueueMask;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly int Next(int local, int reply)
        {
            var next = _cells[CellOf(local, reply)];
            return next == Unknown ? automata.Learn(local, reply) : next;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void LookAgain()
        {
            if (++_asked[0] % AuditEvery == 0)
            {
                automata.Audit();
            }
        }
    }
}

/// <summary>Writes down what a call and its callers will do next: for each frame its method and the variables that live across the await.</summary>
internal static class FrameText
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    internal static string Of(object[] locals)
    {
        var text = new StringBuilder();
        foreach (var machine in locals)
        {
            text.Append(machine.GetType().Name).Append('(');
            Append(text, machine);
            text.Append(") ");
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, object value)
    {
        foreach (var field in value.GetType().GetFields(All).OrderBy(f => f.MetadataToken))
        {
            var type = field.FieldType;
            if (type.IsPrimitive || type.IsEnum)
            {
                text.Append(field.Name).Append('=').Append(field.GetValue(value)).Append(' ');
            }
            else if (type == typeof(Apqn))
            {
                text.Append(field.Name).Append('=').Append(((Apqn)field.GetValue(value)!).Value).Append(' ');
            }
            else if (!IsSame(type))
            {
                throw new InvalidOperationException($"{value.GetType().Name} keeps {field.Name} of type {type.Name} across an await: its local state cannot be written down");
            }
        }
    }

    /// <summary>What is the same in every run: the kernel, the drivers, builders and awaiters.</summary>
    private static bool IsSame(Type type) =>
        type == typeof(Kernel) || type == typeof(NaturalDrivers) || type == typeof(ApTaskMethodBuilder) || typeof(IKernelAwaiter).IsAssignableFrom(type)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ApTaskMethodBuilder<>));
}
