namespace ApChaos.Exploring.Shrinking.Passes;

/// <summary>Leaves actions of guests out: whole vCPUs first.</summary>
internal sealed class RemoveActions : ShrinkPass
{
    public override string Id => "remove-actions";

    public override string Summary => "leaves actions of guests out";

    public override int Order => 30;

    public override bool RemovesParts => true;

    public override IEnumerable<Reduction> Leaps(FailingHistory history)
    {
        var draft = history.Draft;
        for (var guest = 0; guest < draft.Scenario.Guests.Count; guest++)
        {
            var workload = draft.Scenario.Guests[guest];
            for (var vcpu = 0; vcpu < workload.Vcpus.Count; vcpu++)
            {
                yield return new Reduction($"vCPU{vcpu} of G{guest + 1}", "without it", draft.With(guest, vcpu, []));
                for (var size = workload.Vcpus[vcpu].Count / 2; size > 1; size /= 2)
                {
                    for (var first = 0; first < workload.Vcpus[vcpu].Count; first += size)
                    {
                        yield return Without(draft, guest, vcpu, first, size);
                    }
                }
            }
        }
    }

    public override IEnumerable<Reduction> Reductions(FailingHistory history)
    {
        var draft = history.Draft;
        for (var guest = 0; guest < draft.Scenario.Guests.Count; guest++)
        {
            var vcpus = draft.Scenario.Guests[guest].Vcpus;
            for (var vcpu = 0; vcpu < vcpus.Count; vcpu++)
            {
                for (var action = vcpus[vcpu].Count - 1; action >= 0; action--)
                {
                    yield return Without(draft, guest, vcpu, action, 1);
                }
            }
        }
    }

    private static Reduction Without(Draft draft, int guest, int vcpu, int first, int count)
    {
        var actions = draft.Scenario.Guests[guest].Vcpus[vcpu];
        var queue = draft.Scenario.Topology.ApqnOf(actions[first].Queue);
        return new Reduction(
            $"action {first + 1} of vCPU{vcpu} of G{guest + 1}: {actions[first].Kind} {queue}",
            "without it",
            draft.With(guest, vcpu, [.. actions.Where((_, i) => i < first || i >= first + count)]));
    }
}
