using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Exploring;

/// <summary>The code of the actors of one engine, done out of a book.</summary>
internal sealed class MemoisedCode(RunEngine engine, CodeBook book) : ActorCode
{
    private readonly StateImage _image = new();
    private readonly List<int> _path = [];
    private readonly Dictionary<(ActorProgram, int, int), int> _starts = [];

    /// <inheritdoc/>
    internal override void Start(ActorProgram program, int a, int b)
    {
        if (!_starts.TryGetValue((program, a, b), out var local))
        {
            _starts.Add((program, a, b), local = book.OfStart(program, a, b));
        }

        Go(new CodeKey(local, 0, 0, default, book.NumberOfRecords(engine, _image), Reads()));
    }

    /// <inheritdoc/>
    internal override void Resume(int waiting, Op op)
    {
        var kernel = engine.Kernel;
        Go(new CodeKey(
            waiting,
            kernel.Reply,
            op is Op.Tapq or Op.Dqap ? kernel.Reply2 : 0,
            op == Op.Qci ? kernel.QciBlock : default,
            book.NumberOfRecords(engine, _image),
            Reads()));
    }

    private void Go(in CodeKey key)
    {
        var outcome = book.Answer(in key, engine.Choices, _path);
        foreach (var touch in outcome.Touches)
        {
            engine.Do(in touch);
        }

        if (outcome.DriverData != key.DriverData || outcome.Touches.Length > 0)
        {
            // A touch may change records as well, and what code left is what holds.
            book.PutRecords(outcome.DriverData, engine, _image);
        }

        var kernel = engine.Kernel;
        kernel.Request = outcome.Request;
        kernel.WaitingNumber = outcome.Local;
    }

    private int Reads()
    {
        _image.BeginSave(0);
        engine.ReadByCode(_image);
        return book.NumberOfReads(_image);
    }
}
