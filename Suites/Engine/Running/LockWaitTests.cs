using ApChaos.Abstractions;
using ApChaos.Running;
using ApChaos.Suites.Engine.Machine;

namespace ApChaos.Suites.Engine.Running;

/// <summary>Who waits for a lock, and who is next (the machine's side is in Machine/LockTests).</summary>
[TestFixture]
public sealed class LockWaitTests
{
    [Test]
    public void Of_three_actors_one_at_a_time_is_inside_in_every_schedule()
    {
        var stage = new Stage(new ScriptedDriver { Open = Alone }, mdevs: 3);
        var orders = new SortedSet<string>(StringComparer.Ordinal);
        stage.RunAll(run =>
        {
            Assert.That(run.Engine.End, Is.EqualTo(RunEnd.AtRest));
            AssertNeverShared(run);
            orders.Add(string.Concat(run.Of(EventKind.LockTaken).Select(e => e.Actor)));
        }, atNs: Stage.Ms);
        Assert.That(orders, Has.Count.EqualTo(6), "and each may be first, second or third");

        static async ApTask<int> Alone(Kernel kernel, MatrixMdev mdev, Kvm kvm)
        {
            await kernel.Msleep(1);
            await kernel.Lock(KernelLock.Mdevs);
            await kernel.Unlock(KernelLock.Mdevs);
            await kernel.Msleep(1);
            return 0;
        }
    }

    [Test]
    public void Who_waits_and_for_whom_is_told()
    {
        var stage = new Stage(new ScriptedDriver { Open = Hold }, mdevs: 2);
        stage.RunAll(run =>
        {
            AssertNeverShared(run);
            MachineEvent waited = run.Of(EventKind.LockWaited).Single();
            Assert.That(((int)waited.Actor, waited.A, waited.B, waited.TimeNs), Is.EqualTo((1, 2L, 0L, Stage.Ms)));
            Assert.That(run.Of(EventKind.LockTaken).Last().TimeNs, Is.EqualTo(20 * Stage.Ms), "as soon as it is given back");
        }, atNs: 20 * Stage.Ms);

        static async ApTask<int> Hold(Kernel kernel, MatrixMdev mdev, Kvm kvm)
        {
            await kernel.Msleep(mdev.Index);
            await kernel.Lock(KernelLock.Mdevs);
            await kernel.Msleep(20 - mdev.Index);
            await kernel.Unlock(KernelLock.Mdevs);
            await kernel.Msleep(1);
            return 0;
        }
    }

    /// <summary>A vCPU whose first deed is an interception begins to wait in the step of the VMM that started it.</summary>
    [Test]
    public void Who_waits_is_told_though_it_was_started_by_another()
    {
        Scenario empty = Stage.Empty(2);
        var aqic = new GuestAction(GuestActionKind.EnableIrq, 0, [0], Nib: 0x1240, Isc: 3);
        Scenario scenario = empty with { Guests = [new GuestWorkload([[aqic]], [100 * Stage.Ms], ResetsDevice: false), empty.Guests[1]] };
        Stage stage = new Stage(new ScriptedDriver { Open = Hold }, scenario: scenario).Run();
        MachineEvent waited = stage.Of(EventKind.LockWaited).Single();
        Assert.That((stage.Engine.ActorName(waited.Actor), stage.Engine.ActorName((int)waited.B)), Is.EqualTo(("vCPU0 of G1", "VMM1")));

        static async ApTask<int> Hold(Kernel kernel, MatrixMdev mdev, Kvm kvm)
        {
            if (mdev.Index == 0)
            {
                await kernel.Msleep(1);
                return 0;
            }

            await kernel.Lock(KernelLock.PqapHook);
            await kernel.Msleep(20);
            await kernel.Unlock(KernelLock.PqapHook);
            return 0;
        }
    }

    [Test]
    public void Readers_may_be_inside_together_and_a_writer_never_with_them()
    {
        // Mdevs 0 and 1 read, mdev 2 writes.
        var stage = new Stage(new ScriptedDriver { Open = ReadOrWrite }, mdevs: 3);
        int most = 0;
        stage.RunAll(run =>
        {
            Assert.That(run.Engine.End, Is.EqualTo(RunEnd.AtRest));
            most = Math.Max(most, AssertNeverShared(run));
        }, atNs: Stage.Ms);
        Assert.That(most, Is.EqualTo(2));

        static async ApTask<int> ReadOrWrite(Kernel kernel, MatrixMdev mdev, Kvm kvm)
        {
            bool writes = mdev.Index == 2;
            await kernel.Msleep(1);
            await (writes ? kernel.Lock(KernelLock.PqapHook) : kernel.LockShared(KernelLock.PqapHook));
            await (writes ? kernel.Unlock(KernelLock.PqapHook) : kernel.UnlockShared(KernelLock.PqapHook));
            await kernel.Msleep(1);
            return 0;
        }
    }

    [Test]
    public void An_actor_that_takes_its_own_lock_again_waits_for_ever()
    {
        var stage = new Stage(new ScriptedDriver
        {
            Open = async (kernel, _, _) =>
            {
                await kernel.Lock(KernelLock.Guests);
                await kernel.Lock(KernelLock.Guests);
                return 0;
            },
        });
        stage.Run();
        Assert.That(stage.Engine.End, Is.EqualTo(RunEnd.Deadlock));
        Assert.That(stage.Of(EventKind.Deadlocked).Single().A, Is.EqualTo(1), "one actor waits");
    }

    [Test]
    public void Two_locks_in_two_orders_end_in_a_deadlock_in_some_schedules_and_not_in_others()
    {
        var stage = new Stage(new ScriptedDriver { Open = InTwoOrders }, mdevs: 2);
        var ends = new SortedSet<RunEnd>();
        stage.RunAll(run => ends.Add(run.Engine.End), atNs: Stage.Ms);
        Assert.That(ends, Is.EqualTo([RunEnd.AtRest, RunEnd.Deadlock]));

        static async ApTask<int> InTwoOrders(Kernel kernel, MatrixMdev mdev, Kvm kvm)
        {
            KernelLock first = mdev.Index == 0 ? KernelLock.Guests : KernelLock.Mdevs;
            KernelLock second = mdev.Index == 0 ? KernelLock.Mdevs : KernelLock.Guests;
            await kernel.Msleep(1);
            await kernel.Lock(first);
            await kernel.Lock(second);
            await kernel.Unlock(second);
            await kernel.Unlock(first);
            await kernel.Msleep(1);
            return 0;
        }
    }

    [Test]
    public void Giving_back_a_lock_that_one_does_not_hold_is_told()
    {
        var stage = new Stage(new ScriptedDriver
        {
            Open = async (kernel, _, _) =>
            {
                await kernel.Unlock(KernelLock.Guests);
                await kernel.UnlockShared(KernelLock.PqapHook);
                return 0;
            },
        });
        stage.Run();
        Assert.That(stage.Of(EventKind.LockMisused).Select(e => e.A), Is.EqualTo([1L, 3L]));
        Assert.That(stage.Engine.End, Is.EqualTo(RunEnd.AtRest));
    }

    [Test]
    public void Each_guest_has_a_lock_of_its_own()
    {
        var stage = new Stage(new ScriptedDriver { Open = OfTheGuest }, mdevs: 2);
        stage.RunAll(run => Assert.That(run.Of(EventKind.LockWaited), Is.Empty), atNs: Stage.Ms);
        Assert.That(
            stage.Of(EventKind.LockTaken).Select(e => stage.Engine.Names.Lock((int)e.A)).Order(StringComparer.Ordinal),
            Is.EqualTo(["kvm->lock of G1", "kvm->lock of G2"]));

        static async ApTask<int> OfTheGuest(Kernel kernel, MatrixMdev mdev, Kvm kvm)
        {
            await kernel.Msleep(1);
            await kernel.Lock(KernelLock.KvmLock(kvm));
            await kernel.Unlock(KernelLock.KvmLock(kvm));
            await kernel.Msleep(1);
            return 0;
        }
    }

    [TestCaseSource(typeof(Stock), nameof(Stock.Drivers))]
    public void No_real_driver_is_ever_let_into_a_lock_that_another_holds(string driver)
    {
        var stage = new Stage(Stock.Create(driver), Stock.Scenario, Bench.Firmware("\"irq-off-point\": \"at-async-end\""));
        for (ulong seed = 0; seed < 50; seed++)
            AssertNeverShared(stage.Run(seed));
    }

    /// <summary>Follows the trace of a run; gives the most readers that held one lock together.</summary>
    private static int AssertNeverShared(Stage run)
    {
        var alone = new SortedDictionary<long, int>();
        var readers = new SortedDictionary<long, int>();
        int most = 0;
        foreach (MachineEvent e in run.Trace.Events)
        {
            if (e.Kind == EventKind.LockTaken)
            {
                Assert.That(alone, Does.Not.ContainKey(e.A));
                if (e.B == 0)
                {
                    Assert.That(readers.GetValueOrDefault(e.A), Is.Zero);
                    alone.Add(e.A, e.Actor);
                }
                else
                {
                    readers[e.A] = readers.GetValueOrDefault(e.A) + 1;
                    most = Math.Max(most, readers[e.A]);
                }
            }
            else if (e.Kind == EventKind.LockReleased && alone.TryGetValue(e.A, out int holder))
            {
                Assert.That(e.Actor, Is.EqualTo(holder));
                alone.Remove(e.A);
            }
            else if (e.Kind == EventKind.LockReleased)
            {
                readers[e.A]--;
            }
        }

        Assert.That(run.Of(EventKind.LockMisused), Is.Empty);
        return most;
    }
}
