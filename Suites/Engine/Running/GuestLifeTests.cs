using ApChaos.Abstractions;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Running;

/// <summary>The surroundings of the driver: VMMs, vCPUs, the interception of PQAP(AQIC), the bus scan (ap-facts §8, §9).</summary>
[TestFixture]
public sealed class GuestLifeTests
{
    private static readonly GuestAction Enable = new(GuestActionKind.EnableIrq, 0, [0], Nib: 0x1245, Isc: 6);

    [Test]
    public void A_guest_is_created_opened_closed_and_gives_its_memory_back()
    {
        Stage stage = new Stage(new ScriptedDriver()).Run();
        Assert.That(
            stage.Trace.Events.Where(e => e.Kind is not (EventKind.Step or EventKind.PageGiven)).Select(e => e.Kind.ToString()),
            Is.EqualTo(
            [
                "GuestCreated", "OperationEntered", "OperationExited", "OperationEntered", "OperationExited", "KvmReference", "GuestDestroyed",
                "Healed", "AtRest",
            ]));
        Assert.That(Operations(stage), Is.EqualTo([DriverOperation.OpenDevice, DriverOperation.CloseDevice]));
        Assert.That(stage.Engine.End, Is.EqualTo(RunEnd.AtRest));
    }

    [Test]
    public void A_guest_whose_device_could_not_be_opened_has_no_vCPUs_and_nothing_to_close()
    {
        var stage = new Stage(
            new ScriptedDriver { Open = (_, _, _) => ApTask.FromResult(-16) },
            scenario: Stage.Guest([new GuestAction(GuestActionKind.Test, 0, [0])]));
        stage.Run();
        Assert.That(Operations(stage), Is.EqualTo([DriverOperation.OpenDevice]));
        Assert.That(stage.Of(EventKind.OperationExited).Single().C, Is.EqualTo(-16));
        Assert.That(stage.Of(EventKind.Instruction), Is.Empty);
        Assert.That(stage.Of(EventKind.GuestDestroyed).Count(), Is.EqualTo(1));
    }

    [Test]
    public void The_next_guest_of_an_mdev_begins_when_the_one_before_is_gone()
    {
        Stage stage = new Stage(new ScriptedDriver(), Stock.Scenario, FirmwareFile.LoadShipped()[1]).Run(1);
        int gone = stage.Of(EventKind.GuestDestroyed).Single(e => e.Guest == 0).Step;
        Assert.That(stage.Of(EventKind.GuestCreated).Single(e => e.Guest == 2).Step, Is.GreaterThan(gone));
    }

    // §8 point 5 and 6; §8.1: the hook is called with what the guest named, under pqap_hook_rwsem.
    [Test]
    public void A_guests_AQIC_reaches_the_driver_with_what_the_guest_asked_for()
    {
        var calls = new List<string>();
        var stage = new Stage(
            new ScriptedDriver
            {
                Open = Hooks,
                Intercept = async (kernel, mdev, apqn, control, nib) =>
                {
                    await kernel.Msleep(1);
                    calls.Add($"{mdev.Index} {apqn} {control.Enable} {control.Isc} {nib:x}");
                    return new ApqSw(ResponseCode.OtherwiseChanged);
                },
            },
            scenario: Stage.Guest([Enable, Enable with { Kind = GuestActionKind.DisableIrq }]));
        stage.Run();
        Assert.That(calls, Is.EqualTo(["0 05.0004 True 6 1245", "0 05.0004 False 6 1245"]));
        MachineEvent[] intercepted = [.. stage.Of(EventKind.OperationExited).Where(e => e.A == (long)DriverOperation.AqicIntercept)];
        Assert.That(intercepted.Select(e => (e.C, (int)e.Queue)), Is.EqualTo(new[] { (7L, 0), (7L, 0) }), "what the guest gets");
        Assert.That(stage.Of(EventKind.LockTaken).Select(e => (e.A, e.B)), Is.EqualTo(new[] { (3L, 1L), (3L, 1L) }));
        Assert.That(stage.Of(EventKind.LockReleased).Count(), Is.EqualTo(2));
    }

    [Test]
    public void Without_a_hook_the_driver_hears_nothing()
    {
        var stage = new Stage(new ScriptedDriver(), scenario: Stage.Guest([Enable]));
        stage.Run();
        Assert.That(Operations(stage), Is.EqualTo([DriverOperation.OpenDevice, DriverOperation.CloseDevice]));
    }

    // §1.1: facility 65 is AP interruption, 12 is QCI.
    [Test]
    public void Without_facility_65_no_guest_enables_interruption_and_a_driver_that_does_has_a_specification_exception()
    {
        ResponseCode? code = null;
        bool? facility = null;
        Scenario scenario = Without(Stage.Guest([Enable]), 65);
        var stage = new Stage(
            new ScriptedDriver
            {
                Open = async (kernel, mdev, kvm) =>
                {
                    await kernel.SetHook(kvm, mdev);
                    facility = kernel.HasFacility(65);
                    code = (await kernel.Aqic(new Apqn(5, 4), AqicControl.Disable, 0)).ResponseCode;
                    return 0;
                },
            },
            scenario: scenario);
        stage.Run();
        Assert.That((code, facility), Is.EqualTo((ResponseCode.ReqFacNotInst, false)));
        MachineEvent exception = stage.Of(EventKind.SpecificationException).Single();
        Assert.That((exception.Op, (int)exception.Queue), Is.EqualTo((Op.Aqic, 0)));
        Assert.That(Operations(stage), Has.None.EqualTo(DriverOperation.AqicIntercept));
    }

    [TestCase(true, 0b11UL)]
    [TestCase(false, 0UL)]
    public void QCI_needs_facility_12(bool installed, ulong adapters)
    {
        QciResult block = new(1, 1, 1, 1, 1);
        Scenario scenario = installed ? Stage.Empty(1) : Without(Stage.Empty(1), 12);
        new Stage(
            new ScriptedDriver
            {
                Open = async (kernel, _, _) =>
                {
                    block = await kernel.Qci();
                    return 0;
                },
            },
            scenario: scenario).Run();
        Assert.That(block.Adapters, Is.EqualTo(adapters));
    }

    [Test]
    public void A_vCPU_sends_waits_for_the_reply_and_takes_it()
    {
        var stage = new Stage(
            new ScriptedDriver { Open = Grants },
            scenario: Stage.Guest([new GuestAction(GuestActionKind.Request, 0, [2 * Stage.Ms], 256)]));
        stage.Run();
        MachineEvent sent = stage.Of(EventKind.Enqueued).Single();
        MachineEvent taken = stage.Of(EventKind.Dequeued).Single();
        Assert.That((sent.TimeNs, (int)sent.Guest), Is.EqualTo((2 * Stage.Ms, 0)));
        Assert.That((taken.A, taken.B), Is.EqualTo((sent.A, 0L)));
    }

    [Test]
    public void An_interrupt_wakes_the_vCPU_that_waits_for_its_reply()
    {
        // Without interruption it looks every 5 ms; the reply comes after 1 ms.
        var stage = new Stage(
            new ScriptedDriver
            {
                Open = async (kernel, mdev, kvm) =>
                {
                    await kernel.SetMasks(kvm, 0b01, 0b11);
                    await kernel.GiscRegister(kvm, 6);
                    await kernel.Aqic(new Apqn(5, 4), new AqicControl(true, 6, 5, kvm.Index), 0x10240);
                    return 0;
                },
            },
            scenario: Stage.Guest([new GuestAction(GuestActionKind.Request, 0, [0], 256)]));
        stage.Run();
        Assert.That(stage.Of(EventKind.Dequeued).Single().TimeNs, Is.EqualTo(Stage.Ms + (50 * VirtualTime.Microsecond)), "KVM's kicker takes 50 us");
        Assert.That(stage.Of(EventKind.InterruptDelivered).Single().A, Is.EqualTo(0x80 >> 6));
    }

    [Test]
    public void A_vCPU_that_is_told_to_stop_does_so_before_the_device_is_closed()
    {
        Scenario scenario = Stage.Guest(
            [new GuestAction(GuestActionKind.Test, 0, [0]), new GuestAction(GuestActionKind.Test, 0, [VirtualTime.Second])],
            [new GuestAction(GuestActionKind.Request, 0, [0], 64)]);
        var stage = new Stage(new ScriptedDriver { Open = Grants }, knobs: "\"service-time\": [\"300ms\"]", scenario: scenario);
        stage.Run();
        MachineEvent closing = stage.Of(EventKind.OperationEntered).Single(e => e.A == (long)DriverOperation.CloseDevice);
        Assert.That(closing.TimeNs, Is.EqualTo(100 * Stage.Ms), "the guest's life, not its plans");
        Assert.That(stage.Of(EventKind.Instruction).Where(e => e.Step > closing.Step), Is.Empty);
    }

    [Test]
    public void The_VMM_resets_its_device_before_it_closes_it_where_the_workload_says_so()
    {
        Scenario scenario = Stage.Empty(1);
        scenario = scenario with { Guests = [scenario.Guests[0] with { ResetsDevice = true }] };
        Stage stage = new Stage(new ScriptedDriver { Reset = (_, _) => ApTask.FromResult(-5) }, scenario: scenario).Run();
        Assert.That(Operations(stage), Is.EqualTo([DriverOperation.OpenDevice, DriverOperation.ResetDevice, DriverOperation.CloseDevice]));
        Assert.That(stage.Of(EventKind.OperationExited).ElementAt(1).C, Is.EqualTo(-5));
    }

    [Test]
    public void A_queue_is_unbound_when_all_guests_of_the_first_mdev_are_gone()
    {
        var stage = new Stage(
            new ScriptedDriver { Remove = async (kernel, queue) => await kernel.FreeQueue(queue) },
            scenario: Stage.Empty(1) with { UnbindQueue = 1 });
        stage.Run();
        Assert.That(Operations(stage).Last(), Is.EqualTo(DriverOperation.RemoveQueue));
        Assert.That(stage.Of(EventKind.QueueUnbound).Single().Queue, Is.EqualTo(1));
    }

    [Test]
    public void The_bus_scans_when_the_machine_heals_and_tells_a_driver_that_listens()
    {
        var driver = new ScanningDriver();
        Stage stage = new Stage(driver).Run();
        Assert.That(driver.Heard, Is.EqualTo(["changed", "complete"]));
        Assert.That(Operations(stage).TakeLast(2), Is.EqualTo([DriverOperation.ConfigChanged, DriverOperation.ScanComplete]));
    }

    [Test]
    public void Foreach_over_the_queues_of_an_mdev_may_wait_and_sees_what_is_bound_meanwhile()
    {
        var seen = new List<string>();
        new Stage(new ScriptedDriver
        {
            Open = async (kernel, mdev, _) =>
            {
                foreach (ApQueue queue in mdev.Queues)
                {
                    await kernel.Msleep(1);
                    seen.Add($"{queue.Apqn}");
                    if (seen.Count == 1)
                        await kernel.FreeQueue(mdev.FindQueue(new Apqn(5, 71)));
                }

                foreach (ApQueue queue in kernel.AllQueues)
                {
                    await kernel.Msleep(1);
                    seen.Add($"{queue.Apqn}");
                }

                return 0;
            },
        }).Run();
        Assert.That(seen, Is.EqualTo(["05.0004", "05.0004", "06.0004", "06.0047"]));
    }

    private static async ApTask<int> Hooks(Kernel kernel, MatrixMdev mdev, Kvm kvm)
    {
        await kernel.SetHook(kvm, mdev);
        return 0;
    }

    private static async ApTask<int> Grants(Kernel kernel, MatrixMdev mdev, Kvm kvm)
    {
        await kernel.SetMasks(kvm, 0b01, 0b11);
        return 0;
    }

    private static Scenario Without(Scenario scenario, int facility) => scenario with
    {
        Topology = new Topology
        {
            Adapters = scenario.Topology.Adapters,
            Domains = scenario.Topology.Domains,
            Mdevs = scenario.Topology.Mdevs,
            Guests = scenario.Topology.Guests,
            Facilities = [.. scenario.Topology.Facilities.Where(installed => installed != facility)],
        },
    };

    private static IEnumerable<DriverOperation> Operations(Stage stage) =>
        stage.Of(EventKind.OperationEntered).Select(e => (DriverOperation)e.A);
}
