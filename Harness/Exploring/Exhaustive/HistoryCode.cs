using System.Runtime.InteropServices;
using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Exploring;

/// <summary>Really runs the code of actors, and knows where each is by all that it was answered and could read since it began.</summary>
/// <param name="engine">The engine.</param>
/// <param name="isShared">Whether code may keep what it likes: then it is known by what all code was answered, in the order in which it ran.</param>
internal sealed class HistoryCode(RunEngine engine, bool isShared) : ActorCode
{
    private const ulong Salt = 0x9E3779B97F4A7C15UL;

    private readonly InternTable _histories = new();
    private readonly Dictionary<int, (Handle<Frame> Frame, Frame Program)> _waiting = [];
    private readonly StateImage _image = new();
    private UInt128 _shared;

    /// <summary>What all code was answered, if that matters; else 0.</summary>
    internal UInt128 Shared => _shared;

    /// <summary>How often code ran.</summary>
    internal long Executions { get; private set; }

    /// <summary>Bytes of memory, about.</summary>
    internal long Memory => _histories.Memory;

    /// <summary>Forgets the last way: another one begins.</summary>
    internal void Restart()
    {
        engine.Kernel.TakeAllFramesBack();
        _waiting.Clear();
        _shared = 0;
    }

    /// <inheritdoc/>
    internal override void Start(ActorProgram program, int a, int b)
    {
        var history = Next(UInt128.Zero, [(long)program, a, b]);
        var asked = engine.Choices.Count;
        var frame = engine.Begin(program, a, b).Frame;
        Note(history, asked, frame);
    }

    /// <inheritdoc/>
    internal override void Resume(int waiting, Op op)
    {
        _waiting.Remove(waiting, out var code);
        var kernel = engine.Kernel;
        var qci = op == Op.Qci ? kernel.QciBlock : default;
        var before = MemoryMarshal.Read<UInt128>(_histories[waiting]);
        var history = Next(before, [(long)op, kernel.Reply, op is Op.Tapq or Op.Dqap ? kernel.Reply2 : 0, qci.Flags, qci.AdapterMax, qci.DomainMax, (long)qci.Adapters, (long)qci.Domains]);
        var asked = engine.Choices.Count;
        code.Frame.Target.Move();
        Note(history, asked, code.Program);
    }

    /// <summary>A history that is longer by one answer, and by what code may read.</summary>
    private UInt128 Next(UInt128 history, ReadOnlySpan<long> answer)
    {
        if (isShared)
        {
            history = _shared = Mix(Mix(_shared, MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in history))), MemoryMarshal.AsBytes(answer));
        }

        _image.BeginSave(0);
        engine.KeepDriverData(_image);
        history = Mix(Mix(history, MemoryMarshal.AsBytes(answer)), _image.Bytes);
        _image.BeginSave(0);
        engine.ReadByCode(_image);
        return Mix(history, _image.Bytes);
    }

    private void Note(UInt128 history, int asked, Frame? program)
    {
        Executions++;
        var kernel = engine.Kernel;
        history = Mix(history, MemoryMarshal.AsBytes(engine.Choices.Values[asked..]));
        if (isShared)
        {
            _shared = Mix(_shared, MemoryMarshal.AsBytes(engine.Choices.Values[asked..]));
        }

        if (LocalStates.HasEnded(engine, program))
        {
            return;
        }

        var number = _histories.Intern(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in history)));
        _waiting[number] = (kernel.WaitingFrame, program!);
        kernel.WaitingNumber = number;
    }

    private static UInt128 Mix(UInt128 history, ReadOnlySpan<byte> bytes) =>
        new(ByteHash.Of(bytes, (ulong)(history >> 64)), ByteHash.Of(bytes, (ulong)history ^ Salt));
}
