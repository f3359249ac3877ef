using ApChaos.Abstractions;

namespace ApChaos.Exploring.Shrinking.Passes;

/// <summary>
/// Makes answers plain: all behind a place, some side by side, single ones; then lower ones. A plain answer of the schedule removes a
/// preemption: the last actor goes on.
/// </summary>
internal sealed class PlainAnswers : ShrinkPass
{
    public override string Id => "plain-answers";

    public override string Summary => "plain answers in place of others: fewer preemptions, the first of several values";

    public override int Order => 60;

    public override IEnumerable<Reduction> Leaps(FailingHistory history)
    {
        var choices = history.Draft.Choices;
        for (var size = choices.Count; size > 1; size /= 2)
        {
            for (var first = 0; first < choices.Count; first += size)
            {
                var last = Math.Min(first + size, choices.Count);
                if (choices.Skip(first).Take(size).Any(answer => answer != 0))
                {
                    yield return Changed(history, first, [.. choices.Select((answer, i) => i >= first && i < last ? 0 : answer)], 0);
                }
            }
        }
    }

    public override IEnumerable<Reduction> Reductions(FailingHistory history)
    {
        var choices = history.Draft.Choices;
        for (var place = choices.Count - 1; place >= 0; place--)
        {
            for (var lower = 0; lower < choices[place]; lower++)
            {
                var (at, value) = (place, lower);
                yield return Changed(history, at, [.. choices.Select((answer, i) => i == at ? value : answer)], value);
                if (history.Labels[at] == ChoiceLabel.Schedule)
                {
                    // The question goes away: everything behind it moves up.
                    yield return Changed(history, at, [.. choices.Take(at), value, .. choices.Skip(at + 2)], value);
                }
            }
        }
    }

    private static Reduction Changed(FailingHistory history, int place, IReadOnlyList<int> choices, int value) => new(
        $"answer {place + 1} ({history.Labels[place]} after step {history.At[place]}): {history.Draft.Choices[place]} of {history.Domains[place]}",
        $"{value}",
        history.Draft with { Choices = choices },
        Exact: true);
}
