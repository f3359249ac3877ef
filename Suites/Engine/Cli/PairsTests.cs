using System.Diagnostics;
using System.Text.Json;

namespace ApChaos.Suites.Engine.Cli;

/// <summary>The all-pairs sweep as a user calls it.</summary>
[TestFixture]
public sealed class PairsTests
{
    [Test]
    public void What_takes_two_faults_is_written_as_replay_files_that_replay()
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run(
            "pairs", "--driver", "vfio-ap-6.9", "--fault", "guest-rapq", "--fault", "checkstop", "--json", "pairs.json", "--out", "there", "--quiet");
        Assert.That((ending.ExitCode, ending.Errors, ending.Output), Is.EqualTo((0, "", "")));
        JsonElement cell = JsonDocument.Parse(apchaos.Get("pairs.json")).RootElement.GetProperty("cells")[0];
        Assert.That(cell.GetProperty("complete").GetBoolean(), Is.True);
        Assert.That(cell.GetProperty("made").GetInt64(), Is.EqualTo(cell.GetProperty("pairs").GetInt64()));
        string file = apchaos.Files.Keys.First(name => name.StartsWith("there/failures/vfio-ap-6.9--pair--", StringComparison.Ordinal));
        Assert.That(apchaos.Run("replay", file).ExitCode, Is.Zero);
    }

    [Test]
    public void Out_of_time_it_is_exit_3_and_shows_what_was_done()
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run("pairs", "--driver", "golden", "--scenario", "0", "--nth", "9", "--budget", "2s");
        Assert.That(ending.ExitCode, Is.EqualTo(3), ending.Errors);
        Assert.That(ending.Output, Does.Contain("stopped before its end"));
    }

    [Test]
    public void Interrupted_it_is_exit_130_and_shows_what_was_done()
    {
        using var apchaos = new Apchaos();
        Process process = apchaos.Start(["pairs", "--driver", "golden", "--scenario", "0", "--nth", "9"]);
        process.StandardError.ReadLine();
        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
            kill.WaitForExit();
        Ending ending = Apchaos.Finish(process);
        Assert.That(ending.ExitCode, Is.EqualTo(130), ending.Errors);
        Assert.That(ending.Output, Does.Contain("stopped before its end"));
    }

    [TestCase("pairs --fault slow-rest", "apchaos: unknown fault 'slow-rest' (did you mean slow-reset?); expected one of: ")]
    [TestCase("pairs --nth 0", "apchaos: --nth is '0'; expected a whole number from 1 to 100")]
    [TestCase("pairs --scenario 8", "apchaos: --scenario is '8'; expected a whole number from 0 to 7")]
    public void Wrong_words_are_one_line_and_exit_2(string words, string message)
    {
        using var apchaos = new Apchaos();
        Ending ending = apchaos.Run(words.Split(' '));
        Assert.That((ending.ExitCode, ending.Output), Is.EqualTo((2, "")));
        Assert.That(ending.Errors, Does.StartWith(message).And.Match("^[^\n]+\n$"));
    }
}
