using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ApChaos.Campaigns;
using ApChaos.Hosting;

namespace ApChaos.Cli.Verbs;

/// <summary>Shows one plan in full: what a script or a file comes to.</summary>
internal sealed class PlanVerb : Verb
{
    private const string Show = "show";
    private const string Json = "json";

    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Argument<string> _what = new("what") { HelpName = Show, Description = "What to do: show.", Arity = ArgumentArity.ZeroOrOne };

    private readonly Argument<string> _plan = new("plan")
    {
        HelpName = "FILE",
        Description = "A plan file (*.json), a script (*.csx), or the name of a shipped plan.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _as = new("--as") { HelpName = Json, Description = "How: json, which is also what it is without this option." };

    public override string Name => "plan";

    public override string Summary => "Show a plan in full, each option with its value; a script as the JSON that it comes to.";

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("apchaos plan show thread-scenario-1", "a shipped plan, with what it leaves to the faults' defaults"),
        ("apchaos plan show my-plan.csx --as json", "what a script comes to; as a file it is the same plan"),
        ("apchaos plan show my-plan.csx > my-plan.json", "the script as a file that needs no compiler"),
    ];

    public override void Declare(Command command)
    {
        command.Arguments.Add(_what);
        command.Arguments.Add(_plan);
        command.Options.Add(_as);
    }

    public override int Run(VerbCall call)
    {
        var (what, text, form) = (call.Parsed.GetValue(_what), call.Parsed.GetValue(_plan), call.Parsed.GetValue(_as));
        if (what != Show)
        {
            throw new InputException($"{(what is null ? "plan what?" : $"'{what}' is nothing that can be done with a plan")}; expected: plan show FILE");
        }

        if (form is not (null or Json))
        {
            throw new InputException($"--as is '{form}'; expected json");
        }

        var plan = Find(text ?? throw new InputException("show which plan? expected a file (*.json, *.csx) or the name of a shipped plan"));
        call.Context.Output.Write(JsonNode.Parse(plan.Json)!.ToJsonString(Layout) + "\n");
        return ExitCode.AsExpected;
    }

    private static Plan Find(string text)
    {
        if ((new PlanReference(text).File ?? (text.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? text : null)) is { } path)
        {
            return PlanFile.Load(path, Catalogue.Shipped);
        }

        var found = Catalogue.Shipped.FindPlans(text);
        return found.Count == 1
            ? found[0]
            : throw new InputException($"'{text}' names {found.Count} plans; expected one: {string.Join(", ", found.Select(plan => plan.Name))}");
    }
}
