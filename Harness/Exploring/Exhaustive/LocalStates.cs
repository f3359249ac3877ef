using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Exploring;

/// <summary>
/// The local states of actors: the chain of suspended calls with their locals, interned. Only the actor that goes on is ever put back into
/// frames; the others are numbers meanwhile.
/// </summary>
internal sealed class LocalStates
{
    /// <summary>The state of an actor whose code has ended.</summary>
    internal const int Ended = 0;

    private readonly RunEngine _engine;
    private readonly LocalsCodec _codec;
    private readonly InternTable _table = new();
    private readonly List<Entry> _entries = [];
    private readonly List<Frame> _chain = [];
    private readonly List<object> _locals = [];
    private readonly Dictionary<(ActorProgram, int, int), int> _starts = [];

    /// <summary>Makes the table of an engine.</summary>
    internal LocalStates(RunEngine engine)
    {
        _engine = engine;
        _codec = new LocalsCodec(engine);
        _codec.Write(-1);
        _table.Intern(_codec.Bytes);
        _entries.Add(default);
    }

    /// <summary>How many there are.</summary>
    internal int Count => _table.Count;

    /// <summary>Bytes of memory, about.</summary>
    internal long Memory => _table.Memory * 3;

    /// <summary>The state of an actor whose code has not begun.</summary>
    internal int OfStart(ActorProgram program, int a, int b)
    {
        if (_starts.TryGetValue((program, a, b), out var known))
        {
            return known;
        }

        _codec.Restart();
        _codec.Write(-2);
        _codec.Write((long)program);
        _codec.Write(a);
        _codec.Write(b);
        var id = _table.Intern(_codec.Bytes);
        _entries.Add(new Entry { Program = program, A = a, B = b });
        _starts.Add((program, a, b), id);
        return id;
    }

    /// <summary>Whether an actor sleeps there, so that time passes.</summary>
    internal bool Sleeps(int id) => _entries[id].Sleeps;

    /// <summary>Goes on from a local state for real, with the reply that is in the kernel: to the next request, or to the end.</summary>
    internal void Run(int id)
    {
        var kernel = _engine.Kernel;
        var entry = _entries[id];
        kernel.TakeAllFramesBack();
        Frame? program;
        if (entry.Chain is null)
        {
            program = _engine.Begin(entry.Program, entry.A, entry.B).Frame;
        }
        else
        {
            Frame.Claim(entry.Chain, entry.Locals!);
            program = entry.Chain[^1];
            entry.Chain[0].Move();
        }

        HasEnded(_engine, program);
    }

    /// <summary>Whether code that ran has ended, and not by an error of the harness.</summary>
    /// <param name="engine">The engine in which it ran.</param>
    /// <param name="program">Its outermost call, or null when it ended at once.</param>
    internal static bool HasEnded(RunEngine engine, Frame? program)
    {
        if (engine.Kernel.Request.Op != Op.None)
        {
            return false;
        }

        if (program is { Completed: false })
        {
            engine.Crashed(new InvalidOperationException("The driver waits, but for nothing: await each operation and each call exactly once."));
        }
        else if (program?.Error is { } error && !engine.IsOver)
        {
            throw new InvalidOperationException("The program of an actor failed, not the driver.", error);
        }

        return true;
    }

    /// <summary>The local state in which <see cref="Run"/> left the frames.</summary>
    /// <exception cref="UnsavableException">It cannot be saved.</exception>
    internal int Capture()
    {
        var kernel = _engine.Kernel;
        if (kernel.Request.Op == Op.None)
        {
            return Ended;
        }

        _chain.Clear();
        _locals.Clear();
        for (var frame = kernel.Waiting; frame is not null; frame = frame.Caller)
        {
            _chain.Add(frame);
        }

        _codec.Restart();
        foreach (var frame in _chain)
        {
            var locals = frame.CopyLocals() ?? throw new UnsavableException("the driver's code is not optimised: its calls are objects, not records");
            _locals.Add(locals);
            _codec.Write(frame.Number);
            if (_codec.Write(locals, _chain) is { } reason)
            {
                throw new UnsavableException(reason);
            }
        }

        var id = _table.Intern(_codec.Bytes);
        if (id == _entries.Count)
        {
            _entries.Add(new Entry { Chain = [.. _chain], Locals = [.. _locals], Sleeps = kernel.Request is { Op: Op.Msleep, C: > 0 } });
        }

        return id;
    }

    private struct Entry
    {
        internal Frame[]? Chain;
        internal object[]? Locals;
        internal bool Sleeps;
        internal ActorProgram Program;
        internal int A;
        internal int B;
    }
}

/// <summary>The driver's suspended calls cannot be saved: it is explored in the slower mode.</summary>
internal sealed class UnsavableException : ExplorationException
{
    internal UnsavableException(string reason)
        : base(reason)
    {
    }
}
