using System.Text;
using ApChaos.Abstractions;

namespace ApChaos.Hosting;

/// <summary>The fault catalogue as a table for documents: one row a fault, from what the faults say of themselves.</summary>
public static class FaultTable
{
    /// <summary>Renders the table in Markdown.</summary>
    /// <param name="faults">The faults, in the order of the rows.</param>
    /// <returns>The table, lines end with LF.</returns>
    public static string Markdown(IEnumerable<Fault> faults)
    {
        var table = new StringBuilder();
        table.Append("| id | bends | options, with what holds when a plan gives none | trigger when a plan gives none | because of |\n");
        table.Append("|---|---|---|---|---|\n");
        foreach (var fault in faults)
        {
            var options = string.Join(", ", fault.Options.Select(DescribeOption));
            table.Append($"| `{fault.Id}` | {Cell(fault.Summary)} | {options} | {Describe(fault.DefaultTrigger)} | {Cell(fault.Motivation)} |\n");
        }

        return table.ToString();
    }

    private static string DescribeOption(FaultOption option) => $"`{option.Name}` " + option.Kind switch
    {
        FaultOptionKind.Duration => VirtualTime.Format(option.Default),
        FaultOptionKind.Count => $"{option.Default}",
        FaultOptionKind.Word => string.Join("\\|", option.Words.Select((word, i) => i == option.Default ? $"**{word}**" : word)),
        _ => "any",
    };

    private static string Describe(FaultTrigger trigger) => trigger.Kind switch
    {
        TriggerKind.BeforeInstruction => $"before {Instruction(trigger)}",
        TriggerKind.AfterInstruction => $"after {Instruction(trigger)}",
        TriggerKind.OperationEntry => $"entry of {OpText.Id(trigger.Operation)}",
        TriggerKind.OperationExit => $"exit of {OpText.Id(trigger.Operation)}",
        _ => "always",
    };

    private static string Instruction(FaultTrigger trigger)
    {
        var who = trigger.Actor switch
        {
            ActorClass.Driver => "the driver's",
            ActorClass.Guest => "a guest's",
            _ => "anybody's",
        };
        return $"{who}{(trigger.Nth == 1 ? " first" : "")} {OpText.Name(trigger.Op)}";
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
