using System.Globalization;
using System.Text.Json;
using ApChaos.Abstractions;

namespace ApChaos.Hosting;

/// <summary>
/// Reads and writes triggers: <c>"always"</c>, or an object that is anchored to an instruction, a call of the driver, a driver operation,
/// a change of a queue or a virtual time (or to nothing: <c>"always": true</c>, for a chance), with properties that narrow it down and
/// conditions that are triggers themselves.
/// </summary>
internal sealed class TriggerReader(PlanReader plan)
{
    private const string Always = "always";
    private const string Expected =
        "\"always\", or an object with one of instruction, call, operation, queue, at, always (and apqn, nth, every, once, actor, when, chance, after, until, unless as they apply)";

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

    // What a driver calls, by the name of the operation.
    private static readonly (string Word, Op Value)[] _calls =
        [.. Enum.GetValues<Op>().Where(op => op is >= Op.Msleep and <= Op.Log).Select(op => (KebabCase(op.ToString()), op))];

    private static readonly (string Word, EventKind Value)[] _changes =
    [
        .. new[]
        {
            EventKind.ResetStarted, EventKind.ResetCompleted, EventKind.IrqOn, EventKind.IrqOff, EventKind.Enqueued, EventKind.ReplyReady,
            EventKind.Dequeued, EventKind.NibStore, EventKind.IpmStore, EventKind.QueueGranted, EventKind.QueueRevoked, EventKind.QueueUnbound, EventKind.QueueBound,
        }.Select(change => (KebabCase(change.ToString()), change)),
    ];

    private static readonly string[] _conditions = ["after", "until", "unless"];

    private static readonly string[] _narrowing = ["apqn", "nth", "every", "once", "chance", .. _conditions];

    /// <summary>The properties that go with each anchor.</summary>
    private static readonly (string Anchor, TriggerKind Kind, string[] Allowed)[] _anchors =
    [
        ("instruction", TriggerKind.BeforeInstruction, ["actor", "when", .. _narrowing]),
        ("call", TriggerKind.AfterCall, _narrowing),
        ("operation", TriggerKind.OperationEntry, ["when", .. _narrowing]),
        ("queue", TriggerKind.QueueChange, _narrowing),
        ("at", TriggerKind.Time, ["apqn", "every", "chance", .. _conditions]),
        (Always, TriggerKind.Always, ["chance"]),
    ];

    /// <summary>Of a condition only the match counts: it neither draws a chance nor has conditions of its own; and what is always on matches nowhere.</summary>
    private static readonly string[] _notInConditions = [Always, "chance", "every", "once", .. _conditions];

    internal PlannedTrigger Read(PlacedJson json) => Read(json, isCondition: false);

    /// <summary>Writes what <see cref="Read(PlacedJson)"/> reads; what says nothing is left out.</summary>
    internal static void Write(Utf8JsonWriter writer, string property, PlannedTrigger planned)
    {
        var trigger = planned.Trigger;
        writer.WritePropertyName(property);
        if (trigger is { Kind: TriggerKind.Always, ChancePermille: >= 1000 })
        {
            writer.WriteStringValue(Always);
            return;
        }

        writer.WriteStartObject();
        WriteAnchor(writer, trigger);
        if (trigger.Actor is { } actor)
        {
            writer.WriteString("actor", WordOf(_actors, actor));
        }

        if (planned.Apqn is not null)
        {
            writer.WriteString("apqn", planned.Apqn.Apqn.ToString());
        }

        if (trigger.Nth > 0)
        {
            writer.WriteNumber("nth", trigger.Nth);
        }

        if (trigger.Every > 0)
        {
            writer.WriteNumber("every", trigger.Every);
        }

        if (trigger.EveryNs > 0)
        {
            writer.WriteString("every", VirtualTime.Format(trigger.EveryNs));
        }

        if (trigger.ChancePermille < 1000)
        {
            writer.WriteNumber("chance", trigger.ChancePermille / 1000m);
        }

        foreach (var (name, condition) in new[] { ("after", planned.After), ("until", planned.Until), ("unless", planned.Unless) })
        {
            if (condition is not null)
            {
                Write(writer, name, condition);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteAnchor(Utf8JsonWriter writer, FaultTrigger trigger)
    {
        switch (trigger.Kind)
        {
            case TriggerKind.Always:
                writer.WriteBoolean(Always, true);
                break;
            case TriggerKind.Time:
                writer.WriteString("at", VirtualTime.Format(trigger.AtNs));
                break;
            case TriggerKind.AfterCall:
                writer.WriteString("call", WordOf(_calls, trigger.Op));
                break;
            case TriggerKind.QueueChange:
                writer.WriteString("queue", WordOf(_changes, trigger.Change));
                break;
            case TriggerKind.OperationEntry or TriggerKind.OperationExit:
                writer.WriteString("operation", OpText.Id(trigger.Operation));
                writer.WriteString("when", WordOf(_operationMoments, trigger.Kind));
                break;
            default:
                writer.WriteString("instruction", WordOf(_instructions, trigger.Op));
                writer.WriteString("when", WordOf(_instructionMoments, trigger.Kind));
                break;
        }
    }

    private static string WordOf<T>((string Word, T Value)[] words, T value) =>
        Array.Find(words, known => EqualityComparer<T>.Default.Equals(known.Value, value)).Word;

    private static string KebabCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));

    private PlannedTrigger Read(PlacedJson json, bool isCondition)
    {
        if (json is { Kind: JsonTokenType.String, Text: Always } && !isCondition)
        {
            return new PlannedTrigger(new FaultTrigger(TriggerKind.Always));
        }

        if (json.Kind != JsonTokenType.StartObject)
        {
            throw plan.Error($"found {json.Words} as a trigger; expected {Expected}", json);
        }

        var anchor = FindAnchor(json, isCondition);
        var planned = new PlannedTrigger(new FaultTrigger(Array.Find(_anchors, known => known.Anchor == anchor).Kind));
        foreach (var (name, line, column, value) in json.Properties)
        {
            planned = ReadProperty(planned, anchor, name, value);
            if (planned.Trigger is { Nth: > 0, Every: > 0 })
            {
                throw plan.Error("the trigger contradicts itself: 'every' with 'nth' or 'once'; expected one of them", line, column);
            }
        }

        return planned;
    }

    private PlannedTrigger ReadProperty(PlannedTrigger planned, string anchor, string name, PlacedJson value)
    {
        var trigger = planned.Trigger;
        return name switch
        {
            "instruction" => planned with { Trigger = trigger with { Op = Word(value, name, _instructions) } },
            "call" => planned with { Trigger = trigger with { Op = Word(value, name, _calls) } },
            "operation" => planned with { Trigger = trigger with { Operation = Word(value, name, _operations) } },
            "queue" => planned with { Trigger = trigger with { Change = Word(value, name, _changes) } },
            "at" => planned with { Trigger = trigger with { AtNs = Instant(value, name) } },
            "apqn" => planned with { Apqn = plan.ReadApqn(value) },
            "nth" => planned with { Trigger = trigger with { Nth = Times(value, name, 1, "; without it every match fires") } },
            "every" when anchor == "at" => planned with { Trigger = trigger with { EveryNs = Instant(value, name) } },
            "every" => planned with { Trigger = trigger with { Every = Times(value, name, 2, ": it fires at every so many matches") } },
            "once" => planned with { Trigger = IsTrue(value, name) ? trigger with { Nth = 1 } : trigger },
            "actor" => planned with { Trigger = trigger with { Actor = Word(value, name, _actors) } },
            "when" => planned with { Trigger = trigger with { Kind = Word(value, name, anchor == "instruction" ? _instructionMoments : _operationMoments) } },
            Always => IsTrue(value, name) ? planned : throw plan.Error("'always' is false; expected true, or another anchor", value),
            "after" => planned with { After = Read(value, isCondition: true) },
            "until" => planned with { Until = Read(value, isCondition: true) },
            "unless" => planned with { Unless = Read(value, isCondition: true) },
            _ => planned with { Trigger = trigger with { ChancePermille = Permille(plan, value, name) } },
        };
    }

    /// <summary>The one property that says where the trigger is anchored; the others must go with it.</summary>
    private string FindAnchor(PlacedJson json, bool isCondition)
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
                : throw plan.Error(
                    $"the trigger contradicts itself: both '{anchor}' and '{name}'; expected one of {InputText.List(_anchors.Select(known => known.Anchor))}", line, column);
        }

        foreach (var (name, line, column, _) in json.Properties)
        {
            if (!_anchors.Any(known => known.Anchor == name || known.Allowed.Contains(name)))
            {
                throw plan.Error(
                    InputText.Unknown("trigger property", name, [.. _anchors.Select(known => known.Anchor), "actor", "when", .. _narrowing]), line, column);
            }

            var allowed = Array.Find(_anchors, known => known.Anchor == anchor).Allowed;
            if (anchor is not null && name != anchor && !allowed.Contains(name))
            {
                throw plan.Error($"the trigger contradicts itself: '{name}' does not go with '{anchor}'; expected with it any of: {InputText.List(allowed)}", line, column);
            }

            if (isCondition && _notInConditions.Contains(name))
            {
                throw plan.Error($"a condition has no '{name}'; expected an anchor, and apqn, nth, actor, when as they apply", line, column);
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

    private long Instant(PlacedJson json, string property)
    {
        plan.Expect(json, JsonTokenType.String, $"for '{property}' a virtual time such as \"30ms\"");
        if (!VirtualTime.TryParse(json.Text, out var ns, out var expected) || ns == VirtualTime.Never || (ns == 0 && property == "every"))
        {
            throw plan.Error($"'{property}' is {InputText.Quote(json.Text)}; expected {(ns is VirtualTime.Never or 0 ? "a virtual time that comes, such as \"30ms\"" : expected)}", json);
        }

        return ns;
    }

    private bool IsTrue(PlacedJson json, string property) => json.Kind is JsonTokenType.True or JsonTokenType.False
        ? json.Kind == JsonTokenType.True
        : throw plan.Error($"found {json.Words}; expected for '{property}' true or false", json);

    private int Times(PlacedJson json, string property, int minimum, string meaning)
    {
        var expected = string.Create(CultureInfo.InvariantCulture, $"for '{property}' a whole number, {minimum} to {NthMax}{meaning}");
        plan.Expect(json, JsonTokenType.Number, expected);
        return int.TryParse(json.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var times) && times >= minimum && times <= NthMax
            ? times
            : throw plan.Error($"found {json.Words}; expected {expected}", json);
    }

    /// <summary>A chance, in thousandths.</summary>
    internal static int Permille(PlanReader plan, PlacedJson json, string property)
    {
        var expected = $"for '{property}' a number from 0.001 to 1, in steps of 0.001";
        plan.Expect(json, JsonTokenType.Number, expected);
        const NumberStyles style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign;
        return decimal.TryParse(json.Text, style, CultureInfo.InvariantCulture, out var chance)
            && chance is >= 0.001m and <= 1 && chance * 1000 == decimal.Truncate(chance * 1000)
            ? (int)(chance * 1000)
            : throw plan.Error($"found {json.Words}; expected {expected}", json);
    }
}
