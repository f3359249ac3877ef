using ApChaos.Campaigns;

namespace ApChaos.Cli.Verbs;

/// <summary>Prints the JSON Schema of chaos.json.</summary>
internal sealed class SchemaVerb : Verb
{
    public override string Name => "schema";

    public override string Summary => "Print the JSON Schema of chaos.json.";

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("apchaos schema", "what chaos.json may hold, with examples"),
        ("apchaos schema > chaos.schema.json", "for editors: \"$schema\": \"./chaos.schema.json\" gives completion"),
    ];

    public override int Run(VerbCall call)
    {
        call.Context.Output.Write(ChaosSchema.ToJson());
        return ExitCode.AsExpected;
    }
}
