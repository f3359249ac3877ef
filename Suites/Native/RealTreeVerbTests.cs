// The verbs on the unmodified drivers of Debian's sources: what each says of them, with small bounds.

using ApChaos.Suites.Engine.Cli;

namespace ApChaos.Suites.Native;

public sealed class RealTreeVerbTests
{
    private const string Debian12 = "linux-source-6.1";
    private const string Backport = "linux-source-6.12";
    private const string Config = """{ "runs": 40, "drivers": ["golden"], "firmware": ["irq-off-at-end"], "plans": ["slow-reset"] }""";

    // Exploration makes the way to each state again by real code, and ends at its bound with what it has found so far.
    [TestCase(Debian12, "explore --states 6000", 1, "violated: nib-store-after-unpin (75 steps)")]
    [TestCase(Backport, "explore --states 2000", 3, "undecided: the bound of states was reached; not complete, 2,00")]
    [TestCase(Backport, "explore --states 500", 3, "keeps its data in native memory, which cannot be saved")]
    [TestCase(Debian12, "patience", 0, "rc-05             0ms       -         leaks                1 -EIO    1 ZAPQ")]
    [TestCase(Debian12, "patience", 0, "longest           60ms      60ms      frees")]
    [TestCase(Backport, "patience", 0, "rc-0a             20ms      -         leaks                1 -EIO    1 TAPQ, 1 ZAPQ")]
    [TestCase(Backport, "patience", 0, "rc-01             0ms       0ms       frees                0 -EIO    1 ZAPQ")]
    [TestCase(Debian12, "sweep --x slow-reset.duration=0..100ms/4 --runs 20", 0, "41ms (safe at 40ms)")]
    [TestCase(Backport, "sweep --x slow-reset.duration=0..100ms/4 --runs 20", 0, "kernel:linux-source-6.12: never")]
    [TestCase(Debian12, "assume --runs 20", 0, "poke-window=0ms")]
    [TestCase(Backport, "assume --runs 20", 0, "irq-off-point=at-zapq")]
    public void A_verb_says(string name, string words, int code, string says)
    {
        using var apchaos = new Apchaos();
        apchaos.Put("chaos.json", Config);
        var end = apchaos.Run([.. words.Split(' '), "--firmware", "irq-off-at-end", "--driver", Bench.Of(Trees.Real(name))]);
        Assert.That(end.Output, Does.Contain(says), end.Errors);
        Assert.That(end.ExitCode, Is.EqualTo(code));
    }

    [TestCase(Debian12, "vfio-ap-5.11")]
    [TestCase(Backport, "vfio-ap-6.9")]
    public void Diff_finds_the_same_patience_as_the_models_and_the_same_cells(string name, string model)
    {
        using var apchaos = new Apchaos();
        apchaos.Put("chaos.json", Config);
        var end = apchaos.Run("diff", Bench.Of(Trees.Real(name)), model, "--no-promises", "--plan", "slow-reset", "--plan", "calm", "--runs", "40");
        Assert.That(end.Output, Does.Match("(?m)^patience +the same$").And.Match("(?m)^cells +0 of 8 change$"), end.Errors);
    }

    // 6.1: the shortest way to the late store is a reset of 41 ms and more, and nothing else.
    [Test]
    public void A_finding_is_replayed_and_shrunk()
    {
        using var apchaos = new Apchaos();
        apchaos.Put("chaos.json", Config);
        Assert.That(apchaos.Run("run", "--driver", Bench.Of(Trees.Real(Debian12)), "--quiet").ExitCode, Is.EqualTo(1));
        var file = apchaos.Files.Keys.Single(path => path.EndsWith("nib-store-after-unpin.json", StringComparison.Ordinal));
        Assert.That(apchaos.Run("replay", file).Output, Does.Contain("[vfio_ap_free_aqic_resources]").And.Contains("the same as recorded"));
        var shrunk = apchaos.Run("shrink", file, "--budget", "60s");
        Assert.That(shrunk.Output, Does.Match("(?m)^shrunk .* to 1 fault, "), shrunk.Errors);
        Assert.That(apchaos.Files.Keys, Has.Some.EndsWith("nib-store-after-unpin.min.json"));
    }
}
