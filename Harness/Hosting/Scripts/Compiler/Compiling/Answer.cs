using System.Text;

namespace ApChaos.Scripts.Compiling;

/// <summary>What became of a request.</summary>
internal enum AnswerState
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>The script is wrong.</summary>
    Refused,

    /// <summary>The script is wrong, and this process should serve no other one.</summary>
    RefusedForGood,

    /// <summary>A fault of ours.</summary>
    Broken,
}

/// <summary>The answer to a request.</summary>
internal sealed record Answer(AnswerState State, int Line, int Column, byte[] Bytes)
{
    /// <summary>Compiles a script, on a thread with a large stack, and evaluates it when it is a plan.</summary>
    /// <param name="kind">0 plan, 1 driver.</param>
    /// <param name="source">The text.</param>
    /// <param name="cpuLimitMs">Processor time that the evaluation of a plan may take.</param>
    /// <param name="stackBytes">Size of the stack.</param>
    internal static Answer Make(byte kind, string source, int cpuLimitMs, int stackBytes)
    {
        Answer? answer = null;
        var isRunning = false;
        var thread = new Thread(
            () =>
            {
                try
                {
                    if (kind == 1)
                    {
                        answer = new Answer(AnswerState.Done, 0, 0, DriverCompilation.Compile(source));
                        return;
                    }

                    using var plan = PlanCompilation.Compile(source);
                    Volatile.Write(ref isRunning, true);
                    answer = new Answer(AnswerState.Done, 0, 0, Encoding.UTF8.GetBytes(plan.Evaluate()));
                }
                catch (ScriptException e)
                {
                    answer = Refused(AnswerState.Refused, e.Message, e.Line, e.Column);
                }
                catch (InsufficientExecutionStackException)
                {
                    answer = Refused(AnswerState.RefusedForGood, "the script is nested too deeply; expected less", 1, 1);
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    answer = Refused(AnswerState.Broken, e.ToString(), 1, 1);
                }
                catch (OutOfMemoryException)
                {
                    answer = Refused(
                        AnswerState.RefusedForGood, "the script needs more memory than scripts may use; expected one that needs less", ScriptFuel.Line, ScriptFuel.Column);
                }
            },
            stackBytes)
        { IsBackground = true };
        thread.Start();
        while (!thread.Join(20) && !Volatile.Read(ref isRunning))
        {
        }

        var start = Environment.CpuUsage.TotalTime;
        while (!thread.Join(20))
        {
            if ((Environment.CpuUsage.TotalTime - start).TotalMilliseconds > cpuLimitMs)
            {
                return Refused(
                    AnswerState.RefusedForGood,
                    $"the script has not ended after {cpuLimitMs} ms of processor time; expected one that ends",
                    ScriptFuel.Line,
                    ScriptFuel.Column);
            }
        }

        return answer!;
    }

    private static Answer Refused(AnswerState state, string message, int line, int column) => new(state, line, column, Encoding.UTF8.GetBytes(message));
}
