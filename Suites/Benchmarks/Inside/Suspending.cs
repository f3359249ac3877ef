using ApChaos.Abstractions;
using BenchmarkDotNet.Attributes;

namespace ApChaos.Suites.Benchmarks.Inside;

/// <summary>What it costs to leave code at an operation and to go on in it: a thousand msleeps, nothing else.</summary>
public class Suspending
{
    private const int Sleeps = 1000;

    private readonly Kernel _kernel = new();
    private int _left;

    /// <summary>A count, as somebody would write it by hand.</summary>
    /// <returns>What is left.</returns>
    [Benchmark(Baseline = true, OperationsPerInvoke = Sleeps)]
    public int A_state_machine_by_hand()
    {
        _left = Sleeps;
        while (_left > 0)
        {
            _kernel.Request.Op = Op.Msleep;
            _kernel.Request.C = VirtualTime.Millisecond;
            GoOn();
            _kernel.Request.Op = Op.None;
        }

        return _left;
    }

    /// <summary>C#'s own coroutines.</summary>
    /// <returns>What was asked for last.</returns>
    [Benchmark(OperationsPerInvoke = Sleeps)]
    public Op An_iterator()
    {
        var last = Op.None;
        foreach (var op in Iterate())
        {
            last = op;
            _kernel.Request.Op = Op.None;
        }

        return last;
    }

    /// <summary>The engine's task type.</summary>
    /// <returns>The frame's number.</returns>
    [Benchmark(OperationsPerInvoke = Sleeps)]
    public int Sequential_code() => GoThrough(Sleep(_kernel).Frame!);

    /// <summary>The same, each msleep in a function of its own.</summary>
    /// <returns>The frame's number.</returns>
    [Benchmark(OperationsPerInvoke = Sleeps)]
    public int Sequential_code_in_a_called_function() => GoThrough(SleepBelow(_kernel).Frame!);

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private void GoOn() => _left--;

    private int GoThrough(Frame program)
    {
        while (!program.Completed)
        {
            _kernel.Request.Op = Op.None;
            _kernel.WaitingFrame.Target.Move();
        }

        program.Return();
        return program.Number;
    }

    private IEnumerable<Op> Iterate()
    {
        for (var i = 0; i < Sleeps; i++)
        {
            _kernel.Request.Op = Op.Msleep;
            _kernel.Request.C = VirtualTime.Millisecond;
            yield return Op.Msleep;
        }
    }

    private static async ApTask Sleep(Kernel kernel)
    {
        for (var i = 0; i < Sleeps; i++)
        {
            await kernel.Msleep(1);
        }
    }

    private static async ApTask SleepBelow(Kernel kernel)
    {
        for (var i = 0; i < Sleeps; i++)
        {
            await SleepOnce(kernel);
        }
    }

    private static async ApTask SleepOnce(Kernel kernel) => await kernel.Msleep(1);
}
