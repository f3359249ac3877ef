using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using ApChaos.Abstractions;

namespace ApChaos.Suites.Benchmarks;

/// <summary>
/// Learns what sequential code does: each distinct set of suspended frames is a local state, and what follows after each answer is found by
/// putting the frames back and running the code once. Code that talks to the world only through awaits has no other memory than its frames, which
/// is why this is sound; every 16,384th look-up runs the code again and compares.
/// </summary>
internal sealed class Automata(NaturalDrivers drivers)
{
    private const int Unknown = 0;
    private const int CellsPerState = SmallReply.Count + 1;
    private const int QueueShift = 8;

    // Of ten million transitions 610 look-ups are audited: what remains of a thousand for learning is enough for any driver of this size.
    private const int AuditEvery = 1 << 14;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _ids = [];
    private readonly List<LocalState> _states = [default];
    private readonly Kernel _kernel = new();

    // Of each local state side by side: the next one for each of three answers, then operation and queue.
    private readonly int[] _cells = new int[CellsPerState << 16];

    /// <summary>How often code was run from one await to the next, to learn and to audit.</summary>
    internal long CodeRuns { get; private set; }

    /// <summary>Local states so far.</summary>
    internal int Count => _states.Count - 1;

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

    private int Learn(int local, int reply)
    {
        lock (_lock)
        {
            var next = Run(local, reply);
            Volatile.Write(ref _cells[(local * CellsPerState) + reply], next);
            return next;
        }
    }

    private void Audit(int local, int reply, int expected)
    {
        lock (_lock)
        {
            if (Run(local, reply) != expected)
            {
                throw new InvalidOperationException($"an actor did something else after the answer {reply} in local state {local} than before: its code is not closed");
            }
        }
    }

    /// <summary>Runs an actor's code from a local state to its next await; gives the number of the state in which it is then.</summary>
    private int Run(int local, int reply)
    {
        _kernel.TakeAllFramesBack();
        var state = _states[local];
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

        id = _states.Count;
        _ids.Add(key, id);
        _states.Add(new(actor, [.. frames], locals));
        _cells[(id * CellsPerState) + SmallReply.Count] = (int)op | ((byte)queue << QueueShift);
        return id;
    }

    internal static long StatusWord(int reply) => reply switch
    {
        SmallReply.Empty => ApqSw.QueueEmptyMask,
        SmallReply.Accepted => 0,
        _ => (uint)ResponseCode.ResetInProgress << 16,
    };

    /// <summary>An actor's suspended calls, the innermost first, with their locals.</summary>
    private readonly record struct LocalState(int Actor, Frame[] Frames, object[] Locals);

    /// <summary>One worker's view.</summary>
    internal struct Actors(Automata automata) : ISmallActors
    {
        private readonly int[] _cells = automata._cells;
        private readonly int[] _lookUps = new int[1];

        public readonly int Begin(int actor) => automata.Begin(actor);

        public readonly SmallOp OpOf(int local) => (SmallOp)(byte)_cells[(local * CellsPerState) + SmallReply.Count];

        public readonly int QueueOf(int local) => _cells[(local * CellsPerState) + SmallReply.Count] >> QueueShift;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly int Next(int local, int reply)
        {
            var next = _cells[(local * CellsPerState) + reply];
            if (next == Unknown)
            {
                return automata.Learn(local, reply);
            }

            if (++_lookUps[0] % AuditEvery == 0)
            {
                automata.Audit(local, reply, next);
            }

            return next;
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
