using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using ApChaos.Abstractions;

namespace ApChaos.Suites.Benchmarks;

/// <summary>
/// Learns what sequential code does: each distinct set of suspended frames is a local state, and what follows after each answer is found by running
/// the code once. Code that talks to the world only through awaits has no other memory than its frames, which is why this is sound; every
/// 131,072nd look-up runs the code again and compares.
/// </summary>
internal sealed class Automata(NaturalDrivers drivers)
{
    private const int Unknown = 0;
    private const int AuditEvery = 1 << 17;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _ids = [];
    private readonly List<(int Actor, int[] Replies)> _ways = [(0, [])];
    private readonly int[] _next = new int[SmallReply.Count << 16];
    private readonly SmallOp[] _ops = new SmallOp[1 << 16];
    private readonly byte[] _queues = new byte[1 << 16];

    /// <summary>How often code was run from one await to the next, to learn and to audit.</summary>
    internal long CodeRuns { get; private set; }

    /// <summary>Local states so far.</summary>
    internal int Count => _ways.Count - 1;

    internal int Begin(int actor)
    {
        lock (_lock)
        {
            return Run(actor, []);
        }
    }

    internal Actors NewActors() => new(this);

    private int Learn(int local, int reply)
    {
        lock (_lock)
        {
            var (actor, replies) = _ways[local];
            var next = Run(actor, [.. replies, reply]);
            Volatile.Write(ref _next[(local * SmallReply.Count) + reply], next);
            return next;
        }
    }

    private void Audit(int local, int reply, int expected)
    {
        lock (_lock)
        {
            var (actor, replies) = _ways[local];
            if (Run(actor, [.. replies, reply]) != expected)
            {
                throw new InvalidOperationException($"actor {actor} did something else after the answers {string.Join(", ", replies)}, {reply} than before: its code is not closed");
            }
        }
    }

    /// <summary>Runs an actor's code from its start along these answers; gives the number of the state in which it is then.</summary>
    private int Run(int actor, int[] replies)
    {
        var kernel = new Kernel();
        var task = drivers.Begin(kernel, actor);
        CodeRuns++;
        foreach (var reply in replies)
        {
            kernel.Reply = StatusWord(reply);
            kernel.Request = default;
            kernel.Waiting!.Move();
            CodeRuns++;
        }

        var done = kernel.Request.Op == Op.None;
        var (op, queue) = done ? (SmallOp.Done, 0) : NaturalDrivers.Read(in kernel.Request);
        var key = $"{(actor == 0 ? "driver" : "guest")} {op} {queue} {(done ? "" : FrameText.Of(kernel.Waiting!))}";
        _ = task;
        if (_ids.TryGetValue(key, out var id))
        {
            return id;
        }

        id = _ways.Count;
        _ids.Add(key, id);
        _ways.Add((actor, replies));
        (_ops[id], _queues[id]) = (op, (byte)queue);
        return id;
    }

    internal static long StatusWord(int reply) => reply switch
    {
        SmallReply.Empty => ApqSw.QueueEmptyMask,
        SmallReply.Accepted => 0,
        _ => (uint)ResponseCode.ResetInProgress << 16,
    };

    /// <summary>One worker's view.</summary>
    internal struct Actors(Automata automata) : ISmallActors
    {
        private readonly int[] _next = automata._next;
        private readonly SmallOp[] _ops = automata._ops;
        private readonly byte[] _queues = automata._queues;
        private readonly int[] _lookUps = new int[1];

        public readonly int Begin(int actor) => automata.Begin(actor);

        public readonly SmallOp OpOf(int local) => _ops[local];

        public readonly int QueueOf(int local) => _queues[local];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly int Next(int local, int reply)
        {
            var next = _next[(local * SmallReply.Count) + reply];
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

    internal static string Of(Frame frame)
    {
        var text = new StringBuilder();
        for (var f = frame; f is not null; f = f.Caller)
        {
            var machine = f.GetType().GetField("StateMachine", All)!.GetValue(f)!;
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
