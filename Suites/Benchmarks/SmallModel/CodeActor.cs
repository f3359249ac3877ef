using ApChaos.Abstractions;

namespace ApChaos.Suites.Benchmarks;

/// <summary>An actor as sequential code that is really run, on the engine's own task type: the frame that waits for an answer.</summary>
internal struct CodeActor
{
    private int _program;
    private Handle<Frame> _waiting;

    /// <summary>The code has asked for its first operation.</summary>
    internal void Begin(Kernel kernel, ApTask program)
    {
        _program = program.Frame!.Number;
        _waiting = kernel.WaitingFrame;
    }

    /// <summary>Answers the code, which goes on to its next operation.</summary>
    /// <returns>Whether there is one: false when the code has returned.</returns>
    internal bool Answer(Kernel kernel, long reply)
    {
        kernel.Reply = reply;
        _waiting.Target.Move();
        if (kernel.Request.Op == Op.None)
        {
            kernel.Frames[_program].Return();
            return false;
        }

        _waiting = kernel.WaitingFrame;
        return true;
    }
}
