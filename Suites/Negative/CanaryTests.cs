namespace ApChaos.Suites.Negative;

/// <summary>This suite is green when oracles speak. Would it notice one that cannot, or one that nobody tries?</summary>
[TestFixture]
public sealed class CanaryTests
{
    private static readonly Scenario ComesAndGoes = new World().Guest(g => g.EnablesIrq().Requests().Lives(20)).Build();

    [Test]
    public void Every_oracle_has_a_planted_bug_and_a_look_alike() =>
        Assert.That(Family.WithoutCase(Family.Oracles, Family.Cases), Is.Empty);

    [Test]
    public void An_oracle_without_a_case_is_noticed() =>
        Assert.That(Family.WithoutCase([.. Family.Oracles, typeof(Untried)], Family.Cases), Is.EqualTo([nameof(Untried)]));

    [Test]
    public void A_case_that_was_taken_away_is_noticed()
    {
        Type[] others = [.. Family.Cases.Where(one => one != typeof(PinLeakTests))];
        Assert.That(Family.WithoutCase(Family.Oracles, others), Is.EqualTo([nameof(PinLeak)]));
    }

    [Test]
    public void A_planted_bug_that_nobody_notices_is_wrong() =>
        Assert.That(new Trial("no bug", new SoundDriver(), ComesAndGoes).Run().WrongAsPlantedBug("pin-leak", [], ""), Is.Not.Null);

    [Test]
    public void A_second_voice_is_wrong()
    {
        var outcome = new Outcome(runs: 2);
        outcome.Note("pin-leak", 0, "words");
        outcome.Note("gisc-leak", 1, "words");
        Assert.That(outcome.WrongAsPlantedBug("pin-leak", [], "words"), Does.StartWith("pin-leak should have spoken, and nobody else"));
        Assert.That(outcome.WrongAsPlantedBug("pin-leak", ["gisc-leak"], "words"), Is.Null);
        Assert.That(outcome.WrongAsLookAlike(), Is.Not.Null);
    }

    [TestCase("other words")]
    [TestCase("words.", Description = "with a full stop")]
    [TestCase("words\nand more", Description = "two lines")]
    public void Other_words_than_those_of_the_case_are_wrong(string message)
    {
        var outcome = new Outcome(runs: 1);
        outcome.Note("pin-leak", 0, message);
        Assert.That(outcome.WrongAsPlantedBug("pin-leak", [], "words "), Is.Not.Null);
    }

    [Test]
    public void A_look_alike_that_never_comes_close_is_wrong() =>
        Assert.That(new Trial("far away", new SoundDriver(), ComesAndGoes).Run().WrongAsLookAlike(), Does.StartWith("it never came close"));

    [Test]
    public void The_same_trial_says_the_same()
    {
        var trial = new Trial("gives nothing back", new GivesNothingBack(), ComesAndGoes);
        string first = trial.Run().ToString();
        Assert.That(first, Does.Contain("pin-leak in 200 of 200 runs").And.Contain("gisc-leak in 200 of 200 runs"));
        Assert.That(trial.Run().ToString(), Is.EqualTo(first));
    }

    /// <summary>An oracle that nobody tries.</summary>
    private abstract class Untried : Oracle;

    private sealed class GivesNothingBack : SoundDriver
    {
        protected override ApTask Release(ApQueue queue) => ApTask.CompletedTask;
    }
}
