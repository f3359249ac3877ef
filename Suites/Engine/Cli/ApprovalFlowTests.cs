using System.Text.Json;

namespace ApChaos.Suites.Engine.Cli;

/// <summary>run compares, approve accepts all or some, and nothing is approved by accident.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
public sealed class ApprovalFlowTests
{
    private const string Two = """{ "runs": 20, "drivers": ["golden", "vfio-ap-6.9"], "plans": ["calm", "slow-reset"] }""";

    [Test]
    public void The_first_approval_takes_all_and_the_next_run_is_the_same()
    {
        using Apchaos apchaos = With(Two);
        Assert.That(apchaos.Run().ExitCode, Is.Zero, "nothing is approved yet");
        Assert.That(apchaos.Run("approve").Output, Is.EqualTo("chaos.approved.txt: 4 cells accepted, 4 in all\n"));
        Assert.That(apchaos.Get("chaos.approved.txt"), Is.EqualTo(apchaos.Get("artifacts/approval.txt")));
        Assert.That(apchaos.Run().ExitCode, Is.Zero);
        Assert.That(apchaos.Files.Keys, Has.No.Member("artifacts/difference.txt"));
        Assert.That(apchaos.Run("approve").Output, Is.EqualTo("chaos.approved.txt: nothing to accept, 4 in all\n"));
    }

    [Test]
    public void A_difference_names_the_cells_and_the_histories()
    {
        using Apchaos apchaos = With("""{ "runs": 20, "drivers": ["vfio-ap-2019-v2", "golden"], "plans": ["thread-scenario-2"], "firmware": ["irq-off-at-end"], "expect": { "*": ["*"] } }""");
        apchaos.Run();
        apchaos.Run("approve");
        string approved = apchaos.Get("chaos.approved.txt");
        string[] lines = approved.Split('\n');
        int first = Array.FindIndex(lines, line => line.StartsWith("  nib-store-after-unpin: ", StringComparison.Ordinal));
        lines[first] = "  nib-store-after-unpin: 77 of 20 runs";
        lines[first + 1] = "    05.0004, step 7, 1.000 ms, hash 0123456789abcdef";
        lines = [.. lines.Where(line => !line.StartsWith("golden ", StringComparison.Ordinal)), "gone / x / y: safe", ""];
        apchaos.Put("chaos.approved.txt", string.Join('\n', lines));

        Ending differs = apchaos.Run("--quiet");
        Assert.That((differs.ExitCode, differs.Errors), Is.EqualTo((1, "")));
        Assert.That(differs.OutputLines, Has.Length.LessThanOrEqualTo(20).And.Member("3 cells differ from chaos.approved.txt; apchaos approve accepts them"));
        string difference = apchaos.Get("artifacts/difference.txt");
        Assert.That(difference, Does.Contain("~ vfio-ap-2019-v2 / thread-scenario-2 / irq-off-at-end: violated, otherwise\n    nib-store-after-unpin: was 77 of 20 runs, is "));
        Assert.That(difference, Does.Contain("    nib-store-after-unpin: another shortest history\n      - 05.0004, step 7, 1.000 ms, hash 0123456789abcdef\n      + 0"));
        Assert.That(difference, Does.Contain("\n+ golden / thread-scenario-2 / irq-off-at-end: violated").And.Contain("\n- gone / x / y: safe\n"));
        Assert.That(JsonDocument.Parse(apchaos.Get("artifacts/result.json")).RootElement.GetProperty("exitCode").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public void A_glob_accepts_some_cells_and_the_others_stay_as_they_were()
    {
        using Apchaos apchaos = With(Two);
        apchaos.Run();
        apchaos.Run("approve");
        string approved = apchaos.Get("chaos.approved.txt");
        apchaos.Put("chaos.approved.txt", approved.Replace(": safe", ": violated", StringComparison.Ordinal));
        Assert.That(apchaos.Run().ExitCode, Is.EqualTo(1));
        Assert.That(apchaos.Run("approve", "--driver", "gold*").Output, Is.EqualTo("chaos.approved.txt: 2 cells accepted, 4 in all; 2 of the last run still differ\n"));
        Assert.That(apchaos.Run().Output, Does.Contain("~ vfio-ap-6.9 / calm / documented: was violated, is safe").And.Not.Contain("~ golden"));
        Assert.That(apchaos.Run("approve", "--plan", "slow-reset").Output, Does.Contain(": 1 cell accepted, 4 in all; 1 of the last run still differs"));
        Assert.That(apchaos.Run("approve", "--driver", "nobody").Errors, Does.StartWith("apchaos: no cell of the last run matches; expected "));
        Assert.That(apchaos.Run("approve").ExitCode, Is.Zero);
        Assert.That(apchaos.Get("chaos.approved.txt"), Is.EqualTo(approved));
    }

    [Test]
    public void Another_run_than_the_configured_one_is_neither_compared_nor_approved()
    {
        using Apchaos apchaos = With(Two);
        apchaos.Run();
        apchaos.Run("approve");
        apchaos.Put("chaos.approved.txt", apchaos.Get("chaos.approved.txt").Replace(": safe", ": stale", StringComparison.Ordinal));
        Assert.That(apchaos.Run("--runs", "10").ExitCode, Is.Zero);
        Ending partial = apchaos.Run("approve");
        Assert.That((partial.ExitCode, partial.Output), Is.EqualTo((2, "")));
        Assert.That(partial.Errors, Does.StartWith("apchaos: the last run in 'artifacts' was not the whole campaign (--runs); "));

        apchaos.Run();
        apchaos.Put("chaos.json", Two.Replace("20", "21", StringComparison.Ordinal));
        Assert.That(apchaos.Run("approve").Errors, Does.StartWith("apchaos: chaos.json has changed since the last run in 'artifacts'; "));
    }

    [Test]
    public void In_continuous_integration_nothing_is_approved_by_accident()
    {
        using Apchaos apchaos = With(Two);
        Apchaos.Finish(apchaos.Start([], ("CI", "true")));
        Assert.That(Apchaos.Finish(apchaos.Start(["approve"], ("CI", "true"))).Errors, Does.StartWith("apchaos: CI=true: "));
        Assert.That(apchaos.Files.Keys, Has.No.Member("chaos.approved.txt"));
        Assert.That(Apchaos.Finish(apchaos.Start(["approve", "--yes"], ("CI", "true"))).ExitCode, Is.Zero);
        Assert.That(apchaos.Files.Keys, Has.Member("chaos.approved.txt"));
    }

    [Test]
    public void An_approval_that_was_changed_by_hand_is_refused()
    {
        using Apchaos apchaos = With(Two);
        apchaos.Run();
        apchaos.Put("artifacts/approval.txt", apchaos.Get("artifacts/approval.txt") + "more\n");
        Assert.That(apchaos.Run("approve").Errors, Does.StartWith("apchaos: artifacts/approval.txt is not as the run wrote it; "));
    }

    [TestCase("<<<<<<< HEAD", "chaos.approved.txt:4:1: a merge left its marker '<<<<<<< HEAD' in the approved file; expected it resolved, or ")]
    [TestCase(">>>>>>> theirs", "chaos.approved.txt:4:1: a merge left its marker ")]
    [TestCase("nonsense", "chaos.approved.txt:4:1: 'nonsense' is no cell; expected DRIVER / PLAN / FIRMWARE: VERDICT")]
    public void An_approved_file_that_cannot_be_read_is_found_before_anything_runs(string line, string message)
    {
        using Apchaos apchaos = With(Two);
        apchaos.Put("chaos.approved.txt", $"ApChaos cells, apchaos.approval/1\nseed apchaos, 20 runs per cell\n\n{line}\n");
        Ending ending = apchaos.Run();
        Assert.That((ending.ExitCode, ending.Output), Is.EqualTo((2, "")));
        Assert.That(ending.Errors, Does.StartWith(message));
        Assert.That(apchaos.Files.Keys, Is.EqualTo(["chaos.approved.txt", "chaos.json"]));
    }

    [Test]
    public void An_approved_file_of_another_version_is_named()
    {
        using Apchaos apchaos = With(Two);
        apchaos.Put("chaos.approved.txt", "ApChaos cells, apchaos.approval/9\n");
        Assert.That(apchaos.Run().Errors, Does.StartWith("chaos.approved.txt:1:1: this is no approved file of this version: "));
    }

    private static Apchaos With(string configuration)
    {
        var apchaos = new Apchaos();
        apchaos.Put("chaos.json", configuration);
        return apchaos;
    }
}
