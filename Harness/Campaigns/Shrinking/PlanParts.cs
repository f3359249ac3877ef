using ApChaos.Exploring.Shrinking;
using ApChaos.Hosting;
using ApChaos.Machine;

namespace ApChaos.Campaigns.Shrinking;

/// <summary>From a plan to the parts that are shrunk, and back: what a history was shrunk to is a plan again.</summary>
internal static class PlanParts
{
    /// <summary>The faults of a plan.</summary>
    internal static IReadOnlyList<FaultPart> Of(Plan plan, Catalogue catalogue, Topology topology) =>
        [.. plan.Arm(catalogue, topology).Select((armed, origin) => new FaultPart(origin, armed))];

    /// <summary>The plan with fewer faults, fewer values and certain triggers.</summary>
    internal static Plan Back(Plan whole, IReadOnlyList<FaultPart> parts, Topology topology)
    {
        List<PlannedFault> faults = [.. parts.Select(part => Back(whole.Faults[part.Origin], part, topology))];
        return whole with { Faults = faults, Json = PlanFile.Write(whole.Name, whole.Summary, whole.Beyond, whole.Swarm, faults) };
    }

    private static PlannedFault Back(PlannedFault fault, FaultPart part, Topology topology) => fault with
    {
        Trigger = fault.Trigger with { Trigger = fault.Trigger.Trigger with { ChancePermille = part.Armed.Trigger.ChancePermille } },
        Values = [.. part.Armed.Values.Select((values, option) => (IReadOnlyList<PlannedValue>)[.. values.Select(value => Back(fault.Values[option], value, topology))])],
    };

    /// <summary>The value of the plan that came to a number; a number of its own where none did.</summary>
    private static PlannedValue Back(IReadOnlyList<PlannedValue> planned, long value, Topology topology)
    {
        foreach (var candidate in planned)
        {
            if ((candidate.Apqn is { } apqn ? topology.IndexOf(apqn.Apqn) : candidate.Value) == value)
            {
                return candidate;
            }
        }

        return new PlannedValue(value);
    }
}
