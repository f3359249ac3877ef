using ApChaos.Abstractions;
using ApChaos.Exploring;

namespace ApChaos.Suites.Engine.Abstractions;

/// <summary>The one choice sequence (design §3, law 1).</summary>
[TestFixture]
public sealed class ChoicesTests
{
    [Test]
    public void Every_answer_is_recorded_with_its_question()
    {
        var choices = new Choices(new RecordedChoices([2, 0, 1]));
        Assert.That(choices.Next(ChoiceLabel.Schedule, 3), Is.EqualTo(2));
        Assert.That(choices.Next(ChoiceLabel.ResetDuration, 5), Is.Zero);
        Assert.That(choices.Chance(ChoiceLabel.Busy, 62), Is.True);
        Assert.That(choices.Values.ToArray(), Is.EqualTo([2, 0, 1]));
        Assert.That(choices.Domains.ToArray(), Is.EqualTo([3, 5, 2]));
        Assert.That(choices.Labels.ToArray(), Is.EqualTo([ChoiceLabel.Schedule, ChoiceLabel.ResetDuration, ChoiceLabel.Busy]));
    }

    [Test]
    public void What_is_certain_is_no_choice_and_leaves_no_record()
    {
        var choices = new Choices(new Refusing());
        Assert.That(choices.Next(ChoiceLabel.Schedule, 1), Is.Zero);
        Assert.That(choices.Chance(ChoiceLabel.Busy, 0), Is.False);
        Assert.That(choices.Chance(ChoiceLabel.Busy, 1000), Is.True);
        Assert.That(choices.Count, Is.Zero);
    }

    [TestCase(-1)]
    [TestCase(3)]
    public void An_answer_outside_the_domain_is_an_error_that_names_the_question(int answer)
    {
        var choices = new Choices(new Fixed(answer));
        Assert.That(() => choices.Next(ChoiceLabel.DrainTime, 3), Throws.InvalidOperationException.With.Message.Contains("3 for DrainTime"));
    }

    [Test]
    public void The_record_grows_with_the_run_and_is_forgotten_with_the_next()
    {
        var choices = new Choices(new Fixed(1));
        for (int i = 0; i < 10_000; i++)
            choices.Next(ChoiceLabel.Schedule, 2);
        Assert.That(choices.Values.ToArray(), Has.Length.EqualTo(10_000).And.All.EqualTo(1));
        choices.Restart(new Fixed(0));
        Assert.That(choices.Count, Is.Zero);
    }

    [Test]
    public void A_chance_of_a_random_walk_is_as_frequent_as_it_says()
    {
        var walk = new RandomWalk();
        walk.Restart(5);
        var choices = new Choices(walk);
        int yes = Enumerable.Range(0, 100_000).Count(_ => choices.Chance(ChoiceLabel.Busy, 62));
        Assert.That(yes, Is.InRange(5_700, 6_700));
    }

    [Test]
    public void A_record_that_was_used_up_fits()
    {
        var record = new RecordedChoices([1, 0]);
        record.Next(ChoiceLabel.Schedule, 2);
        Assert.That(record.UsedUp, Is.False);
        record.Next(ChoiceLabel.Schedule, 2);
        Assert.That(record.UsedUp, Is.True);
        Assert.That(record.MisfitAt, Is.EqualTo(-1));
    }

    [Test]
    public void A_record_that_is_too_short_says_where_it_ended()
    {
        var record = new RecordedChoices([1]);
        record.Next(ChoiceLabel.Schedule, 2);
        Assert.That(record.Next(ChoiceLabel.Schedule, 2), Is.Zero);
        Assert.That(record.MisfitAt, Is.EqualTo(1));
        Assert.That(record.UsedUp, Is.True);
    }

    [Test]
    public void A_record_of_other_code_says_which_answer_first_did_not_fit()
    {
        var record = new RecordedChoices([0, 4, 5, 1]);
        record.Next(ChoiceLabel.Schedule, 2);
        Assert.That(record.Next(ChoiceLabel.Schedule, 3), Is.Zero);
        record.Next(ChoiceLabel.Schedule, 3);
        Assert.That(record.Next(ChoiceLabel.Schedule, 2), Is.EqualTo(1));
        Assert.That(record.MisfitAt, Is.EqualTo(1));
    }

    private sealed class Fixed(int answer) : ChoiceSource
    {
        public override int Next(ChoiceLabel label, int count) => answer;
    }

    private sealed class Refusing : ChoiceSource
    {
        public override int Next(ChoiceLabel label, int count) => throw new InvalidOperationException("nobody asks");
    }
}
