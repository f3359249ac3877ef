using ApChaos.Abstractions;

namespace ApChaos.Exploring.Shrinking.Passes;

/// <summary>
/// Exchanges neighbours of the schedule, so that of the histories that differ only in the order of steps that do not touch each other one
/// is left: that with the fewest preemptions and the lowest answers.
/// </summary>
internal sealed class CommuteSteps : ShrinkPass
{
    public override string Id => "commute-steps";

    public override string Summary => "exchanges neighbours of the schedule: one history for all orders that come to the same";

    public override int Order => 70;

    /// <summary>Nothing that could be missing: the exchanges are <see cref="Leaps"/>.</summary>
    public override IEnumerable<Reduction> Reductions(FailingHistory history) => [];

    public override IEnumerable<Reduction> Leaps(FailingHistory history)
    {
        var choices = history.Draft.Choices;
        var schedule = Enumerable.Range(0, choices.Count).Where(i => history.Labels[i] == ChoiceLabel.Schedule).ToList();
        for (var k = 0; k + 1 < schedule.Count; k++)
        {
            var (first, second) = (schedule[k], schedule[k + 1]);
            if (choices[first] != choices[second])
            {
                yield return new Reduction(
                    $"answers {first + 1} and {second + 1}",
                    "exchanged",
                    history.Draft with { Choices = [.. choices.Select((answer, i) => i == first ? choices[second] : i == second ? choices[first] : answer)] },
                    Exact: true);
            }
        }
    }
}
