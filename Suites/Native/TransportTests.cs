// The same driver in this process, in a program of its own, and for another architecture: what comes out is the same to the byte.

using ApChaos.Exploring;

namespace ApChaos.Suites.Native;

public sealed class TransportTests
{
    private const int Runs = 1000;

    [SetUp]
    public void NeedCompiler() => Trees.NeedCompiler();

    [TestCase(null)]
    [TestCase("linux-source-6.1")]
    [TestCase("linux-source-6.12")]
    public void A_thousand_runs_over_a_pipe_are_those_of_this_process(string? name)
    {
        var tree = name is null ? Trees.Toy : Trees.Real(name);
        RequireSameHashes(Bench.Of(tree), Bench.Of(tree) + "#pipe", Runs);
    }

    [TestCase(null, 100)]
    [TestCase("linux-source-6.1", 50)]
    [TestCase("linux-source-6.12", 50)]
    public void Runs_for_s390x_under_qemu_are_those_of_this_process(string? name, int runs)
    {
        Trees.NeedS390x();
        var tree = name is null ? Trees.Toy : Trees.Real(name);
        RequireSameHashes(Bench.Of(tree), Bench.Of(tree) + "#s390x", runs);
    }

    [Test]
    public void A_crash_is_contained_and_named_over_a_pipe_too()
    {
        using var tree = Trees.Changed(Trees.Toy, ("q->isc = isc;", "q->isc = *(int *)0x123456789abc;"));
        var found = Bench.Findings(Bench.Of(tree.Path) + "#pipe", runs: 40);
        Assert.That(found["driver-crash"], Does.Contain("wild access in enable (vfio_ap_ops.c:"));
    }

    [Test]
    public void A_driver_that_kills_its_program_ends_the_run_and_the_next_one_has_a_new_program()
    {
        using var tree = Trees.Changed(Trees.Toy, ("#define LOOK_MS 20", "#define LOOK_MS 20\nint kill(int, int);\nint getpid(void);"), ("q->isc = isc;", "kill(getpid(), 9);"));
        var engine = Bench.Engine(Bench.Of(tree.Path) + "#pipe", "calm", "documented");
        var walk = new RandomWalk();
        List<string> said = [];
        for (var run = 0; run < 20; run++)
        {
            walk.Restart(ApChaos.Abstractions.RandomNumbers.Seed("kill", (ulong)run));
            engine.Run(walk, new ApChaos.Running.Trace());
            said.AddRange(engine.Findings.ToArray().Select(finding => finding.Message ?? ""));
        }

        Assert.That(said, Has.Count.GreaterThan(1).And.All.Contains("the driver's process ended by signal 9"));
    }

    [TestCase("a byte before an object, at once", "q->isc = isc;", "q->isc = isc; ((volatile char *)q)[-1] = 1;", "use-after-poison")]
    [TestCase("a local array", "q->isc = isc;", "volatile char small[8]; volatile int beyond = 9; small[beyond] = 1; q->isc = isc;", "stack-buffer-overflow")]
    public void The_address_sanitizer_sees_what_the_guard_pages_do_not(string about, string from, string to, string says)
    {
        using var tree = Trees.Changed(Trees.Toy, (from, to));
        var found = Bench.Findings(Bench.Of(tree.Path) + "#asan", runs: 40);
        Assert.That(found.GetValueOrDefault("driver-crash", "nothing"), Does.Contain(says).And.Contains("vfio_ap_ops.c:").And.Contains("in enable"), about);
    }

    [Test]
    public void The_address_sanitizer_is_silent_on_a_sound_driver() => Assert.That(Bench.Findings(Bench.Of(Trees.Toy) + "#asan", runs: 200), Is.Empty);

    private static void RequireSameHashes(string left, string right, int runs) =>
        Bench.RequireSameHashes(Bench.Engine(left, "guest-zapq", "documented"), Bench.Engine(right, "guest-zapq", "documented"), runs);
}
