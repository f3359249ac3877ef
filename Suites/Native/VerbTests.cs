// Every verb that takes a driver takes kernel:PATH.

using ApChaos.Suites.Engine.Cli;

namespace ApChaos.Suites.Native;

public sealed class VerbTests
{
    private const string Early = "	q->last = ap_zapq(q->apqn);\n	queue_work";
    private const string Config = """{ "runs": 40, "drivers": ["golden"], "firmware": ["irq-off-at-end"], "plans": ["slow-reset"] }""";

    [SetUp]
    public void NeedCompiler() => Trees.NeedCompiler();

    [Test]
    public void Run_replay_shrink_and_the_timeline_for_a_browser()
    {
        using var tree = Trees.Changed(Trees.Toy, (Early, "	give_back(q); " + Early.TrimStart()));
        using var apchaos = new Apchaos();
        apchaos.Put("chaos.json", Config);
        Assert.That(apchaos.Run("run", "--driver", Bench.Of(tree.Path), "--quiet").ExitCode, Is.EqualTo(1));
        var file = apchaos.Files.Keys.Single(name => name.EndsWith("nib-store-after-unpin.json", StringComparison.Ordinal));
        var replay = apchaos.Run("replay", file, "--html", "page.html", "--trace");
        Assert.That((replay.ExitCode, replay.Errors), Is.EqualTo((1, "")).Or.EqualTo((0, "")));
        Assert.That(replay.Output, Does.Contain("ZAPQ").And.Contains("[begin_reset]").And.Contains("[give_back]"));
        Assert.That(apchaos.Get("page.html"), Does.Contain("[begin_reset]"));
        var shrink = apchaos.Run("shrink", file, "--budget", "20s");
        Assert.That(apchaos.Files.Keys, Has.Some.EndsWith("nib-store-after-unpin.min.json"), shrink.Output + shrink.Errors);
    }

    [TestCase("sweep --x slow-reset.duration=0..100ms/2 --runs 10", "kernel:toytree")]
    [TestCase("patience", "kernel:toytree")]
    [TestCase("assume --runs 20", "kernel:toytree")]
    [TestCase("run --strategy dfs --runs 200", "kernel:toytree")]
    [TestCase("explore --states 500", "kernel:toytree")]
    public void A_verb_takes_the_driver_of_a_tree(string words, string says)
    {
        using var apchaos = new Apchaos();
        apchaos.Put("chaos.json", Config);
        var end = apchaos.Run([.. words.Split(' '), "--driver", Bench.Of(Trees.Toy)]);
        Assert.That(end.ExitCode, Is.LessThan(4).And.Not.EqualTo(2), end.Output + end.Errors);
        Assert.That(end.Output + end.Errors, Does.Contain(says));
    }

    [Test]
    public void Diff_compares_a_tree_with_a_variant()
    {
        using var apchaos = new Apchaos();
        apchaos.Put("chaos.json", Config);
        var end = apchaos.Run("diff", Bench.Of(Trees.Toy), "golden", "--no-promises");
        Assert.That(end.ExitCode, Is.LessThan(2), end.Output + end.Errors);
        Assert.That(end.Output, Does.Contain("kernel:toytree"));
    }
}
