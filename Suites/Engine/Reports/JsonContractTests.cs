using System.Text.Json;
using ApChaos.Campaigns;
using ApChaos.Reports;
using NJsonSchema;

namespace ApChaos.Suites.Engine.Reports;

/// <summary>The contract <c>apchaos.result/1</c> of design §5: names, their order, their types. Additions come after the contract's names.</summary>
[TestFixture]
public sealed class JsonContractTests
{
    private const string Schema = """
        {
          "type": "object",
          "required": ["schema", "seed", "verdict", "exitCode", "cells"],
          "properties": {
            "schema": { "enum": ["apchaos.result/1"] },
            "seed": { "type": "string" },
            "verdict": { "enum": ["pass", "fail", "undecided"] },
            "exitCode": { "enum": [0, 1, 2, 3, 4, 130] },
            "cells": { "type": "array", "items": {
              "type": "object",
              "required": ["driver", "plan", "firmware", "runs", "verdict", "expected", "upperBound95", "violations"],
              "properties": {
                "driver": { "type": "string" }, "plan": { "type": "string" }, "firmware": { "type": "string" },
                "runs": { "type": "integer", "minimum": 0 },
                "verdict": { "enum": ["safe", "violated", "undecided", "stale"] },
                "expected": { "type": "boolean" },
                "upperBound95": { "type": ["number", "null"], "minimum": 0, "maximum": 1 },
                "violations": { "type": "array", "items": {
                  "type": "object",
                  "required": ["oracle", "runs", "apqn", "timeNs", "steps", "message", "replay"],
                  "properties": {
                    "oracle": { "type": "string" }, "runs": { "type": "integer", "minimum": 1 },
                    "apqn": { "type": ["string", "null"] },
                    "timeNs": { "type": "integer", "minimum": 0 }, "steps": { "type": "integer", "minimum": 0 },
                    "message": { "type": "string" }, "replay": { "type": ["string", "null"] }
                  } } }
              } } }
          }
        }
        """;

    private static readonly string[] OfResult = ["schema", "seed", "verdict", "exitCode", "cells"];
    private static readonly string[] OfCell = ["driver", "plan", "firmware", "runs", "verdict", "expected", "upperBound95", "violations"];
    private static readonly string[] OfViolation = ["oracle", "runs", "apqn", "timeNs", "steps", "message", "replay"];

    private static IEnumerable<CampaignResult> Results =>
        [SampleResults.AsExpected(), SampleResults.Unexpected(), SampleResults.Open(), SampleResults.Interrupted(), SampleResults.Nothing(), SampleResults.Hostile()];

    [Test]
    public async Task Every_result_satisfies_the_schema()
    {
        JsonSchema schema = await JsonSchema.FromJsonAsync(Schema);
        foreach (CampaignResult result in Results)
            Assert.That(schema.Validate(new JsonReport().ToText(result)).Select(error => error.ToString()), Is.Empty);
    }

    [Test]
    public async Task The_schema_sees_a_wrong_type()
    {
        JsonSchema schema = await JsonSchema.FromJsonAsync(Schema);
        string wrong = new JsonReport().ToText(SampleResults.Interrupted()).Replace("\"runs\": 300", "\"runs\": \"300\"");
        Assert.That(schema.Validate(wrong), Is.Not.Empty);
    }

    [Test]
    public void Names_are_those_of_the_contract_in_its_order_and_additions_come_last()
    {
        foreach (CampaignResult result in Results)
        {
            using JsonDocument document = JsonDocument.Parse(new JsonReport().ToText(result));
            JsonElement root = document.RootElement;
            Assert.That(NamesOf(root), Is.EqualTo([.. OfResult, "runsPerCell", "interrupted", "firmware"]));
            foreach (JsonElement cell in root.GetProperty("cells").EnumerateArray())
            {
                Assert.That(NamesOf(cell), Is.EqualTo([.. OfCell, "reason"]));
                foreach (JsonElement violation in cell.GetProperty("violations").EnumerateArray())
                    Assert.That(NamesOf(violation), Is.EqualTo([.. OfViolation, "expected"]));
            }
        }
    }

    [Test]
    public void Values_survive_the_round_trip()
    {
        CampaignResult result = SampleResults.Hostile();
        using JsonDocument document = JsonDocument.Parse(new JsonReport().ToText(result));
        JsonElement cell = document.RootElement.GetProperty("cells")[0];
        Assert.That(document.RootElement.GetProperty("seed").GetString(), Is.EqualTo(result.Seed));
        Assert.That(cell.GetProperty("driver").GetString(), Is.EqualTo(result.Cells[0].Driver));
        Assert.That(cell.GetProperty("violations")[0].GetProperty("message").GetString(), Is.EqualTo(result.Cells[0].Violations[0].Message));
    }

    [Test]
    public void The_bound_is_a_number_for_safe_cells_and_null_for_others()
    {
        using JsonDocument document = JsonDocument.Parse(new JsonReport().ToText(SampleResults.Unexpected()));
        foreach (JsonElement cell in document.RootElement.GetProperty("cells").EnumerateArray())
        {
            JsonElement bound = cell.GetProperty("upperBound95");
            if (cell.GetProperty("verdict").GetString() == "safe")
                Assert.That(bound.GetDouble(), Is.EqualTo(1 - Math.Pow(0.05, 1.0 / SampleResults.Runs)));
            else
                Assert.That(bound.ValueKind, Is.EqualTo(JsonValueKind.Null));
        }
    }

    private static IEnumerable<string> NamesOf(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
