using System.Globalization;
using System.Text.Json;
using ApChaos.Abstractions;

namespace ApChaos.Hosting;

/// <summary>Reads and writes the value of one option of a fault.</summary>
internal sealed class OptionReader(PlanReader plan, FaultOption option)
{
    private const string OneOf = "oneOf";
    private const int ValuesMax = 1000;

    private string Expected => option.Kind switch
    {
        FaultOptionKind.Duration => $"a duration such as \"20ms\"{Range}{(option.AllowsNever ? ", or \"never\"" : "")} (units: ns, us, ms, s, min)",
        FaultOptionKind.Count => $"a whole number{Range}",
        FaultOptionKind.Word => $"one of: {InputText.List(option.Words)}",
        _ => "a queue such as \"05.0004\" (adapter.domain, hexadecimal), or \"any\"",
    };

    private string Range => $", {Show(option.Minimum)} to {Show(option.Maximum)}";

    /// <summary>Reads a value, or <c>{ "oneOf": [ … ] }</c>.</summary>
    internal IReadOnlyList<PlannedValue> Read(PlacedJson json)
    {
        if (json.Kind != JsonTokenType.StartObject)
        {
            return [ReadOne(json)];
        }

        if (json.Properties is not [(OneOf, _, _, { Kind: JsonTokenType.StartArray } list)])
        {
            throw plan.Error($"{option.Name} is not such an object; expected {Expected}; or {{ \"{OneOf}\": [ … ] }} of such", json);
        }

        return list.Items.Count is > 0 and <= ValuesMax
            ? list.Items.ConvertAll(ReadOne)
            : throw plan.Error($"{OneOf} of {option.Name} has {list.Items.Count} values; expected 1 to {ValuesMax}", list);
    }

    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    internal static void Write(Utf8JsonWriter writer, FaultOption option, IReadOnlyList<PlannedValue> values)
    {
        writer.WritePropertyName(option.Name);
        if (values.Count > 1)
        {
            writer.WriteStartObject();
            writer.WriteStartArray(OneOf);
        }

        foreach (var value in values)
        {
            if (option.Kind == FaultOptionKind.Count)
            {
                writer.WriteNumberValue(value.Value);
            }
            else
            {
                writer.WriteStringValue(option.Kind switch
                {
                    FaultOptionKind.Duration => VirtualTime.Format(value.Value),
                    FaultOptionKind.Word => option.Words[value.Value],
                    _ => value.Apqn?.Apqn.ToString() ?? "any",
                });
            }
        }

        if (values.Count > 1)
        {
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }

    private PlannedValue ReadOne(PlacedJson json)
    {
        plan.Expect(json, option.Kind == FaultOptionKind.Count ? JsonTokenType.Number : JsonTokenType.String, $"for {option.Name} {Expected}");
        switch (option.Kind)
        {
            case FaultOptionKind.Duration:
                return ReadDuration(json);
            case FaultOptionKind.Count:
                var isWhole = long.TryParse(json.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count);
                return isWhole && count >= option.Minimum && count <= option.Maximum ? new PlannedValue(count) : throw Wrong(json);
            case FaultOptionKind.Word:
                var word = Array.IndexOf(option.Words, json.Text);
                return word >= 0 ? new PlannedValue(word) : throw Wrong(json);
            default:
                var apqn = plan.ReadApqn(json);
                return new PlannedValue(-1, apqn);
        }
    }

    private PlannedValue ReadDuration(PlacedJson json)
    {
        if (!VirtualTime.TryParse(json.Text, out var ns, out var expected))
        {
            throw plan.Error($"{option.Name} is {InputText.Quote(json.Text)}; expected {expected}", json);
        }

        var fits = ns == VirtualTime.Never ? option.AllowsNever : ns >= option.Minimum && ns <= option.Maximum;
        return fits ? new PlannedValue(ns) : throw Wrong(json);
    }

    private InputException Wrong(PlacedJson json) => plan.Error($"{option.Name} is {json.Words}; expected {Expected}", json);

    private string Show(long value) => option.Kind == FaultOptionKind.Duration ? VirtualTime.Format(value) : value.ToString(CultureInfo.InvariantCulture);
}
