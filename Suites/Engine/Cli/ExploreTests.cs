using System.Text.Json;

namespace ApChaos.Suites.Engine.Cli;

[TestFixture]
[Parallelizable(ParallelScope.Children)]
public sealed class ExploreTests
{
    private static readonly string[] Patch = ["explore", "--driver", "vfio-ap-2019-v2", "--firmware", "irq-off-at-end"];

    private static readonly object[][] Wrong =
    [
        [new[] { "--states", "0" }, "--states is '0'; expected a whole number from 1 to "],
        [new[] { "--states", "1e9" }, "--states is '1e9'; expected a whole number from 1 to "],
        [new[] { "--depth", "-1" }, "--depth is '-1'; expected a whole number from 1 to 1000000"],
        [new[] { "--depth", "99999999999999999999" }, "--depth is '99999999999999999999'; expected a whole number from 1 to 1000000"],
        [new[] { "--memory", "0GiB" }, "--memory is '0GiB'; expected a size from 64MiB to 16384GiB, such as 8GiB or 500MiB"],
        [new[] { "--memory", "much" }, "--memory is 'much'; expected a size from 64MiB to 16384GiB, such as 8GiB or 500MiB"],
        [new[] { "--memory", "16000GiB" }, "--memory is '16000GiB'; expected at most what this machine has, "],
        [new[] { "--set", "some" }, "--set is 'some'; expected exact, fingerprint64 or fingerprint128"],
        [new[] { "--without", "sleep" }, "--without is 'sleep'; expected memo, interning, symmetry, dead-values or relative-time"],
        [new[] { "--re-execute", "--ledger" }, "--ledger has no meaning with --re-execute, which reduces nothing; expected one of them"],
        [new[] { "--scenario", "8" }, "--scenario is '8'; expected a whole number from 0 to 7"],
        [new[] { "--strategy", "pct" }, "--strategy has no meaning here: exploration makes every choice, breadth first; expected no --strategy"],
        [new[] { "--driver", "goldn" }, "unknown driver 'goldn' (did you mean golden?)"],
        [new[] { "--plan", "quiet" }, "unknown plan 'quiet'"],
    ];

    [Test]
    public void A_counterexample_is_exit_1_and_at_most_twenty_lines_and_its_replay_comes_out_the_same()
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run(Patch);
        Assert.That(ending.ExitCode, Is.EqualTo(1), ending.Errors);
        Assert.That(ending.OutputLines, Has.Length.LessThanOrEqualTo(20));
        Assert.That(ending.OutputLines[0], Does.Contain("nib-store-after-unpin").And.Contain("complete within bounds"));
        string replay = ending.OutputLines.Single(line => line.StartsWith("  apchaos replay ", StringComparison.Ordinal));
        Ending again = apchaos.Run(replay.Trim().Split(' ')[1..]);
        Assert.That(again.ExitCode, Is.Zero, again.Output + again.Errors);
        Assert.That(again.OutputLines[^1], Does.StartWith("the same as recorded: last step "));
    }

    [Test]
    public void Json_has_states_transitions_complete_and_shortest()
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run("explore", "--driver", "golden", "--firmware", "irq-off-at-end", "--json", "-");
        Assert.That(ending.ExitCode, Is.Zero, ending.Errors);
        JsonElement cell = JsonDocument.Parse(ending.Output).RootElement.GetProperty("cells")[0];
        Assert.That(cell.GetProperty("states").GetInt64(), Is.GreaterThan(1000));
        Assert.That(cell.GetProperty("transitions").GetInt64(), Is.GreaterThan(cell.GetProperty("states").GetInt64()));
        Assert.That(cell.GetProperty("complete").GetBoolean());
        Assert.That(cell.GetProperty("shortest").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(ending.Output, Is.EqualTo(apchaos.Run("explore", "--driver", "golden", "--firmware", "irq-off-at-end", "--json", "-", "--workers", "2").Output));
    }

    [Test]
    public void A_bound_is_undecided_exit_3_with_what_was_seen()
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run("explore", "--driver", "golden", "--firmware", "irq-off-at-end", "--states", "300");
        Assert.That(ending.ExitCode, Is.EqualTo(3), ending.Errors);
        Assert.That(ending.Output, Does.Contain("undecided: the bound of states was reached").And.Contain("not complete, 300 states"));
    }

    [Test]
    public void A_bound_of_memory_is_undecided_exit_3_with_what_was_seen()
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run("explore", "--driver", "vfio-ap-5.11", "--firmware", "irq-off-at-end", "--plan", "calm", "--scenario", "0", "--memory", "64MiB", "--quiet");
        Assert.That(ending.ExitCode, Is.EqualTo(3), ending.Errors);
        Assert.That(ending.Output, Does.Contain("undecided: the bound of memory was reached; not complete, "));
    }

    [Test]
    public void A_bound_of_time_is_undecided_exit_3_with_what_was_seen()
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run("explore", "--driver", "vfio-ap-5.11", "--firmware", "irq-off-at-end", "--plan", "calm", "--scenario", "0", "--budget", "1s", "--quiet");
        Assert.That(ending.ExitCode, Is.EqualTo(3), ending.Errors);
        Assert.That(ending.Output, Does.Contain("undecided: the bound of time was reached; not complete, "));
    }

    [Test]
    public void A_ledger_shows_each_reduction_and_the_same_verdict()
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run([.. Patch, "--ledger", "--quiet"]);
        Assert.That(ending.ExitCode, Is.EqualTo(1), ending.Errors);
        string[] ledger = [.. ending.OutputLines.SkipWhile(line => !line.StartsWith("ledger of ", StringComparison.Ordinal))];
        Assert.That(ledger, Has.Length.EqualTo(11));
        Assert.That(ledger[2..^1].Select(line => line.Trim().Split("  ")[0]), Is.EqualTo(new[]
        {
            "as asked", "without memo", "without interning", "without symmetry", "without dead-values", "without relative-time", "with fingerprint64", "with fingerprint128",
        }));
        Assert.That(ledger[2..^1], Has.All.EndsWith("the same"));
    }

    [Test]
    public void Real_code_all_the_way_finds_the_same()
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run([.. Patch, "--re-execute"]);
        Ending memo = apchaos.Run(Patch);
        Assert.That(ending.OutputLines[0].Split(';')[0], Is.EqualTo(memo.OutputLines[0].Split(';')[0]));
        Assert.That(ending.OutputLines[0], Does.Contain("complete within bounds").And.Contain("re-execution"));
    }

    [TestCaseSource(nameof(Wrong))]
    public void What_is_wrong_is_exit_2_one_line_and_nothing_written(string[] options, string message)
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run([.. Patch[..1], .. options]);
        Assert.That(ending.ExitCode, Is.EqualTo(2), ending.Output);
        Assert.That(ending.Errors, Does.StartWith($"apchaos: {message}"));
        Assert.That(ending.Errors.TrimEnd('\n').Split('\n'), Has.Length.EqualTo(1));
        Assert.That(apchaos.Files, Is.Empty);
    }
}
