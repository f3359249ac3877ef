using ApChaos.Abstractions;
using ApChaos.Exploring;
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

    /// <summary>
    /// Faults and answers of a history, as if its plan had been plain: of a swarm those faults that took part, each for certain and with the
    /// chance that it had in the swarm; the answers to who takes part are left out.
    /// </summary>
    internal static (IReadOnlyList<FaultPart> Faults, IReadOnlyList<int> Choices) Plain(ReplayFile file, DriverEntry driver, Catalogue catalogue)
    {
        var parts = Of(file.Plan, catalogue, file.Scenario.Topology);
        if (file.Plan.Swarm is null)
        {
            return (parts, file.Choices);
        }

        var engine = CellRunner.MakeEngine(driver, file.Plan, file.Firmware, file.Scenario, file.Budgets, catalogue);
        engine.Run(new RecordedChoices(file.Choices));
        var labels = engine.Choices.Labels;
        var values = engine.Choices.Values;
        var armed = new Queue<bool>();
        var choices = new List<int>();
        for (var i = 0; i < Math.Min(values.Length, file.Choices.Count); i++)
        {
            if (labels[i] == ChoiceLabel.FaultArmed)
            {
                armed.Enqueue(values[i] != 0);
            }
            else
            {
                choices.Add(values[i]);
            }
        }

        return (
            [.. parts.Where(part => part.Armed.ArmedPermille is >= 1000 || (part.Armed.ArmedPermille > 0 && armed.TryDequeue(out var isArmed) && isArmed))
                .Select(part => part with { Armed = part.Armed with { ArmedPermille = 1000 } })],
            choices);
    }

    /// <summary>The plan with fewer faults, fewer values and certain triggers. Never a swarm: its chances are those of the parts.</summary>
    internal static Plan Back(Plan whole, IReadOnlyList<FaultPart> parts, Topology topology)
    {
        List<PlannedFault> faults = [.. parts.Select(part => Back(whole.Faults[part.Origin], part, topology))];
        return whole with { Faults = faults, Swarm = null, Json = PlanFile.Write(whole.Name, whole.Summary, whole.Beyond, null, faults) };
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
