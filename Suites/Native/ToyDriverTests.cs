// The toy driver of toytree/ under the whole harness, and copies of it with planted bugs. Every bug of this file ends in a finding of
// the run; none ends this process.

using ApChaos.Abstractions;
using ApChaos.Exploring;

namespace ApChaos.Suites.Native;

public sealed class ToyDriverTests
{
    private static readonly TestCaseData[] PlantedCrashes =
    [
        Crash("null pointer", "use of null", "q->nib = nib;", "q->nib = nib; ((struct toy_queue *)0)->isc = 1;", "null-dereference", "null pointer in enable (vfio_ap_ops.c:"),
        Crash("use after free", "kfree too early", "	end_reset(q);\n	list_del(&q->node);", "	end_reset(q);\n	kfree(q);\n	list_del(&q->node);", "use-after-free", "use after free in"),
        Crash("double free", "kfree twice", "	kfree(q);\n	mutex_unlock", "	kfree(q); kfree(q);\n	mutex_unlock", "use-after-free", "double free at vfio_ap_ops.c:"),
        Crash("active work freed", "no flush", "	end_reset(q);\n	list_del(&q->node);", "	list_del(&q->node);", "use-after-free", "with a work item that waits or runs in it"),
        Crash("overrun", "write behind", "q->isc = isc;", "q->isc = isc; ((char *)q)[4096 - ((unsigned long)q & 4095)] = 1;", "driver-crash", "out of bounds in enable (vfio_ap_ops.c:"),
        Crash("redzone", "write before", "	list_del(&q->node);", "	((char *)q)[-1] = 1;\n	list_del(&q->node);", "driver-crash", "was written past its end or beginning"),
        Crash("wild", "made-up pointer", "q->isc = isc;", "q->isc = *(int *)0x123456789abc;", "driver-crash", "wild access in enable (vfio_ap_ops.c:"),
        Crash("jump", "call through null", "q->isc = isc;", "q->isc = ((int (*)(void))0)();", "null-dereference", "null pointer in enable (vfio_ap_ops.c:"),
        Crash("list poison", "unlinked twice", "	list_del(&q->node);", "	list_del(&q->node); list_del(&q->node);", "null-dereference", "null pointer in"),
        Crash("stack", "endless recursion", "static void give_back(struct toy_queue *q)\n{", "static int deep(volatile int *n)\n{\n	volatile int m[64];\n	m[0] = *n + 1;\n	return deep(m) + m[0];\n}\n\nstatic void give_back(struct toy_queue *q)\n{\n	volatile int n = 0;\n	if (q->nib && deep(&n))\n		return;", "driver-crash", "the kernel stack overflowed in"),
        Crash("circle", "endless loop", "q->isc = isc;", "q->isc = isc; for (;;) __asm__ volatile(\"\");", "driver-crash", "the code turns in a circle"),
        Crash("bug", "BUG", "q->isc = isc;", "BUG_ON(q->isc == isc);", "driver-crash", "q->isc == isc at vfio_ap_ops.c:"),
        Crash("division", "by zero", "q->isc = isc;", "volatile int zero = 0; q->isc = isc / zero;", "driver-crash", "wild access in enable"),
    ];

    private static readonly TestCaseData[] PlantedBugs =
    [
        new TestCaseData("irq-off-at-end", "slow-reset", "	flush_work(&q->reset_work);", "	give_back(q);", "nib-store-after-unpin").SetArgDisplayNames("removed flush"),
        new TestCaseData("irq-off-at-end", "slow-reset", "	q->last = ap_zapq(q->apqn);\n	queue_work", "	give_back(q); q->last = ap_zapq(q->apqn);\n	queue_work", "nib-store-after-unpin").SetArgDisplayNames("early unpin"),
        new TestCaseData("documented", "calm", "	give_back(q);\n	return status;", "	return status;", "").SetArgDisplayNames("look-alike: the reset gives back later"),
        new TestCaseData("documented", "calm", "	vfio_unpin_pages(&q->owner->vdev, q->nib, 1);\n	q->nib", "	q->nib", "pin-leak").SetArgDisplayNames("no unpin"),
        new TestCaseData("documented", "calm", "	kvm_s390_gisc_unregister(q->owner->kvm, q->isc);\n	vfio_unpin", "	vfio_unpin", "gisc-leak").SetArgDisplayNames("no gisc_unregister"),
        new TestCaseData("documented", "calm", "	mutex_unlock(&toy->mdevs_lock);\n	return 0;\n}\n\nstatic void lock_all", "	return 0;\n}\n\nstatic void lock_all", "deadlock").SetArgDisplayNames("forgotten unlock"),
    ];

    private static TestCaseData Crash(string name, string how, string from, string to, string oracle, string message) =>
        new TestCaseData(from, to, oracle, message).SetArgDisplayNames(name, how);

    [SetUp]
    public void NeedCompiler() => Trees.NeedCompiler();

    [Test]
    public void The_toy_is_quiet_on_a_calm_machine() => Assert.That(Bench.Findings(Bench.Of(Trees.Toy), runs: 200), Is.Empty);

    [Test]
    public void The_toy_waits_for_a_slow_reset() =>
        Assert.That(Bench.Findings(Bench.Of(Trees.Toy), "slow-reset", "irq-off-at-end", runs: 200).Keys, Has.None.StartWith("nib-store"));

    [Test]
    public void The_same_seed_gives_the_same_trace_in_a_thousand_runs()
    {
        var engine = Bench.Engine(Bench.Of(Trees.Toy), "reset-storm", "hostile");
        var again = Bench.Engine(Bench.Of(Trees.Toy), "reset-storm", "hostile");
        Bench.RequireSameHashes(engine, again, 1000);
    }

    [Test]
    public void Another_thread_gives_the_same_traces()
    {
        var (here, there) = (Hashes(), Array.Empty<ulong>());
        var thread = new Thread(() => there = Hashes());
        thread.Start();
        thread.Join();
        Assert.That(there, Is.EqualTo(here));
    }

    [TestCaseSource(nameof(PlantedCrashes))]
    public void A_crash_becomes_a_finding_with_function_and_line(string from, string to, string oracle, string message)
    {
        using var tree = Trees.Changed(Trees.Toy, (from, to));
        var found = Bench.Findings(Bench.Of(tree.Path), runs: 40);
        Assert.That(found, Contains.Key(oracle));
        Assert.That(found[oracle], Does.Contain(message));
    }

    [TestCaseSource(nameof(PlantedBugs))]
    public void A_planted_bug_is_caught(string firmware, string plan, string from, string to, string oracle)
    {
        using var tree = Trees.Changed(Trees.Toy, (from, to));
        var found = Bench.Findings(Bench.Of(tree.Path), plan, firmware, runs: 200);
        Assert.That(found.Keys, oracle.Length == 0 ? Is.Empty : Contains.Item(oracle));
    }

    [TestCase("", false)]
    [TestCase("	m->kvm = NULL;\n", true)]
    public void An_mdev_that_is_used_after_its_removal_is_caught(string after, bool isCaught)
    {
        const string Put = "	put_device(&m->vdev.device);\n";
        using var tree = Trees.Changed(Trees.Toy, (Put, Put + after));
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Bench.Run(Bench.Of(tree.Path), """{ "name": "remove", "faults": [ { "fault": "mdev-remove" } ] }""", "toy", (engine, _) => Bench.Note(engine, found));
        Assert.That(found.Keys, isCaught ? Is.EqualTo((string[])["use-after-free"]) : Is.Empty);
    }

    [Test]
    public void Ten_thousand_contained_crashes_leave_managed_null_references_alone()
    {
        using var tree = Trees.Changed(Trees.Toy, ("q->nib = nib;", "q->nib = nib; ((struct toy_queue *)0)->isc = 1;"));
        var engine = Bench.Engine(Bench.Of(tree.Path), "calm", "documented");
        var walk = new RandomWalk();
        var (crashes, nulls) = (0, 0);
        for (var run = 0; run < 10_000; run++)
        {
            walk.Restart(RandomNumbers.Seed("crash", (ulong)run));
            engine.Run(walk);
            crashes += engine.FindingCount;
            try
            {
                Touch(null!);
            }
            catch (NullReferenceException)
            {
                nulls++;
            }
        }

        Assert.That((crashes > 5_000, nulls), Is.EqualTo((true, 10_000)));
    }

    private static int Touch(string text) => text.Length;

    private static ulong[] Hashes()
    {
        var engine = Bench.Engine(Bench.Of(Trees.Toy), "calm", "irq-off-at-end");
        var walk = new RandomWalk();
        return [.. Enumerable.Range(0, 50).Select(run =>
        {
            walk.Restart(RandomNumbers.Seed("thread", (ulong)run));
            engine.Run(walk);
            return engine.Hash;
        })];
    }
}
