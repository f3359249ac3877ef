using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Running;

/// <summary>What a driver does wrong is a violation with a clear text, never an error of the harness and never silence.</summary>
[TestFixture]
public sealed class DriverMistakeTests
{
    private static readonly Apqn Queue = new(5, 4);

    private static readonly (string Title, Func<Kernel, MatrixMdev, Kvm, ApTask<int>> Open, EventKind Kind, string Text)[] Mistakes =
    [
        ("awaits a task", AwaitsATask, EventKind.DriverCrash,
            "InvalidOperationException: The driver awaited TaskAwaiter, which is not an operation of the machine; "
            + "await only Kernel operations and ApTasks"),
        ("does not await an operation", DoesNotAwait, EventKind.DriverCrash,
            "InvalidOperationException: ZAPQ was not awaited before msleep was called: await each operation at once"),
        ("does not await its last operation", DoesNotAwaitTheLast, EventKind.DriverCrash,
            "InvalidOperationException: ZAPQ was not awaited before the driver returned: await each operation at once"),
        ("does not await its last call", DoesNotAwaitTheLastCall, EventKind.DriverCrash,
            "InvalidOperationException: ZAPQ was not awaited before the driver returned: await each operation at once"),
        ("awaits an operation twice", AwaitsTwice, EventKind.DriverCrash,
            "InvalidOperationException: The driver waits, but for nothing: await each operation and each call exactly once"),
        ("throws after a wait", ThrowsLater, EventKind.DriverCrash, "FormatException: mine"),
        ("throws at once", ThrowsAtOnce, EventKind.DriverCrash, "FormatException: mine"),
        ("uses a queue that it did not find", UsesNull, EventKind.NullDereference, "a null struct vfio_ap_queue was used"),
        ("uses a queue that it freed", UsesFreed, EventKind.UseAfterFree, "struct vfio_ap_queue of 05.0004 was used after it was freed"),
        ("registers a GISC with no guest", UsesNoGuest, EventKind.NullDereference, "a null struct kvm was used"),
    ];

    private static IEnumerable<TestCaseData> Titles =>
        Mistakes.Select((mistake, index) => new TestCaseData(index).SetArgDisplayNames(mistake.Title));

    [TestCaseSource(nameof(Titles))]
    public void A_driver_that_makes_the_mistake_ends_the_run_with_a_text_that_names_it(int index)
    {
        var (_, open, kind, text) = Mistakes[index];
        var stage = new Stage(new ScriptedDriver { Open = open });
        stage.Run();
        Assert.That(stage.Engine.End, Is.EqualTo(RunEnd.Crash));
        Assert.That(stage.TextOf(kind), Is.EqualTo(text));
        Assert.That(stage.Of(kind).Count(), Is.EqualTo(1));
    }

    [TestCaseSource(nameof(Titles))]
    public void The_next_run_of_the_same_engine_is_as_if_nothing_had_been(int index)
    {
        bool wrong = true;
        var stage = new Stage(new ScriptedDriver
        {
            Open = (kernel, mdev, kvm) => wrong ? Mistakes[index].Open(kernel, mdev, kvm) : Right(kernel, mdev, kvm),
        });
        stage.Run();
        wrong = false;
        stage.Run();
        Assert.That(stage.Engine.End, Is.EqualTo(RunEnd.AtRest));
        Assert.That(stage.Engine.Hash, Is.EqualTo(new Stage(new ScriptedDriver { Open = Right }).Run().Engine.Hash));
    }

    [Test]
    public void Every_entry_point_may_throw([Values] DriverOperation operation)
    {
        Driver? driver = operation switch
        {
            DriverOperation.OpenDevice => new ScriptedDriver { Open = ThrowsLater },
            DriverOperation.CloseDevice => new ScriptedDriver { Close = (kernel, _) => Throws(kernel) },
            DriverOperation.ResetDevice => new ScriptedDriver { Reset = (kernel, _) => Fails<int>(kernel) },
            DriverOperation.RemoveQueue => new ScriptedDriver { Remove = (kernel, _) => Throws(kernel) },
            DriverOperation.ResetWork => new ScriptedDriver { Open = QueuesWork, Work = (kernel, _) => Throws(kernel) },
            DriverOperation.AqicIntercept => new ScriptedDriver { Open = Hooks, Intercept = (kernel, _, _, _, _) => Fails<ApqSw>(kernel) },
            DriverOperation.ConfigChanged => new ThrowingScanner { AtChange = true },
            DriverOperation.ScanComplete => new ThrowingScanner(),
            _ => null,
        };

        // probe and dma-unmap are not called by any program of the surroundings yet.
        if (driver is null)
            return;
        Scenario scenario = Stage.Guest([new GuestAction(GuestActionKind.EnableIrq, 0, [0], Nib: 0x1240)]);
        scenario = scenario with { UnbindQueue = 0, Guests = [scenario.Guests[0] with { ResetsDevice = true }] };
        var stage = new Stage(driver, scenario: scenario);
        stage.Run();
        Assert.That(stage.Engine.End, Is.EqualTo(RunEnd.Crash));
        Assert.That(stage.TextOf(EventKind.DriverCrash), Is.EqualTo("FormatException: mine"));
        Assert.That(stage.Of(EventKind.OperationEntered).Last().A, Is.EqualTo((long)operation));
    }

    [Test]
    public void A_driver_that_turns_in_a_circle_without_time_is_stopped()
    {
        var stage = new Stage(new ScriptedDriver
        {
            Open = async (kernel, _, _) =>
            {
                while (true)
                    await kernel.Tapq(Queue);
            },
        });
        stage.Run();
        Assert.That(stage.Engine.End, Is.EqualTo(RunEnd.Livelock));
        Assert.That(stage.Of(EventKind.Livelocked).Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_driver_that_never_comes_back_does_not_keep_the_run_from_ending()
    {
        var stage = new Stage(new ScriptedDriver
        {
            Open = async (kernel, _, _) =>
            {
                while (true)
                    await kernel.Msleep(1000);
            },
        });
        stage.Run();
        Assert.That(stage.Engine.End, Is.EqualTo(RunEnd.Unsettled));
        RunBudgets budgets = stage.Engine.Setup.Budgets;
        Assert.That(stage.Of(EventKind.Healed).Single().TimeNs, Is.EqualTo(budgets.OperationNs), "the faults are lifted when its budget is used up");
        Assert.That(stage.Engine.EndNs, Is.EqualTo(budgets.OperationNs + budgets.RestNs));
    }

    private static async ApTask<int> Right(Kernel kernel, MatrixMdev mdev, Kvm kvm)
    {
        await kernel.Zapq(Queue);
        await kernel.Msleep(20);
        return 0;
    }

    private static async ApTask<int> AwaitsATask(Kernel kernel, MatrixMdev mdev, Kvm kvm)
    {
        await kernel.Zapq(Queue);
        await Task.Delay(1);
        return 0;
    }

    private static async ApTask<int> DoesNotAwait(Kernel kernel, MatrixMdev mdev, Kvm kvm)
    {
        _ = kernel.Zapq(Queue);
        await kernel.Msleep(20);
        return 0;
    }

    private static async ApTask<int> DoesNotAwaitTheLast(Kernel kernel, MatrixMdev mdev, Kvm kvm)
    {
        await kernel.Msleep(20);
        _ = kernel.Zapq(Queue);
        return 0;
    }

    private static ApTask<int> DoesNotAwaitTheLastCall(Kernel kernel, MatrixMdev mdev, Kvm kvm)
    {
        _ = Reset(kernel);
        return ApTask.FromResult(0);

        static async ApTask Reset(Kernel kernel) => await kernel.Zapq(Queue);
    }

    private static async ApTask<int> AwaitsTwice(Kernel kernel, MatrixMdev mdev, Kvm kvm)
    {
        var zapq = kernel.Zapq(Queue);
        await zapq;
        await zapq;
        return 0;
    }

    private static async ApTask<int> ThrowsLater(Kernel kernel, MatrixMdev mdev, Kvm kvm) => await Fails<int>(kernel);

    private static ApTask<int> ThrowsAtOnce(Kernel kernel, MatrixMdev mdev, Kvm kvm) => throw new FormatException("mine");

    private static async ApTask<int> UsesNull(Kernel kernel, MatrixMdev mdev, Kvm kvm)
    {
        await kernel.Msleep(1);
        mdev.FindQueue(new Apqn(99, 99)).SavedIsc = 3;
        return 0;
    }

    private static async ApTask<int> UsesFreed(Kernel kernel, MatrixMdev mdev, Kvm kvm)
    {
        ApQueue queue = mdev.FindQueue(Queue);
        await kernel.FreeQueue(queue);
        return queue.SavedIsc;
    }

    private static async ApTask<int> UsesNoGuest(Kernel kernel, MatrixMdev mdev, Kvm kvm) => (int)await kernel.GiscRegister(default, 3);

    private static async ApTask<int> QueuesWork(Kernel kernel, MatrixMdev mdev, Kvm kvm)
    {
        await kernel.QueueWork(mdev.FindQueue(Queue));
        return 0;
    }

    private static async ApTask<int> Hooks(Kernel kernel, MatrixMdev mdev, Kvm kvm)
    {
        await kernel.SetHook(kvm, mdev);
        return 0;
    }

    private static async ApTask Throws(Kernel kernel) => await Fails<int>(kernel);

    private static async ApTask<T> Fails<T>(Kernel kernel)
    {
        await kernel.Msleep(1);
        throw new FormatException("mine");
    }

    private sealed class ThrowingScanner : ScriptedDriver
    {
        public bool AtChange { get; init; }

        public override async ApTask ConfigChanged()
        {
            if (AtChange)
                await Throws(Kernel);
        }

        public override async ApTask ScanComplete() => await Throws(Kernel);
    }
}
