using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Suites.Engine.Machine;

/// <summary>Locks of the host. Who waits and who is next is the run's business (Running/LockWaitTests).</summary>
[TestFixture]
public sealed class LockTests
{
    private const int Lock = 2;

    [Test]
    public void A_lock_held_alone_keeps_everybody_else_out()
    {
        ApMachine machine = new Bench().Machine;
        Assert.That((machine.CanLock(Lock, shared: false), machine.CanLock(Lock, shared: true)), Is.EqualTo((true, true)));
        machine.TakeLock(Lock, actor: 0, shared: false);
        Assert.That((machine.CanLock(Lock, shared: false), machine.CanLock(Lock, shared: true)), Is.EqualTo((false, false)));
        Assert.That(machine.CanLock(Lock + 1, shared: false), Is.True, "another lock is another lock");
        machine.GiveLock(Lock, actor: 0, shared: false);
        Assert.That(machine.CanLock(Lock, shared: false), Is.True);
    }

    [Test]
    public void Readers_share_and_keep_writers_out_until_the_last_is_gone()
    {
        ApMachine machine = new Bench().Machine;
        machine.TakeLock(Lock, actor: 0, shared: true);
        Assert.That(machine.CanLock(Lock, shared: true), Is.True);
        machine.TakeLock(Lock, actor: 1, shared: true);
        machine.GiveLock(Lock, actor: 0, shared: true);
        Assert.That(machine.CanLock(Lock, shared: false), Is.False);
        machine.GiveLock(Lock, actor: 1, shared: true);
        Assert.That(machine.CanLock(Lock, shared: false), Is.True);
    }

    [Test]
    public void How_long_it_was_held_is_told_when_it_is_given_back()
    {
        var bench = new Bench();
        bench.Pass(3 * Bench.Ms);
        bench.Machine.TakeLock(Lock, actor: 0, shared: false);
        bench.Pass(7 * Bench.Ms);
        bench.Machine.GiveLock(Lock, actor: 0, shared: false);
        MachineEvent taken = bench.Of(EventKind.LockTaken).Single();
        MachineEvent released = bench.Of(EventKind.LockReleased).Single();
        Assert.That((taken.A, taken.B), Is.EqualTo(((long)Lock, 0L)));
        Assert.That((released.A, released.B), Is.EqualTo(((long)Lock, 7 * Bench.Ms)));
    }

    [TestCase(false, false, Description = "held by nobody")]
    [TestCase(false, true, Description = "held by nobody for reading")]
    [TestCase(true, true, Description = "held alone, given back as if for reading")]
    public void Giving_back_what_one_does_not_hold_is_misuse_and_changes_nothing(bool taken, bool shared)
    {
        var bench = new Bench();
        if (taken)
            bench.Machine.TakeLock(Lock, actor: 0, shared: false);
        Assert.That(bench.Machine.GiveLock(Lock, actor: 0, shared), Is.False);
        Assert.That(bench.Of(EventKind.LockMisused).Single().A, Is.EqualTo(Lock));
        Assert.That(bench.Machine.CanLock(Lock, shared: false), Is.EqualTo(!taken));
    }

    [Test]
    public void Nobody_gives_back_a_lock_that_another_holds_alone()
    {
        var bench = new Bench();
        bench.Machine.TakeLock(Lock, actor: 0, shared: false);
        bench.Machine.GiveLock(Lock, actor: 1, shared: false);
        Assert.That(bench.Of(EventKind.LockMisused).Count(), Is.EqualTo(1));
        Assert.That(bench.Machine.CanLock(Lock, shared: true), Is.False);
    }

    [Test]
    public void A_lock_held_for_reading_is_not_given_back_as_if_held_alone()
    {
        var bench = new Bench();
        bench.Machine.TakeLock(Lock, actor: 0, shared: true);
        bench.Machine.GiveLock(Lock, actor: 0, shared: false);
        Assert.That(bench.Of(EventKind.LockMisused).Count(), Is.EqualTo(1));
        Assert.That(bench.Machine.CanLock(Lock, shared: false), Is.False);
    }

    [Test]
    public void Freeing_an_object_twice_or_one_that_never_was_is_told()
    {
        var bench = new Bench();
        long handle = bench.Machine.Allocate();
        Assert.That(handle, Is.Positive);
        bench.Machine.Release(handle);
        bench.Machine.Release(handle);
        bench.Machine.Release(0);
        bench.Machine.Release(handle + 1);
        Assert.That(bench.Of(EventKind.Freed).Select(e => e.B), Is.EqualTo([0L, 1L, 1L, 1L]));
    }

    [Test]
    public void Freeing_a_queues_structure_unbinds_it_once()
    {
        var bench = new Bench();
        bench.Machine.FreeQueue(1);
        Assert.That(bench.Machine.QueueBound(1), Is.False);
        bench.Machine.FreeQueue(1);
        Assert.That(
            bench.Events.Select(e => (e.Kind, e.Queue)),
            Is.EqualTo(new[] { (EventKind.QueueUnbound, (short)1), (EventKind.UseAfterFree, (short)1) }));
    }
}
