using System.Globalization;
using System.Text.Json;
using ApChaos.Abstractions;

namespace ApChaos.Hosting;

/// <summary>
/// Reads and writes triggers: <c>"always"</c>, <c>{ "instruction": … }</c>, <c>{ "operation": … }</c> or <c>{ "at": … }</c>, the last three with
/// properties that narrow them down.
/// </summary>
internal sealed class TriggerReader(PlanReader plan)
{
    private const string Always = "always";
    private const string Expected =
        "\"always\", or an object with one of instruction, operation, at (and apqn, nth, actor, when, chance as they apply)";

    private const int NthMax = 1_000_000;

    // QCI names no queue: no hook sees it.
    private static readonly (string Word, Op Value)[] _instructions =
    [
        ("tapq", Op.Tapq), ("zapq", Op.Zapq), ("rapq", Op.Rapq), ("aqic", Op.Aqic), ("nqap", Op.Nqap), ("dqap", Op.Dqap),
    ];

    private static readonly (string Word, DriverOperation Value)[] _operations =
        [.. Enum.GetValues<DriverOperation>().Where(operation => operation != DriverOperation.None).Select(operation => (OpText.Id(operation), operation))];

    private static readonly (string Word, ActorClass Value)[] _actors =
        [("driver", ActorClass.Driver), ("guest", ActorClass.Guest), ("host", ActorClass.Host)];

    private static readonly (string Word, TriggerKind Value)[] _instructionMoments =
        [("before", TriggerKind.BeforeInstruction), ("after", TriggerKind.AfterInstruction)];

    private static readonly (string Word, TriggerKind Value)[] _operationMoments =
        [("entry", TriggerKind.OperationEntry), ("exit", TriggerKind.OperationExit)];

    /// <summary>The properties that go with each anchor.</summary>
    private static readonly (string Anchor, string[] Allowed)[] _anchors =
    [
        ("instruction", ["apqn", "nth", "actor", "when", "chance"]),
        ("operation", ["apqn", "nth", "when", "chance"]),
        ("at", ["apqn", "chance"]),
    ];

    internal (FaultTrigger Trigger, PlannedApqn? Apqn) Read(PlacedJson json)
    {
        if (json is { Kind: JsonTokenType.String, Text: Always })
        {
            return (new FaultTrigger(TriggerKind.Always), null);
        }

        if (json.Kind != JsonTokenType.StartObject)
        {
            throw plan.Error($"found {json.Words} as a trigger; expected {Expected}", json);
        }

        var anchor = FindAnchor(json);
        var trigger = new FaultTrigger(anchor switch
        {
            "instruction" => TriggerKind.BeforeInstruction,
            "operation" => TriggerKind.OperationEntry,
            _ => TriggerKind.Time,
        });
        PlannedApqn? apqn = null;
        foreach (var (name, _, _, value) in json.Properties)
        {
            switch (name)
            {
                case "instruction":
                    trigger = trigger with { Op = Word(value, name, _instructions) };
                    break;
                case "operation":
                    trigger = trigger with { Operation = Word(value, name, _operations) };
                    break;
                case "at":
                    trigger = trigger with { AtNs = Instant(value) };
                    break;
                case "apqn":
                    apqn = plan.ReadApqn(value);
                    break;
                case "nth":
                    trigger = trigger with { Nth = Nth(value) };
                    break;
                case "actor":
                    trigger = trigger with { Actor = Word(value, name, _actors) };
                    break;
                case "when":
                    trigger = trigger with { Kind = Word(value, name, anchor == "instruction" ? _instructionMoments : _operationMoments) };
                    break;
                default:
                    trigger = trigger with { ChancePermille = Permille(value) };
                    break;
            }
        }

        return (trigger, apqn);
    }

    /// <summary>Writes what <see cref="Read"/> reads; what says nothing is left out.</summary>
    internal static void Write(Utf8JsonWriter writer, FaultTrigger trigger, PlannedApqn? apqn)
    {
        writer.WritePropertyName("on");
        if (trigger.Kind == TriggerKind.Always)
        {
            writer.WriteStringValue(Always);
            return;
        }

        writer.WriteStartObject();
        switch (trigger.Kind)
        {
            case TriggerKind.Time:
                writer.WriteString("at", VirtualTime.Format(trigger.AtNs));
                break;
            case TriggerKind.OperationEntry or TriggerKind.OperationExit:
                writer.WriteString("operation", OpText.Id(trigger.Operation));
                writer.WriteString("when", Array.Find(_operationMoments, moment => moment.Value == trigger.Kind).Word);
                break;
            default:
                writer.WriteString("instruction", Array.Find(_instructions, instruction => instruction.Value == trigger.Op).Word);
                writer.WriteString("when", Array.Find(_instructionMoments, moment => moment.Value == trigger.Kind).Word);
                break;
        }

        if (trigger.Actor is { } actor)
        {
            writer.WriteString("actor", Array.Find(_actors, known => known.Value == actor).Word);
        }

        if (apqn is not null)
        {
            writer.WriteString("apqn", apqn.Apqn.ToString());
        }

        if (trigger.Nth > 0)
        {
            writer.WriteNumber("nth", trigger.Nth);
        }

        if (trigger.ChancePermille < 1000)
        {
            writer.WriteNumber("chance", trigger.ChancePermille / 1000m);
        }

        writer.WriteEndObject();
    }

    /// <summary>The one property that says where the trigger is anchored; the others must go with it.</summary>
    private string FindAnchor(PlacedJson json)
    {
        string? anchor = null;
        foreach (var (name, line, column, _) in json.Properties)
        {
            if (!_anchors.Any(known => known.Anchor == name))
            {
                continue;
            }

            anchor = anchor is null
                ? name
                : throw plan.Error($"the trigger contradicts itself: both '{anchor}' and '{name}'; expected one of instruction, operation, at", line, column);
        }

        foreach (var (name, line, column, _) in json.Properties)
        {
            if (!_anchors.Any(known => known.Anchor == name || known.Allowed.Contains(name)))
            {
                throw plan.Error(
                    InputText.Unknown("trigger property", name, ["instruction", "operation", "at", "apqn", "nth", "actor", "when", "chance"]), line, column);
            }

            var allowed = Array.Find(_anchors, known => known.Anchor == anchor).Allowed;
            if (anchor is not null && name != anchor && !allowed.Contains(name))
            {
                throw plan.Error($"the trigger contradicts itself: '{name}' does not go with '{anchor}'; expected with it any of: {InputText.List(allowed)}", line, column);
            }
        }

        return anchor ?? throw plan.Error($"the trigger is anchored to nothing; expected {Expected}", json);
    }

    private T Word<T>(PlacedJson json, string property, (string Word, T Value)[] words)
    {
        var expected = $"for '{property}' one of: {InputText.List(words.Select(known => known.Word))}";
        plan.Expect(json, JsonTokenType.String, expected);
        var index = Array.FindIndex(words, known => known.Word == json.Text);
        return index >= 0 ? words[index].Value : throw plan.Error($"found {json.Words}; expected {expected}", json);
    }

    private long Instant(PlacedJson json)
    {
        plan.Expect(json, JsonTokenType.String, "for 'at' a virtual time such as \"30ms\"");
        if (!VirtualTime.TryParse(json.Text, out var ns, out var expected) || ns == VirtualTime.Never)
        {
            throw plan.Error($"'at' is {InputText.Quote(json.Text)}; expected {(ns == VirtualTime.Never ? "a virtual time that comes, such as \"30ms\"" : expected)}", json);
        }

        return ns;
    }

    private int Nth(PlacedJson json)
    {
        const string expected = "for 'nth' a whole number, 1 to 1000000; without it every match fires";
        plan.Expect(json, JsonTokenType.Number, expected);
        return int.TryParse(json.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var nth) && nth is >= 1 and <= NthMax
            ? nth
            : throw plan.Error($"found {json.Words}; expected {expected}", json);
    }

    private int Permille(PlacedJson json)
    {
        const string expected = "for 'chance' a number from 0.001 to 1, in steps of 0.001";
        plan.Expect(json, JsonTokenType.Number, expected);
        const NumberStyles style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign;
        return decimal.TryParse(json.Text, style, CultureInfo.InvariantCulture, out var chance)
            && chance is >= 0.001m and <= 1 && chance * 1000 == decimal.Truncate(chance * 1000)
            ? (int)(chance * 1000)
            : throw plan.Error($"found {json.Words}; expected {expected}", json);
    }
}
