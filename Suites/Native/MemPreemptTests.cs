// mem-preempt: every load and store of memory that threads share is a scheduling point, and is watched for races.

namespace ApChaos.Suites.Native;

public sealed class MemPreemptTests
{
    [SetUp]
    public void NeedCompiler() => Trees.NeedCompiler();

    [TestCase("a field that every intercept writes without the lock",
        "	mutex_lock(&toy->mdevs_lock);\n	list_for_each_entry(q, &toy->queues, node)\n		if (q->apqn == (int)(gprs[0] & 0xffff)",
        "	m->resets++;\n	mutex_lock(&toy->mdevs_lock);\n	list_for_each_entry(q, &toy->queues, node)\n		if (q->apqn == (int)(gprs[0] & 0xffff)", "intercept (vfio_ap_ops.c:", "nothing orders the two")]
    [TestCase("a field that close reads while the work item writes it, without flush",
        "	flush_work(&q->reset_work);", "	q->last.queue_full = q->last.replies_waiting;", "nothing orders the two", "allocated at vfio_ap_ops.c:")]
    public void A_planted_race_is_found(string about, string from, string to, params string[] words)
    {
        using var tree = Changed((from, to));
        var found = Bench.Findings(Bench.Of(tree.Path) + "#mem-preempt", runs: 200);
        Assert.That(found, Contains.Key("data-race"), about);
        foreach (var word in words)
        {
            Assert.That(found["data-race"], Does.Contain(word));
        }
    }

    [Test]
    public void The_same_race_is_not_seen_without_it()
    {
        using var tree = Changed(("	mutex_lock(&toy->mdevs_lock);\n	list_for_each_entry(q, &toy->queues, node)\n		if (q->apqn", "	m->resets++;\n	mutex_lock(&toy->mdevs_lock);\n	list_for_each_entry(q, &toy->queues, node)\n		if (q->apqn"));
        Assert.That(Bench.Findings(Bench.Of(tree.Path), runs: 100), Is.Empty);
    }

    [TestCase("under the lock",
        "	mutex_lock(&toy->mdevs_lock);\n	list_for_each_entry(q, &toy->queues, node)\n		if (q->apqn", "	mutex_lock(&toy->mdevs_lock);\n	m->resets++;\n	list_for_each_entry(q, &toy->queues, node)\n		if (q->apqn")]
    [TestCase("marked",
        "	mutex_lock(&toy->mdevs_lock);\n	list_for_each_entry(q, &toy->queues, node)\n		if (q->apqn", "	WRITE_ONCE(m->resets, READ_ONCE(m->resets) + 1);\n	mutex_lock(&toy->mdevs_lock);\n	list_for_each_entry(q, &toy->queues, node)\n		if (q->apqn")]
    [TestCase("handed over by queue_work and flush_work", "	q->last = ap_zapq(q->apqn);\n	queue_work", "	q->isc = q->isc;\n	q->last = ap_zapq(q->apqn);\n	queue_work")]
    public void A_look_alike_is_none(string about, string from, string to)
    {
        using var tree = Changed((from, to));
        Assert.That(Bench.Findings(Bench.Of(tree.Path) + "#mem-preempt", runs: 200), Is.Empty, about);
    }

    [Test]
    public void The_same_seed_gives_the_same_trace()
    {
        var engines = Enumerable.Range(0, 2).Select(_ => Bench.Engine(Bench.Of(Trees.Toy) + "#mem-preempt", "calm", "documented")).ToList();
        Bench.RequireSameHashes(engines[0], engines[1], 100);
    }

    [TestCase("linux-source-6.1")]
    [TestCase("linux-source-6.12")]
    public void The_kernels_driver_has_no_race_on_a_calm_machine(string name) =>
        Assert.That(Bench.Findings(Bench.Of(Trees.Real(name)) + "#mem-preempt", runs: 100), Is.Empty);

    private static TemporaryTree Changed((string From, string To) change)
    {
        var tree = Trees.Changed(Trees.Toy, change);
        tree.Edit("drivers/s390/crypto/vfio_ap_private.h", text => text.Replace("struct toy_mdev {\n", "struct toy_mdev {\n	int resets;\n", StringComparison.Ordinal));
        return tree;
    }
}
