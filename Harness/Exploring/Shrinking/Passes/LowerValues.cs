using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Exploring.Shrinking.Passes;

/// <summary>
/// Takes what is left to chance out of scenario and plan: one value in place of several, the smallest that will do; a chance becomes
/// certain; durations, lengths and addresses go down.
/// </summary>
internal sealed class LowerValues : ShrinkPass
{
    private static readonly long[] Steps = [VirtualTime.Millisecond, 100 * VirtualTime.Microsecond, VirtualTime.Microsecond];

    public override string Id => "lower-values";

    public override string Summary => "one value in place of several, and smaller values";

    public override int Order => 40;

    public override IEnumerable<Reduction> Reductions(FailingHistory history) => OfFaults(history.Draft).Concat(OfGuests(history.Draft));

    private static IEnumerable<Reduction> OfFaults(Draft draft)
    {
        for (var i = 0; i < draft.Faults.Count; i++)
        {
            var part = draft.Faults[i];
            var (index, fault) = (i, part.Armed);
            if (fault.Trigger.ChancePermille < 1000)
            {
                yield return new Reduction(
                    $"chance of fault {fault.Fault.Id}", "certain", With(fault with { Trigger = fault.Trigger with { ChancePermille = 1000 } }));
            }

            for (var o = 0; o < fault.Values.Count; o++)
            {
                var (at, option) = (o, fault.Fault.Options[o]);
                foreach (var lower in Lower(fault.Values[o], option.Kind is FaultOptionKind.Duration or FaultOptionKind.Count ? option.Minimum : null, option.Kind == FaultOptionKind.Duration))
                {
                    yield return new Reduction(
                        $"{option.Name} of fault {fault.Fault.Id}: {Text(fault.Values[o], option.Kind)}",
                        Text([lower], option.Kind),
                        With(fault with { Values = [.. fault.Values.Select((values, k) => k == at ? [lower] : values)] }));
                }
            }

            Draft With(ArmedFault armed) => draft with { Faults = [.. draft.Faults.Select((old, k) => k == index ? part with { Armed = armed } : old)] };
        }
    }

    private static IEnumerable<Reduction> OfGuests(Draft draft)
    {
        for (var g = 0; g < draft.Scenario.Guests.Count; g++)
        {
            var (guest, workload, name) = (g, draft.Scenario.Guests[g], $"G{g + 1}");
            foreach (var life in Lower(workload.LifeNs, 0, isTime: true))
            {
                yield return new Reduction(
                    $"life of {name}: {Text(workload.LifeNs, FaultOptionKind.Duration)}", VirtualTime.Format(life), draft.With(guest, workload with { LifeNs = [life] }));
            }

            for (var v = 0; v < workload.Vcpus.Count; v++)
            {
                for (var a = 0; a < workload.Vcpus[v].Count; a++)
                {
                    var (vcpu, position, action) = (v, a, workload.Vcpus[v][a]);
                    foreach (var (element, change, lower) in OfAction(action))
                    {
                        yield return new Reduction(
                            $"{element} of action {position + 1} of vCPU{vcpu} of {name}",
                            change,
                            draft.With(guest, vcpu, [.. workload.Vcpus[vcpu].Select((old, k) => k == position ? lower : old)]));
                    }
                }
            }
        }
    }

    private static IEnumerable<(string Element, string Change, GuestAction Lower)> OfAction(GuestAction action)
    {
        foreach (var pause in Lower(action.PauseNs, 0, isTime: true))
        {
            yield return ($"pause {Text(action.PauseNs, FaultOptionKind.Duration)}", VirtualTime.Format(pause), action with { PauseNs = [pause] });
        }

        if (action.Length > 1)
        {
            yield return ($"length {action.Length}", "1", action with { Length = 1 });
        }

        if (action.Isc > 0)
        {
            yield return ($"ISC {action.Isc}", "0", action with { Isc = 0 });
        }
    }

    /// <summary>One value in place of several; of a single one smaller ones: the smallest, half, and a round step less.</summary>
    private static IEnumerable<long> Lower(IReadOnlyList<long> values, long? minimum, bool isTime)
    {
        if (values.Count > 1)
        {
            foreach (var value in values.Distinct().Order())
            {
                yield return value;
            }

            yield break;
        }

        var single = values[0];
        if (minimum is not { } least || single <= least)
        {
            yield break;
        }

        yield return least;
        if (single == VirtualTime.Never)
        {
            yield return VirtualTime.Second;
            yield break;
        }

        if ((single + least) / 2 is var half && half > least && (!isTime || half % VirtualTime.Microsecond == 0))
        {
            yield return half;
        }

        foreach (var step in isTime ? Steps : [1L])
        {
            if (single - step > least && single % step == 0)
            {
                yield return single - step;
                yield break;
            }
        }
    }

    private static string Text(IReadOnlyList<long> values, FaultOptionKind kind) =>
        string.Join(" or ", values.Select(value => kind == FaultOptionKind.Duration ? VirtualTime.Format(value) : $"{value}"));
}
