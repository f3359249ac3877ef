using System.Globalization;
using System.Text.Json;

namespace ApChaos.Suites.Engine.Cli;

/// <summary>`apchaos shrink`, and replays in other processes than the one that found them.</summary>
[TestFixture]
public sealed class ShrinkTests
{
    private const string Broken = """
        { "runs": 30, "drivers": ["vfio-ap-2019-v2"], "plans": ["thread-scenario-1"], "firmware": ["irq-off-at-end"] }
        """;

    private const string Failure = "artifacts/failures/vfio-ap-2019-v2--thread-scenario-1--irq-off-at-end--error-swallowed.json";

    [Test]
    public void A_shrunk_history_replays_at_the_first_try_and_its_certificate_holds()
    {
        using Apchaos apchaos = With(Broken);
        apchaos.Run();
        Ending ending = apchaos.Run("shrink", Failure, "--out", "small.json");
        Assert.That(ending.ExitCode, Is.Zero, ending.Output + ending.Errors);
        Assert.That(ending.OutputLines, Has.Length.LessThanOrEqualTo(40));
        Assert.That(ending.Output, Does.Contain("\nshrunk    from ").And.Contain("\nshortest  ").And.Contain("\nminimal   ").And.Contain("\ntwin      ").And.Contain("\nno return "));

        string replay = ending.OutputLines.Single(line => line.StartsWith("apchaos replay ", StringComparison.Ordinal));
        Assert.That(apchaos.Run(replay.Split(' ')[1..]).ExitCode, Is.Zero);
        string check = ending.OutputLines.Single(line => line.StartsWith("apchaos shrink ", StringComparison.Ordinal));
        Ending checkedAgain = apchaos.Run(check.Split(' ')[1..]);
        Assert.That((checkedAgain.ExitCode, checkedAgain.Output), Is.EqualTo((0, checkedAgain.Output)), checkedAgain.Errors);
        Assert.That(checkedAgain.Output, Does.Match(@"^(\d+) of \1 rows hold; nothing (smaller|shorter) exists: searched to the end\n$"));

        // A certificate that claims something else does not hold, and one of another history is refused.
        apchaos.Put("lie.json", apchaos.Get("small.certificate.json").Replace("\"passes\"", "\"fails later\"", StringComparison.Ordinal));
        Ending lie = apchaos.Run("shrink", "small.json", "--check", "lie.json");
        Assert.That(lie.ExitCode, Is.EqualTo(1));
        Assert.That(lie.Output, Does.Match(@"^0 of \d+ rows hold; .*\n  row 1 says  (.*: )fails later(, .*)\n  made anew  \1passes\2\n"));
        Ending other = apchaos.Run("shrink", Failure, "--check", "small.certificate.json");
        Assert.That((other.ExitCode, other.Errors), Is.EqualTo((2, $"apchaos: the certificate 'small.certificate.json' is of another history than '{Failure}'; expected that which 'apchaos shrink' wrote with it\n")));
    }

    [Test]
    public void As_json_it_holds_sizes_rows_twin_and_continuations()
    {
        using Apchaos apchaos = With(Broken);
        apchaos.Run();
        Ending ending = apchaos.Run("shrink", Failure, "--json", "-", "--quiet");
        Assert.That(ending.ExitCode, Is.Zero, ending.Errors);
        JsonElement root = JsonDocument.Parse(ending.Output).RootElement;
        Assert.That(root.EnumerateObject().Select(property => property.Name), Is.EqualTo(
        [
            "schema", "oracle", "driver", "message", "replay", "certificate", "hash", "finished", "shortestProven", "executions", "before", "after",
            "rows", "twin", "continuations", "pointOfNoReturn", "globalMinimum", "states",
        ]));
        Assert.That(root.GetProperty("after").GetProperty("steps").GetInt32(), Is.LessThan(root.GetProperty("before").GetProperty("steps").GetInt32()));
        Assert.That(root.GetProperty("rows").GetArrayLength(), Is.Positive);
        Assert.That(root.GetProperty("continuations").EnumerateArray().Last().GetProperty("failed").GetInt32(), Is.EqualTo(64));
        Assert.That(apchaos.Run("shrink", Failure, "--json", "-", "--quiet").Output, Is.EqualTo(ending.Output), "the same inputs, the same bytes");
    }

    [Test]
    public void As_a_page_it_holds_certificate_twin_and_point_of_no_return()
    {
        using Apchaos apchaos = With(Broken);
        apchaos.Run();
        Ending ending = apchaos.Run("shrink", Failure, "--out", "small.json", "--html", "small.html");
        Assert.That(ending.ExitCode, Is.Zero, ending.Output + ending.Errors);
        string page = apchaos.Get("small.html");
        string data = page.Split("id=\"report\">")[1].Split("</script>")[0];
        JsonElement shrunk = JsonDocument.Parse(data).RootElement.GetProperty("violations")[0].GetProperty("shrunk");
        Assert.That(shrunk.GetProperty("rows").GetArrayLength(), Is.EqualTo(JsonDocument.Parse(apchaos.Get("small.certificate.json")).RootElement.GetProperty("rows").GetArrayLength()));
        Assert.That(shrunk.GetProperty("twin").GetProperty("passingDoes").GetArrayLength(), Is.Positive);
        Assert.That(ending.Output, Does.Contain($"from step {shrunk.GetProperty("noReturn").GetInt32()} on every continuation"));

        Ending both = apchaos.Run("shrink", "small.json", "--check", "small.certificate.json", "--html", "other.html");
        Assert.That((both.ExitCode, both.Errors), Is.EqualTo((2, "apchaos: --html shows what shrinking came to, and --check does not shrink; expected one of them\n")));
    }

    [Test]
    public void When_its_time_is_over_the_smallest_so_far_is_kept_and_it_can_go_on()
    {
        using Apchaos apchaos = With(Broken);
        apchaos.Run();
        Ending stopped = apchaos.Run("shrink", Failure, "--out", "small.json", "--budget", "1ms");
        Assert.That(stopped.ExitCode, Is.EqualTo(3), stopped.Errors);
        Assert.That(stopped.Output, Does.Contain("shortest  not finished"));
        Assert.That(apchaos.Run("replay", "small.json").ExitCode, Is.Zero);
        Ending resumed = apchaos.Run("shrink", Failure, "--out", "small.json", "--resume");
        Assert.That(resumed.ExitCode, Is.Zero, resumed.Errors);
        Assert.That(apchaos.Run("replay", "small.json").ExitCode, Is.Zero);
    }

    [Test]
    public void A_history_is_not_overwritten_and_one_that_passes_is_refused()
    {
        using Apchaos apchaos = With(Broken);
        apchaos.Run();
        Ending itself = apchaos.Run("shrink", Failure, "--out", Failure);
        Assert.That((itself.ExitCode, itself.Errors), Is.EqualTo((2, $"apchaos: --out '{Failure}' is the replay file itself; expected another one\n")));
        Ending passes = apchaos.Run("shrink", Failure, "--driver", "golden");
        Assert.That(passes.ExitCode, Is.EqualTo(2));
        Assert.That(passes.Errors, Does.StartWith("apchaos: the history does not fail: error-swallowed does not speak with golden; expected "));
    }

    [Test]
    public void Every_reported_failure_of_a_thousand_replays_at_the_first_try_in_another_process()
    {
        using Apchaos apchaos = With("""{ "runs": 24, "plans": ["*"], "firmware": ["*"], "reports": { "formats": ["json"] } }""");
        apchaos.Run("--quiet");
        Ending ending = apchaos.Run("replay", "artifacts/failures");
        string[] words = ending.OutputLines[^1].Split(' ');
        TestContext.Out.WriteLine(ending.OutputLines[^1]);
        Assert.That(ending.ExitCode, Is.Zero, ending.Output + ending.Errors);
        Assert.That(int.Parse(words[0], CultureInfo.InvariantCulture), Is.GreaterThanOrEqualTo(1000));
        Assert.That(words[0], Is.EqualTo(words[2]));
    }

    private static Apchaos With(string configuration)
    {
        var apchaos = new Apchaos();
        apchaos.Put("chaos.json", configuration);
        return apchaos;
    }
}
