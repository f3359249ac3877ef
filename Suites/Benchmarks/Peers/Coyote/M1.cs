// The small model M1(N) as it is naturally written for Coyote: a task for everybody who acts, the driver as the loop that it is.
//
// coyote rewrite m1.dll; m1 random|pct N ITERATIONS SEED
// Prints: executions, scheduling steps, executions with a violation, nanoseconds of wall time, nanoseconds of CPU.
//
// Coyote has no virtual time: a tick is a task that the sleeping driver starts and waits for, so that guests and cards may come before it, as in the
// other forms of the model. Every operation is one atomic piece of a task between two scheduling points.
using System.Diagnostics;
using Microsoft.Coyote;
using Microsoft.Coyote.Random;
using Microsoft.Coyote.Runtime;
using Microsoft.Coyote.Specifications;
using Microsoft.Coyote.SystematicTesting;

var (strategy, queues, iterations, seed) = (args[0], int.Parse(args[1]), uint.Parse(args[2]), uint.Parse(args[3]));
var configuration = Configuration.Create()
    .WithTestingIterations(iterations)
    .WithRandomGeneratorSeed(seed)
    .WithTestIterationsRunToCompletion()
    .WithNoBugTraceRepro()
    .WithTelemetryEnabled(false);
configuration = strategy == "pct" ? configuration.WithPrioritizationStrategy(false, 3) : configuration.WithRandomStrategy();

using var engine = TestingEngine.Create(configuration, () => new M1(queues).Run());
var (cpu, wall) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.GetTimestamp());
engine.Run();
var tookNs = (long)Stopwatch.GetElapsedTime(wall).TotalNanoseconds;
var cpuNs = (long)(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalNanoseconds;
var report = engine.TestReport;
var executions = report.NumOfExploredFairPaths + report.NumOfExploredUnfairPaths;
var steps = report.TotalExploredFairSteps + (long)report.TotalExploredUnfairSteps;
Console.WriteLine($"{executions} {steps} {report.NumOfFoundBugs} {tookNs} {cpuNs}");
if (report.BugReports.FirstOrDefault(bug => !bug.Contains(M1.Violation)) is { } other)
    Console.Error.WriteLine(other);

internal sealed class M1(int queues)
{
    internal const string Violation = "a card stored into a page that is not pinned";

    private readonly Generator _random = Generator.Create();
    private readonly int[] _ticks = new int[queues];
    private readonly bool[] _irq = Enumerable.Repeat(true, queues).ToArray();
    private readonly bool[] _pending = Enumerable.Repeat(true, queues).ToArray();
    private readonly bool[] _pinned = Enumerable.Repeat(true, queues).ToArray();
    private bool _done;

    internal async Task Run()
    {
        var tasks = new List<Task> { Task.Run(Driver) };
        for (var queue = 0; queue < queues; queue++)
        {
            var mine = queue;
            tasks.Add(Task.Run(() => Guest(mine)));
            tasks.Add(Task.Run(() => Card(mine)));
        }

        await Task.WhenAll(tasks);
    }

    private async Task Driver()
    {
        for (var queue = 0; queue < queues; queue++)
        {
            await Reset(queue, retry: 1);
            SchedulingPoint.Interleave();
            _pinned[queue] = false;
        }

        _done = true;
        await TicksToTheEnd();
    }

    private async Task Reset(int queue, int retry)
    {
        var retry2 = 2;
        do
        {
            SchedulingPoint.Interleave();
            if (Zapq(queue))
            {
                while (_ticks[queue] > 0 && retry2-- > 0)
                {
                    await Task.Run(Tick);
                    SchedulingPoint.Interleave();
                }

                return;
            }

            await Task.Run(Tick);
        }
        while (retry-- > 0);
    }

    private async Task Guest(int queue)
    {
        Zapq(queue);
        if (_done)
            await TicksToTheEnd();
    }

    private void Card(int queue)
    {
        if (_irq[queue] && _pending[queue])
        {
            _pending[queue] = false;
            Specification.Assert(_pinned[queue], Violation);
        }
    }

    private async Task TicksToTheEnd()
    {
        while (_ticks.Any(ticks => ticks > 0))
            await Task.Run(Tick);
    }

    private bool Zapq(int queue)
    {
        if (_ticks[queue] > 0)
            return false;

        _ticks[queue] = _random.NextInteger(4);
        if (_ticks[queue] == 0)
            Complete(queue);

        return true;
    }

    private void Tick()
    {
        for (var queue = 0; queue < queues; queue++)
        {
            if (_ticks[queue] > 0 && --_ticks[queue] == 0)
                Complete(queue);
        }
    }

    private void Complete(int queue)
    {
        _irq[queue] = false;
        _pending[queue] = false;
    }
}
