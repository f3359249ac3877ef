using System.Text.Json;
using ApChaos.Abstractions;

namespace ApChaos.Hosting;

/// <summary>Makes a plan of JSON; whatever is not right is an error with its place.</summary>
internal sealed class PlanReader(string? file, Catalogue catalogue)
{
    private const int FaultsMax = 1000;
    private const int SummaryMax = 400;

    internal string? File => file;

    internal Plan Read(PlacedJson json)
    {
        Expect(json, JsonTokenType.StartObject, "a plan: an object with \"name\", \"summary\" and \"faults\"");
        string? name = null;
        var summary = "";
        List<PlannedFault>? faults = null;
        IReadOnlyList<string> beyond = [];
        Swarm? swarm = null;
        foreach (var property in json.Properties)
        {
            switch (property.Name)
            {
                case "$schema":
                    break;
                case "name":
                    name = ReadName(property.Value);
                    break;
                case "summary":
                    summary = ReadSummary(property.Value);
                    break;
                case "beyond":
                    beyond = ReadBeyond(property.Value);
                    break;
                case "swarm":
                    swarm = ReadSwarm(property.Value);
                    break;
                case "faults":
                    faults = ReadFaults(property.Value);
                    break;
                default:
                    throw Error($"unknown property {InputText.Quote(property.Name)} of a plan; expected one of: name, summary, beyond, swarm, faults", property.Line, property.Column);
            }
        }

        if (name is null)
        {
            throw Error("the plan has no name; expected \"name\": \"my-plan\"", json.Line, json.Column);
        }

        if (faults is null)
        {
            throw Error($"the plan {InputText.Quote(name)} names no faults; expected \"faults\": [ … ], or [] for none", json.Line, json.Column);
        }

        return new Plan(name, summary, faults, PlanFile.Write(name, summary, beyond, swarm, faults)) { Beyond = beyond, Swarm = swarm };
    }

    internal InputException Error(string message, int line, int column) => new(message, file, line, column);

    internal InputException Error(string message, PlacedJson at) => Error(message, at.Line, at.Column);

    internal void Expect(PlacedJson json, JsonTokenType kind, string expected)
    {
        if (json.Kind != kind)
        {
            throw Error($"found {json.Words}; expected {expected}", json);
        }
    }

    internal PlannedApqn? ReadApqn(PlacedJson json)
    {
        const string expected = "a queue such as \"05.0004\" (adapter.domain, hexadecimal), or \"any\"";
        Expect(json, JsonTokenType.String, expected);
        if (json.Text == "any")
        {
            return null;
        }

        return Apqn.TryParse(json.Text, out var apqn)
            ? new PlannedApqn(apqn, file, json.Line, json.Column)
            : throw Error($"{InputText.Quote(json.Text)} is no APQN; expected {expected}", json);
    }

    private string ReadName(PlacedJson json)
    {
        Expect(json, JsonTokenType.String, "the plan's name, a text");
        return IdPattern.IsId(json.Text)
            ? json.Text
            : throw Error($"the name {InputText.Quote(json.Text)} cannot be used; expected {IdPattern.Expected}", json);
    }

    private string ReadSummary(PlacedJson json)
    {
        Expect(json, JsonTokenType.String, "the plan's summary, a text of one line");
        return json.Text.Length <= SummaryMax && InputText.OneLine(json.Text) == json.Text.Trim()
            ? json.Text.Trim()
            : throw Error($"the summary is not one short line; expected at most {SummaryMax} characters without control characters", json);
    }

    private IReadOnlyList<string> ReadBeyond(PlacedJson json)
    {
        Expect(json, JsonTokenType.StartArray, "for 'beyond' a list of oracles that may speak even for a correct driver");
        var known = catalogue.Oracles.Select(oracle => oracle.Id).ToList();
        foreach (var item in json.Items)
        {
            Expect(item, JsonTokenType.String, "the id of an oracle");
            if (!known.Contains(item.Text))
            {
                throw Error(InputText.Unknown("oracle", item.Text, known), item);
            }
        }

        return [.. json.Items.Select(item => item.Text).Distinct().Order(StringComparer.Ordinal)];
    }

    private List<PlannedFault> ReadFaults(PlacedJson json)
    {
        Expect(json, JsonTokenType.StartArray, "the plan's faults: a list of objects");
        return json.Items.Count <= FaultsMax
            && json.Items.ConvertAll(ReadFaultsOf).SelectMany(faults => faults).ToList() is { Count: <= FaultsMax } faults
            ? faults
            : throw Error($"the plan has {json.Items.Count} faults; expected at most {FaultsMax}", json);
    }

    private Swarm ReadSwarm(PlacedJson json)
    {
        Expect(json, JsonTokenType.StartObject, "for 'swarm' an object such as { \"armed\": 0.25, \"firing\": 0.25 }, or {}");
        var swarm = new Swarm(Swarm.Usual, Swarm.Usual);
        foreach (var (name, line, column, value) in json.Properties)
        {
            swarm = name switch
            {
                "armed" => swarm with { ArmedPermille = TriggerReader.Permille(this, value, name) },
                "firing" => swarm with { FiringPermille = TriggerReader.Permille(this, value, name) },
                _ => throw Error(InputText.Unknown("property of a swarm", name, ["armed", "firing"]), line, column),
            };
        }

        return swarm;
    }

    /// <summary>The faults of one entry: one, or with a pattern in the place of an id each fault that it matches, in the order of ids.</summary>
    private IEnumerable<PlannedFault> ReadFaultsOf(PlacedJson json)
    {
        if (json.Properties.Find(property => property.Name == "fault").Value is not { Kind: JsonTokenType.String } id || !IdPattern.IsPattern(id.Text))
        {
            return [ReadFault(json, null)];
        }

        var found = catalogue.Faults.Where(fault => IdPattern.Matches(id.Text, fault.Id)).ToList();
        return found.Count > 0
            ? found.ConvertAll(fault => ReadFault(json, fault))
            : throw Error(InputText.Unknown("fault", id.Text, [.. catalogue.Faults.Select(known => known.Id)]), id);
    }

    private PlannedFault ReadFault(PlacedJson json, Fault? matched)
    {
        Expect(json, JsonTokenType.StartObject, "a fault: an object with \"fault\", \"on\" and the fault's options");
        var id = json.Properties.Find(property => property.Name == "fault").Value
            ?? throw Error("the object names no fault; expected \"fault\": one of: " + InputText.List(catalogue.Faults.Select(known => known.Id)), json);
        Expect(id, JsonTokenType.String, "the id of a fault");
        var fault = matched ?? catalogue.FindFault(id.Text)
            ?? throw Error(InputText.Unknown("fault", id.Text, [.. catalogue.Faults.Select(known => known.Id)]), id);

        var trigger = new PlannedTrigger(fault.DefaultTrigger);
        var values = new IReadOnlyList<PlannedValue>?[fault.Options.Count];
        foreach (var property in json.Properties)
        {
            if (property.Name == "fault")
            {
                continue;
            }

            if (property.Name == "on")
            {
                trigger = new TriggerReader(this).Read(property.Value);
                continue;
            }

            var option = Enumerable.Range(0, values.Length).FirstOrDefault(i => fault.Options[i].Name == property.Name, -1);
            values[option >= 0 ? option : throw UnknownOption(fault, property.Name, property.Line, property.Column)] =
                new OptionReader(this, fault.Options[option]).Read(property.Value);
        }

        return new PlannedFault(
            fault, trigger, [.. values.Select((given, i) => given ?? [new PlannedValue(fault.Options[i].Default)])]);
    }

    private InputException UnknownOption(Fault fault, string name, int line, int column) =>
        Error($"{fault.Id}: {InputText.Unknown("option", name, ["on", .. fault.Options.Select(option => option.Name)])}", line, column);
}
