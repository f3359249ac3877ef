using ApChaos.Abstractions;

namespace ApChaos.Suites.Engine.Abstractions;

/// <summary>Takes the place of the run engine: answers what a call asks for with 1, 2, 3, … and resumes it.</summary>
internal sealed class HandCrank
{
    public Kernel Kernel { get; } = new();

    /// <summary>What was asked for, in order.</summary>
    public List<Op> Asked { get; } = [];

    public int Replies { get; private set; }

    /// <summary>Runs a call to its end and gives what it returned or throws what it threw.</summary>
    public TResult Run<TResult>(Func<Kernel, ApTask<TResult>> call)
    {
        ApTask<TResult> task = call(Kernel);
        Turn(task.Frame);
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Runs a call to its end; throws what it threw.</summary>
    public void Run(Func<Kernel, ApTask> call)
    {
        ApTask task = call(Kernel);
        Turn(task.Frame);
        task.GetAwaiter().GetResult();
    }

    /// <summary>Answers one request of whoever waits and resumes it.</summary>
    public void Answer(Frame frame, long reply)
    {
        Asked.Add(Kernel.Request.Op);
        Kernel.Request = default;
        Kernel.Reply = reply;
        frame.Move();
    }

    private void Turn(Frame? call)
    {
        while (call is { Completed: false })
        {
            if (Kernel.Request.Op == Op.None)
                throw new InvalidOperationException("the call waits, but for nothing");
            Answer(Kernel.Waiting!, ++Replies);
        }
    }
}
