using System.Text.Json;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Reports;
using ApChaos.Suites.Engine.Views;
using NJsonSchema;

namespace ApChaos.Suites.Engine.Reports;

/// <summary>Trace events as the viewers of Chrome and Perfetto load them.</summary>
[TestFixture]
public sealed class PerfettoReportTests
{
    // What the description of the format asks of each phase that is used here.
    private const string Schema = """
        { "type": "object", "required": ["traceEvents"], "properties": {
            "displayTimeUnit": { "enum": ["ms", "ns"] },
            "otherData": { "type": "object" },
            "traceEvents": { "type": "array", "items": {
              "type": "object", "required": ["ph", "pid", "tid", "name"],
              "properties": { "pid": { "type": "integer" }, "tid": { "type": "integer" }, "name": { "type": "string" }, "ts": { "type": "number", "minimum": 0 },
                "dur": { "type": "number", "minimum": 0 }, "args": { "type": "object" } },
              "oneOf": [
                { "properties": { "ph": { "enum": ["M"] }, "name": { "enum": ["process_name", "thread_name", "thread_sort_index"] } }, "required": ["args"] },
                { "properties": { "ph": { "enum": ["X"] } }, "required": ["ts", "dur"] },
                { "properties": { "ph": { "enum": ["i"] }, "s": { "enum": ["t"] } }, "required": ["ts", "s"] } ] } } } }
        """;

    private static readonly string Text = new PerfettoReport().ToText(ViewCells.Run("vfio-ap-2019-v2", "thread-scenario-2", "irq-off-at-end"));

    [Test]
    public async Task Every_event_has_what_its_phase_needs()
    {
        JsonSchema schema = await JsonSchema.FromJsonAsync(Schema);
        Assert.That(schema.Validate(Text).Select(error => error.ToString()), Is.Empty);
        Assert.That(schema.Validate(Text.Replace("\"dur\"", "\"lasts\"", StringComparison.Ordinal)), Is.Not.Empty);
        Assert.That(schema.Validate(new PerfettoReport().ToText(SampleResults.Hostile())), Is.Empty);
    }

    [Test]
    public void There_are_lanes_for_actors_faults_queues_pages_and_locks()
    {
        string[] lanes = [.. Events("thread_name").Select(e => e.GetProperty("args").GetProperty("name").GetString()!).Distinct()];
        Assert.That(lanes, Has.Member("VMM0").And.Member("faults").And.Member("hardware"));
        Assert.That(lanes.Where(lane => lane.StartsWith("queue 05.", StringComparison.Ordinal) && lane.EndsWith(", reset", StringComparison.Ordinal)), Is.Not.Empty);
        Assert.That(lanes.Where(lane => lane.StartsWith("page 0x", StringComparison.Ordinal)), Is.Not.Empty);
        Assert.That(Events("process_name").Select(e => e.GetProperty("args").GetProperty("name").GetString()),
            Has.Some.StartsWith("vfio-ap-2019-v2: nib-store-after-unpin (thread-scenario-2 under irq-off-at-end)"));
    }

    [Test]
    public void The_late_store_lies_outside_of_the_pin()
    {
        JsonElement[] all = [.. JsonDocument.Parse(Text).RootElement.GetProperty("traceEvents").EnumerateArray()];
        JsonElement process = all.First(e => e.GetProperty("name").GetString() == "process_name" && e.GetProperty("args").GetProperty("name").GetString()!.Contains("nib-store-after-unpin", StringComparison.Ordinal));
        JsonElement[] own = [.. all.Where(e => e.GetProperty("pid").GetInt32() == process.GetProperty("pid").GetInt32())];
        JsonElement store = own.Last(e => e.GetProperty("name").GetString()!.StartsWith("NIB store", StringComparison.Ordinal));
        double at = store.GetProperty("ts").GetDouble();
        IEnumerable<JsonElement> pins = own.Where(e => e.GetProperty("ph").GetString() == "X" && e.GetProperty("tid").GetInt32() == store.GetProperty("tid").GetInt32());
        Assert.That(pins, Is.Not.Empty);
        Assert.That(pins.Where(pin => pin.GetProperty("ts").GetDouble() <= at && pin.GetProperty("ts").GetDouble() + pin.GetProperty("dur").GetDouble() > at), Is.Empty);
    }

    private static IEnumerable<JsonElement> Events(string name) =>
        JsonDocument.Parse(Text).RootElement.GetProperty("traceEvents").EnumerateArray().Where(e => e.GetProperty("name").GetString() == name);
}
