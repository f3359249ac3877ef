// The JSON Schema of chaos.json, made of ChaosConfig and the attributes of its properties. Harness/chaos.schema.json is this text
// (`apchaos schema`), a test compares the two, and files are checked against that copy, which is part of this assembly.
//
// Keywords are those of draft 7 that NJsonSchema and editors share. Ids of drivers, plans, faults and the like are not in it: they are found
// by being there, and a new file must not need another edit.

using System.ComponentModel;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace ApChaos.Campaigns;

/// <summary>Makes the JSON Schema of chaos.json.</summary>
public static class ChaosSchema
{
    /// <summary>What the schema says of durations; the words of an error come from the reader of durations.</summary>
    internal const string DurationPattern = @"^[0-9]+(\.[0-9]+)?(ns|us|ms|s|min)$";

    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema as text, LF at the end of each line.</summary>
    /// <returns>The text.</returns>
    public static string ToJson() => Make().ToJsonString(Layout) + "\n";

    private static JsonObject Make()
    {
        var options = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Refine };
        var exported = (JsonObject)ChaosJson.Options.GetJsonSchemaAsNode(typeof(ChaosConfig), options);
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "chaos.json",
        };
        foreach (var (name, value) in exported)
        {
            schema[name] = value?.DeepClone();
        }

        schema["definitions"] = new JsonObject { ["plan"] = Plan() };
        return schema;
    }

    private static JsonNode Refine(JsonSchemaExporterContext context, JsonNode node)
    {
        var schema = (JsonObject)node;
        if (schema["type"] is JsonArray types)
        {
            // What may be left out is not therefore null.
            schema["type"] = types.Select(type => type!.GetValue<string>()).First(type => type != "null");
        }

        schema.Remove("default");
        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object)
        {
            schema["additionalProperties"] = false;
        }

        if (Attribute<DescriptionAttribute>(context) is { } description)
        {
            schema.Insert(0, "description", description.Description);
        }

        if (context.TypeInfo.ElementType == typeof(PlanReference))
        {
            // The exporter does not look through the converter.
            schema["items"] = PlanReferenceShape();
        }

        var target = schema["items"] as JsonObject ?? schema;
        if (Attribute<BetweenAttribute>(context) is { } between)
        {
            target["minimum"] = between.Minimum;
            target["maximum"] = between.Maximum;
        }

        if (Attribute<LengthAttribute>(context) is { } length)
        {
            schema["minLength"] = length.Minimum;
            schema["maxLength"] = length.Maximum;
        }

        if (Attribute<ItemsAttribute>(context) is { } items)
        {
            var bounds = schema["type"]!.GetValue<string>() == "array" ? ("minItems", "maxItems") : ("minProperties", "maxProperties");
            schema[bounds.Item1] = items.Minimum;
            schema[bounds.Item2] = items.Maximum;
            if (items.Unique)
            {
                schema["uniqueItems"] = true;
            }
        }

        if (Attribute<DurationAttribute>(context) is not null)
        {
            schema["pattern"] = DurationPattern;
        }

        if (Attribute<ExampleAttribute>(context) is { } example)
        {
            target["examples"] = new JsonArray([.. example.Values.Select(value => value is int number ? JsonValue.Create(number) : JsonValue.Create((string)value))]);
        }

        return schema;
    }

    private static T? Attribute<T>(JsonSchemaExporterContext context)
        where T : Attribute =>
        (context.PropertyInfo?.AttributeProvider ?? context.TypeInfo.Type).GetCustomAttributes(typeof(T), inherit: false).Cast<T>().FirstOrDefault();

    private static JsonObject PlanReferenceShape() => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "string", ["minLength"] = 1, ["examples"] = new JsonArray("calm", "thread-scenario-*", "file:plans/mine.json", "script:plans/mine.csx") },
            new JsonObject { ["$ref"] = "#/definitions/plan" }),
    };

    // A plan is read by Hosting, which knows the faults and their options; here is only its shape, for editors and for the first check.
    private static JsonObject Plan() => new()
    {
        ["description"] = "A plan: faults, in the order in which they are asked. `apchaos list faults` shows them with their options.",
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["required"] = new JsonArray("name", "faults"),
        ["properties"] = new JsonObject
        {
            ["$schema"] = Text("Path of a schema, for editors.", "./Harness/chaos.schema.json"),
            ["name"] = Text("What reports and --plan call it.", "two-storms"),
            ["summary"] = Text("One line: what it is for.", "two storms in a row"),
            ["beyond"] = new JsonObject
            {
                ["description"] = "Oracles that may speak even for a correct driver: the plan asks for more than anybody can survive.",
                ["type"] = "array",
                ["items"] = Text("Oracle id.", "operation-hang"),
            },
            ["swarm"] = new JsonObject
            {
                ["description"] = "Each run has some of the faults only, and of these not every match counts. Without it: all of them.",
                ["type"] = "object",
                ["additionalProperties"] = false,
                ["properties"] = new JsonObject
                {
                    ["armed"] = Chance("Chance of a fault to take part in a run; 0.25 when nothing is said."),
                    ["firing"] = Chance("Chance of a match to count, besides the trigger's own; 0.25 when nothing is said."),
                },
            },
            ["faults"] = new JsonObject
            {
                ["description"] = "The faults, armed from the start of the run.",
                ["type"] = "array",
                ["items"] = Fault(),
            },
        },
    };

    private static JsonObject Fault() => new()
    {
        ["description"] = "A fault, when it fires, and its options by name.",
        ["type"] = "object",
        ["required"] = new JsonArray("fault"),
        ["properties"] = new JsonObject
        {
            ["fault"] = Text("Fault id, or a pattern for each fault that it matches.", "reset-in-progress-storm"),
            ["on"] = Trigger(),
            ["duration"] = OneOrSeveral(new JsonObject
            {
                ["description"] = "A duration in virtual time, where the fault has one.",
                ["type"] = "string",
                ["examples"] = new JsonArray("30ms", "never"),
            }),
        },
        ["additionalProperties"] = OneOrSeveral(new JsonObject
        {
            ["description"] = "An option of the fault: a text or a whole number.",
            ["type"] = new JsonArray("string", "integer"),
        }),
    };

    private static JsonObject Trigger() => new()
    {
        ["description"] = "When it fires: anchored to an event or to virtual time, perhaps by a seeded chance. Without it: as `apchaos list faults` says.",
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "string", ["enum"] = new JsonArray("always") },
            new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = false,
                ["properties"] = new JsonObject
                {
                    ["call"] = Text("A call of the driver into the kernel. `apchaos list operations` shows them.", "unpin-pages"),
                    ["queue"] = Text("A change of a queue, such as reset-started, irq-off, reply-ready.", "reset-started"),
                    ["every"] = new JsonObject { ["description"] = "At every so many matches, from 2; of \"at\" again after that time.", ["type"] = new JsonArray("integer", "string") },
                    ["once"] = new JsonObject { ["description"] = "Only the first match.", ["type"] = "boolean" },
                    ["after"] = Condition("Matches count only after this trigger has matched."),
                    ["until"] = Condition("Once this trigger has matched, the fault is lifted and fires no more."),
                    ["unless"] = Condition("Once this trigger has matched, the fault fires no more."),
                    ["instruction"] = Text("An AP instruction: tapq, zapq, rapq, aqic, nqap, dqap.", "zapq"),
                    ["operation"] = Text("A driver operation. `apchaos list operations` shows them.", "close-device"),
                    ["at"] = Text("A virtual time.", "20ms"),
                    ["always"] = new JsonObject { ["description"] = "From the start of the run; for a chance.", ["type"] = "boolean" },
                    ["apqn"] = Text("The queue, adapter.domain in hexadecimal, or any.", "05.0004"),
                    ["nth"] = new JsonObject { ["description"] = "Only the nth match, from 1.", ["type"] = "integer", ["minimum"] = 1 },
                    ["actor"] = Text("Who issues the instruction: driver, guest or host.", "driver"),
                    ["when"] = Text("Of instructions before or after, of operations entry or exit.", "before"),
                    ["chance"] = Chance("Chance of a match to count."),
                },
            }),
    };

    // What may stand in it is what may stand in a trigger; the reader of plans says what does not go together.
    private static JsonObject Condition(string description) => new() { ["description"] = description, ["type"] = "object" };

    private static JsonObject Chance(string description) => new()
    {
        ["description"] = description,
        ["type"] = "number",
        ["minimum"] = 0.001,
        ["maximum"] = 1,
    };

    private static JsonObject Text(string description, string example) => new()
    {
        ["description"] = description,
        ["type"] = "string",
        ["minLength"] = 1,
        ["examples"] = new JsonArray(example),
    };

    private static JsonObject OneOrSeveral(JsonObject one) => new()
    {
        ["anyOf"] = new JsonArray(
            one.DeepClone(),
            new JsonObject
            {
                ["description"] = "Several values: which one is a choice of the run.",
                ["type"] = "object",
                ["required"] = new JsonArray("oneOf"),
                ["additionalProperties"] = false,
                ["properties"] = new JsonObject
                {
                    ["oneOf"] = new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = one.DeepClone() },
                },
            }),
    };
}
