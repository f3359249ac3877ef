namespace ApChaos.Exploring.Shrinking.Passes;

/// <summary>Leaves faults out: all, halves, single ones.</summary>
internal sealed class RemoveFaults : ShrinkPass
{
    public override string Id => "remove-faults";

    public override string Summary => "leaves faults of the plan out";

    public override int Order => 10;

    public override bool RemovesParts => true;

    public override IEnumerable<Reduction> Leaps(FailingHistory history)
    {
        var faults = history.Draft.Faults;
        for (var size = faults.Count; size > 1; size /= 2)
        {
            for (var first = 0; first < faults.Count; first += size)
            {
                yield return Without(history, first, size);
            }
        }
    }

    public override IEnumerable<Reduction> Reductions(FailingHistory history)
    {
        for (var i = 0; i < history.Draft.Faults.Count; i++)
        {
            yield return Without(history, i, 1);
        }
    }

    private static Reduction Without(FailingHistory history, int first, int count)
    {
        var faults = history.Draft.Faults;
        return new Reduction(
            $"fault {faults[first].Armed.Fault.Id}",
            "without it",
            history.Draft with { Faults = [.. faults.Where((_, i) => i < first || i >= first + count)] });
    }
}
