// apchaos kernel, as a process.

using System.Diagnostics;
using ApChaos.Suites.Engine.Cli;

namespace ApChaos.Suites.Native;

public sealed class KernelVerbTests
{
    private const string Bug = "	kvm_s390_gisc_unregister(q->owner->kvm, q->isc);\n	vfio_unpin";
    private const string Ops = "drivers/s390/crypto/vfio_ap_ops.c";
    private static readonly string[] Small = ["--plan", "calm", "--firmware", "documented", "--runs", "60", "--workers", "1", "--quiet"];

    [SetUp]
    public void NeedCompiler() => Trees.NeedCompiler();

    [Test]
    public void Doctor_says_what_it_found()
    {
        using var apchaos = new Apchaos();
        var end = apchaos.Run("kernel", "doctor", "--kernel-tree", Trees.Toy);
        Assert.That((end.ExitCode, end.Errors), Is.EqualTo((0, "")));
        Assert.That(end.OutputLines[0], Is.EqualTo("kernel:toytree"));
        Assert.That(end.Output, Does.Contain("  era       D: ").And.Contains("  probe     config-na          yes").And.Contains("nothing is missing").And.Contains("  little-endian "));
    }

    [Test]
    public void Run_needs_no_chaos_json_and_every_report_says_what_it_rests_on()
    {
        using var apchaos = new Apchaos();
        var end = apchaos.Run(["kernel", "run", "--kernel-tree", Trees.Toy, .. Small]);
        Assert.That(end.ExitCode, Is.Zero, end.Output + end.Errors);
        Assert.That(apchaos.Get("artifacts/kernel/report.txt"), Does.Contain("Assumptions about the surroundings of a kernel's driver").And.Contains("  unbind-after-remove"));
        Assert.That(apchaos.Get("artifacts/kernel/result.json"), Does.Contain("\"driverAssumptions\""));
    }

    [Test]
    public void Exit_codes_fit_for_git_bisect_run()
    {
        using var apchaos = new Apchaos();
        using var bad = Trees.Changed(Trees.Toy, (Bug, "	vfio_unpin"));
        using var broken = Trees.Changed(Trees.Toy, ("#define LOOK_MS 20", "#define LOOK_MS 20 !"));
        int Run(string tree, params string[] more) => apchaos.Run(["kernel", "run", "--kernel-tree", tree, "--bisect", .. more, .. Small]).ExitCode;
        Assert.That(
            (Run(Trees.Toy), Run(bad.Path), Run(broken.Path), Run(bad.Path, "--oracle", "pin-leak"), Run(bad.Path, "--oracle", "gisc-leak")),
            Is.EqualTo((0, 1, 125, 0, 1)));
    }

    [Test]
    public void Diff_names_the_cells_that_change_between_two_revisions()
    {
        using var apchaos = new Apchaos();
        using var tree = TemporaryTree.Of(ApChaos.Native.KernelTree.Open(Trees.Toy));
        Git(tree.Path, "init", "-q");
        Commit(tree.Path, "good");
        tree.Edit(Ops, text => text.Replace(Bug, "	vfio_unpin", StringComparison.Ordinal));
        Commit(tree.Path, "bad");
        var end = apchaos.Run(["kernel", "diff", "--kernel-tree", tree.Path, "--rev", "good", "--rev", "bad", .. Small]);
        Assert.That(end.OutputLines, Is.EqualTo((string[])["calm under documented: only kernel:bad: gisc-leak;", "1 of 1 cells differ between kernel:good and kernel:bad; 60 runs per cell, the same choices for both"]), end.Errors);
        Assert.That(end.ExitCode, Is.EqualTo(1));
    }

    [Test]
    public void A_driver_that_kills_its_process_costs_the_worker_alone()
    {
        using var apchaos = new Apchaos();
        using var tree = Trees.Changed(Trees.Toy, ("#define LOOK_MS 20", "#define LOOK_MS 20\nint kill(int, int);\nint getpid(void);"), ("q->isc = isc;", "kill(getpid(), 9);"));
        var end = apchaos.Run(["kernel", "run", "--kernel-tree", tree.Path, .. Small]);
        Assert.That((end.ExitCode, end.Errors), Is.EqualTo((1, "apchaos: the worker process was killed by signal 9: the driver wrote into memory that is not its own; what was found before is lost; narrow it down with --plan and --firmware\n")));
    }

    [TestCase("kernel", "apchaos: 'kernel' needs to know what to do; expected one of: doctor, run, diff")]
    [TestCase("kernel walk", "apchaos: 'kernel' needs to know what to do, not 'walk'; expected one of: doctor, run, diff")]
    [TestCase("kernel run", "apchaos: no kernel tree is named; expected --kernel-tree PATH, the root of a Linux source tree")]
    [TestCase("kernel run --kernel-tree nowhere --oracle leak", "apchaos: kernel tree 'nowhere' does not exist")]
    [TestCase("kernel diff --kernel-tree .", "apchaos: kernel tree '.' has no drivers/s390/crypto/vfio_ap_ops.c; expected")]
    [TestCase("kernel doctor --kernel-tree . --rev v6.1", "apchaos: 'v6.1' is no revision of the git repository '.'; expected a tag, a branch or a commit")]
    public void Wrong_input_is_one_line(string words, string line)
    {
        using var apchaos = new Apchaos();
        var end = apchaos.Run(words.Split(' '));
        Assert.That((end.ExitCode, end.Output), Is.EqualTo((2, "")));
        Assert.That(end.Errors, Does.StartWith(line).And.EndsWith("\n"));
        Assert.That(end.Errors.TrimEnd('\n'), Does.Not.Contain("\n"));
    }

    [Test]
    public void Without_gcc_it_says_how_to_get_it()
    {
        using var apchaos = new Apchaos();
        var end = Apchaos.Finish(apchaos.Start(["kernel", "doctor", "--kernel-tree", Trees.Toy], ("PATH", apchaos.Folder)));
        Assert.That((end.ExitCode, end.Errors), Is.EqualTo((2, "apchaos: gcc is not there; expected a C compiler to build the driver of a kernel tree with (Debian and Ubuntu: apt-get install gcc)\n")));
    }

    private static void Commit(string folder, string tag)
    {
        Git(folder, "add", "-A");
        Git(folder, "-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "-q", "-m", tag);
        Git(folder, "tag", tag);
    }

    private static void Git(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", ["-C", folder, .. arguments]))!;
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero);
    }
}
