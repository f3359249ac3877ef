using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Reports;

namespace ApChaos.Cli.Verbs;

/// <summary>Says what is there.</summary>
internal sealed class ListVerb : Verb
{
    private static readonly SortedDictionary<string, Func<IEnumerable<JsonObject>>> Kinds = new(StringComparer.Ordinal)
    {
        ["drivers"] = () => Catalogue.Shipped.Drivers.Select(driver => Entry(driver.Id, driver.Summary)),
        ["faults"] = () => Catalogue.Shipped.Faults.Select(DescribeFault),
        ["firmware"] = () => FirmwareFile.LoadShipped().Select(DescribeFirmware),
        ["operations"] = Operations,
        ["oracles"] = () => Catalogue.Shipped.Oracles.Select(oracle =>
            Entry(oracle.Id, oracle.Summary, ("group", JsonNamingPolicy.KebabCaseLower.ConvertName(oracle.Group.ToString())))),
        ["plans"] = () => Catalogue.Shipped.Plans.Select(plan =>
            Entry(plan.Name, plan.Summary, ("faults", new JsonArray([.. plan.Faults.Select(fault => JsonValue.Create(fault.Fault.Id))])))),
        ["strategies"] = () => StrategyCatalogue.All.Select(strategy => Entry(strategy.Id, strategy.Summary, ("options", new JsonArray(
        [
            .. strategy.Options.Select(option => Entry(option.Name, option.Summary, ("default", option.Default), ("minimum", option.Minimum), ("maximum", option.Maximum))),
        ])))),
        ["reports"] = () => ReportCatalogue.All.Select(report => Entry(report.Id, report.Summary, ("file", report.FileName))),
    };

    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Argument<string> _what = new("what")
    {
        HelpName = "WHAT",
        Description = "One of: " + string.Join(", ", Kinds.Keys) + ".",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _markdown = new("--markdown") { Description = "Faults as a table in Markdown, with options and triggers." };

    public override string Name => "list";

    public override string Summary => "Say what is there, one line each.";

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("apchaos list drivers", "the drivers that can be tested"),
        ("apchaos list faults", "the faults, with what motivates them"),
        ("apchaos list faults --json", "the same with all options, as a JSON array"),
        ("apchaos list faults --markdown", "the same as the table of Faults/README.md"),
        ("apchaos list oracles", "what can be found; the ids are those of \"expect\" in chaos.json"),
        ("apchaos list operations", "the scheduling points of a run, and the entry points that triggers name"),
    ];

    public override void Declare(Command command)
    {
        command.Arguments.Add(_what);
        command.Options.Add(_markdown);
    }

    public override int Run(VerbCall call)
    {
        var (what, json) = (call.Parsed.GetValue(_what), call.Shared.Json);
        if (what is null && json is not null && Kinds.ContainsKey(json))
        {
            // "list --json drivers": here the option needs no value.
            (what, json) = (json, "");
        }

        if (what is null || !Kinds.TryGetValue(what, out var entries))
        {
            throw new InputException($"{(what is null ? "list what?" : $"'{what}' cannot be listed;")} expected one of: {string.Join(", ", Kinds.Keys)}");
        }

        if (call.Parsed.GetValue(_markdown))
        {
            call.Context.Output.Write(what == "faults" && json is null
                ? FaultTable.Markdown(Catalogue.Shipped.Faults)
                : throw new InputException("--markdown is for faults alone, without --json; expected: apchaos list faults --markdown"));
            return ExitCode.AsExpected;
        }

        if (json is null)
        {
            WriteLines([.. entries()], call.Context.Output);
            return ExitCode.AsExpected;
        }

        var text = new JsonArray([.. entries()]).ToJsonString(Layout) + "\n";
        if (json is "" or SharedValues.StandardOutput)
        {
            call.Context.Output.Write(text);
        }
        else
        {
            ResultFiles.CheckFile("--json", json, call.Context);
            ResultFiles.Write(call.Context.PathOf(json), text);
        }

        return ExitCode.AsExpected;
    }

    private static void WriteLines(IReadOnlyList<JsonObject> entries, TextWriter output)
    {
        var width = entries.Max(entry => ((string)entry["id"]!).Length);
        foreach (var entry in entries)
        {
            var motivation = entry["motivation"] is { } text ? $" [{text}]" : "";
            output.WriteLine($"{((string)entry["id"]!).PadRight(width)}  {entry["summary"]}{motivation}");
        }
    }

    private static JsonObject Entry(string id, string summary, params ReadOnlySpan<(string Name, JsonNode? Value)> more)
    {
        var entry = new JsonObject { ["id"] = id, ["summary"] = summary };
        foreach (var (name, value) in more)
        {
            entry[name] = value;
        }

        return entry;
    }

    private static JsonObject DescribeFault(Fault fault) => Entry(
        fault.Id,
        fault.Summary,
        ("motivation", fault.Motivation),
        ("options", new JsonArray([.. fault.Options.Select(DescribeOption)])));

    private static JsonObject DescribeOption(FaultOption option)
    {
        var described = Entry(option.Name, option.Summary, ("kind", JsonNamingPolicy.KebabCaseLower.ConvertName(option.Kind.ToString())));
        switch (option.Kind)
        {
            case FaultOptionKind.Duration:
                described["default"] = VirtualTime.Format(option.Default);
                described["minimum"] = VirtualTime.Format(option.Minimum);
                described["maximum"] = VirtualTime.Format(option.Maximum);
                described["never"] = option.AllowsNever;
                break;
            case FaultOptionKind.Count:
                described["default"] = option.Default;
                described["minimum"] = option.Minimum;
                described["maximum"] = option.Maximum;
                break;
            case FaultOptionKind.Word:
                described["default"] = option.Words[option.Default];
                described["words"] = new JsonArray([.. option.Words.Select(word => JsonValue.Create(word))]);
                break;
            default:
                described["default"] = "any";
                break;
        }

        return described;
    }

    private static JsonObject DescribeFirmware(FirmwareProfile profile)
    {
        var described = Entry(profile.Id, profile.Summary);
        if (profile.SafetyImpossible is not null)
        {
            described["safetyImpossible"] = profile.SafetyImpossible;
        }

        described["assumptions"] = new JsonArray([.. profile.Assumptions.Select(assumption =>
            new JsonObject { ["id"] = assumption.Id, ["meaning"] = assumption.Meaning, ["evidence"] = assumption.Evidence })]);
        return described;
    }

    private static IEnumerable<JsonObject> Operations()
    {
        var visible = Enum.GetValues<Op>().Where(op => op != Op.None)
            .Select(op => Entry(Kebab(op), OpText.Summary(op), ("name", OpText.Name(op)), ("kind", "scheduling-point")));
        var entries = Enum.GetValues<DriverOperation>().Where(operation => operation != DriverOperation.None)
            .Select(operation => Entry(OpText.Id(operation), "an entry point of the driver; triggers of plans may name it", ("kind", "entry-point")));
        return visible.Concat(entries);
    }

    private static string Kebab(Op op) => JsonNamingPolicy.KebabCaseLower.ConvertName(op.ToString());
}
