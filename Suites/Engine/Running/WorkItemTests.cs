using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Running;

/// <summary>The reset work item of a queue: queue_work and flush_work as the kernel knows them (ap-facts §10, 6.6 and later).</summary>
[TestFixture]
public sealed class WorkItemTests
{
    private readonly List<string> log = [];

    [SetUp]
    public void ClearLog() => log.Clear();

    [Test]
    public void A_flush_waits_until_the_work_is_done()
    {
        Stage stage = Staged(async (kernel, mdev, _) =>
        {
            await kernel.QueueWork(mdev.FindQueue(new Apqn(5, 4)));
            log.Add("queued");
            await kernel.FlushWork(mdev.FindQueue(new Apqn(5, 4)));
            log.Add("flushed");
            return 0;
        });
        stage.RunAll(run =>
        {
            Assert.That(log, Is.EqualTo(["queued", "done 0 at 10ms", "flushed"]));
            log.Clear();
        });
    }

    [Test]
    public void Its_a_driver_operation_of_its_own_in_a_worker_of_its_own()
    {
        Stage stage = Staged(async (kernel, mdev, _) =>
        {
            await kernel.QueueWork(mdev.FindQueue(new Apqn(5, 71)));
            await kernel.FlushWork(mdev.FindQueue(new Apqn(5, 71)));
            return 0;
        });
        stage.Run();
        MachineEvent entered = stage.Of(EventKind.OperationEntered).Single(e => e.A == (long)DriverOperation.ResetWork);
        Assert.That((entered.Queue, stage.Engine.Names.Actor(entered.Actor)), Is.EqualTo(((short)1, "kworker 05.0047")));
        Assert.That(stage.Of(EventKind.WorkQueued).Single().Queue, Is.EqualTo(1));
    }

    [Test]
    public void A_flush_of_an_idle_queue_returns_at_once()
    {
        Stage stage = Staged(async (kernel, mdev, _) =>
        {
            await kernel.FlushWork(mdev.FindQueue(new Apqn(5, 4)));
            return 0;
        });
        stage.Run();
        Assert.That(log, Is.Empty);
        Assert.That(stage.Engine.EndNs, Is.Zero);
    }

    [Test]
    public void Queued_while_it_runs_it_runs_again_and_the_flush_waits_for_both()
    {
        Stage stage = Staged(async (kernel, mdev, _) =>
        {
            ApQueue queue = mdev.FindQueue(new Apqn(5, 4));
            await kernel.QueueWork(queue);
            await kernel.Msleep(5);
            await kernel.QueueWork(queue);
            await kernel.QueueWork(queue);
            await kernel.FlushWork(queue);
            log.Add("flushed");
            return 0;
        });
        stage.RunAll(run =>
        {
            Assert.That(log, Is.EqualTo(["done 0 at 10ms", "done 0 at 20ms", "flushed"]), "twice, not three times");
            log.Clear();
        });
    }

    [Test]
    public void Queued_twice_before_it_runs_it_runs_once()
    {
        // Whether the worker begins between the two is a choice: then it runs again.
        Stage stage = Staged(async (kernel, mdev, _) =>
        {
            ApQueue queue = mdev.FindQueue(new Apqn(5, 4));
            await kernel.QueueWork(queue);
            await kernel.QueueWork(queue);
            await kernel.FlushWork(queue);
            return 0;
        });
        var counts = new SortedSet<int>();
        stage.RunAll(run =>
        {
            counts.Add(log.Count);
            log.Clear();
        });
        Assert.That(counts, Is.EqualTo([1, 2]));
    }

    [Test]
    public void Work_of_two_queues_runs_at_the_same_time()
    {
        Stage stage = Staged(async (kernel, mdev, _) =>
        {
            foreach (ApQueue queue in mdev.Queues)
                await kernel.QueueWork(queue);
            foreach (ApQueue queue in mdev.Queues)
                await kernel.FlushWork(queue);
            return 0;
        });
        stage.Run();
        Assert.That(log.Order(), Is.EqualTo(["done 0 at 10ms", "done 1 at 10ms"]));
        Assert.That(stage.Engine.EndNs, Is.EqualTo(10 * Stage.Ms));
    }

    [Test]
    public void Several_flushes_of_one_work_all_return()
    {
        var stage = new Stage(
            new ScriptedDriver
            {
                Open = async (kernel, mdev, _) =>
                {
                    ApQueue queue = mdev.FindQueue(new Apqn(5, 4));
                    if (mdev.Index == 0)
                        await kernel.QueueWork(queue);
                    await kernel.Msleep(1);
                    await kernel.FlushWork(queue);
                    await kernel.Msleep(5);
                    return 0;
                },
                Work = Sleep,
            },
            mdevs: 3,
            scenario: Stage.Empty(3) with { Topology = Shared() });
        stage.RunAll(run => Assert.That((run.Engine.End, run.Engine.EndNs), Is.EqualTo((RunEnd.AtRest, 15 * Stage.Ms))), atNs: 10 * Stage.Ms);

        static ApChaos.Machine.Topology Shared()
        {
            ApChaos.Machine.Topology shape = Stage.Empty(3).Topology;
            return new ApChaos.Machine.Topology
            {
                Adapters = shape.Adapters,
                Domains = shape.Domains,
                Guests = shape.Guests,
                Mdevs = [.. Enumerable.Repeat(new ApChaos.Machine.MdevShape(0b01, 0b11), 3)],
            };
        }
    }

    [Test]
    public void Work_without_a_flush_still_runs_before_the_run_is_over()
    {
        Stage stage = Staged(async (kernel, mdev, _) =>
        {
            await kernel.QueueWork(mdev.FindQueue(new Apqn(5, 4)));
            return 0;
        });
        stage.Run();
        Assert.That(log, Is.EqualTo(["done 0 at 10ms"]));
    }

    private Stage Staged(Func<Kernel, MatrixMdev, Kvm, ApTask<int>> open) => Made = new Stage(new ScriptedDriver { Open = open, Work = Sleep });

    private Stage Made { get; set; } = null!;

    private async ApTask Sleep(Kernel kernel, ApQueue queue)
    {
        await kernel.Msleep(10);
        if (Made is { } stage)
            log.Add($"done {queue.Index} at {stage.Engine.EndNs / Stage.Ms}ms");
    }
}
