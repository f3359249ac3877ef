using ApChaos.Campaigns;
using ApChaos.Cli.Verbs;
using ApChaos.Hosting;
using ApChaos.Native;

namespace ApChaos.Cli;

/// <summary>The campaign on the drivers of trees.</summary>
internal static class KernelCampaign
{
    /// <summary>What is run when there is no chaos.json: every plan under every profile, within seconds.</summary>
    private const string Default = """{ "seed": "apchaos", "runs": 25, "drivers": ["golden"], "firmware": ["*"], "plans": ["*"], "reports": { "out": "artifacts/kernel" } }""";

    /// <summary>Runs it and reports as 'run' does.</summary>
    public static int Run(VerbCall call, IReadOnlyList<KernelTree> trees, NativeOptions options, IReadOnlyList<string> oracles)
    {
        var narrowed = call with { Shared = call.Shared with { Overrides = call.Shared.Overrides with { Drivers = [.. trees.Select(tree => Reference(tree, options))] } } };
        return RunVerb.Run(narrowed, Config(call), result => Counting(result, oracles));
    }

    /// <summary>Runs it on both and says in which cells they differ.</summary>
    public static int Diff(VerbCall call, IReadOnlyList<KernelTree> trees, NativeOptions options, IReadOnlyList<string> oracles)
    {
        var context = call.Context;
        var overrides = call.Shared.Overrides with { Drivers = [.. trees.Select(tree => Reference(tree, options))] };
        var config = Config(call);
        var campaign = Campaign.Resolve(config, overrides, Catalogue.Shipped, context.Folder);
        if (campaign.Cells.DistinctBy(cell => cell.Driver.Id).Count() != 2)
        {
            throw new InputException("both trees have the same name; expected folders or revisions whose names differ");
        }

        var result = Counting(CampaignView.Show(context, call.Shared.Quiet, progress => new CampaignRunner(campaign).Run(call.Shared.Workers, call.Shared.Budget, progress, context.Stop)), oracles);
        var (left, right) = (campaign.Cells[0].Driver.Id, campaign.Cells.First(cell => cell.Driver.Id != campaign.Cells[0].Driver.Id).Driver.Id);
        var differences = 0;
        foreach (var cell in result.Cells.Where(cell => cell.Driver == left))
        {
            if (result.Cells.FirstOrDefault(other => other.Driver == right && other.Plan == cell.Plan && other.Firmware == cell.Firmware) is not { } other)
            {
                continue;
            }

            var lost = Ids(cell).Except(Ids(other)).ToList();
            var found = Ids(other).Except(Ids(cell)).ToList();
            if (lost.Count + found.Count > 0)
            {
                differences++;
                context.Output.WriteLine($"{cell.Plan} under {cell.Firmware}:{Words(left, lost)}{Words(right, found)}");
            }
        }

        context.Output.WriteLine($"{differences} of {result.Cells.Count / 2} cells differ between {left} and {right}; {campaign.Runs} runs per cell, the same choices for both");
        return result.Interrupted ? ExitCode.Interrupted : differences > 0 ? ExitCode.Differs : ExitCode.AsExpected;
    }

    private static string Reference(KernelTree tree, NativeOptions options) => "kernel:" + tree.Root + options;

    private static string Words(string driver, List<string> oracles) => oracles.Count == 0 ? "" : $" only {driver}: {string.Join(", ", oracles)};";

    private static IEnumerable<string> Ids(CellResult cell) => cell.Violations.Select(violation => violation.Oracle);

    private static ChaosConfig Config(VerbCall call) =>
        call.Shared.Config is null && !File.Exists(Path.Combine(call.Context.Folder, ChaosConfigFile.DefaultName))
            ? ChaosConfigFile.Parse("(built in)", System.Text.Encoding.UTF8.GetBytes(Default))
            : ChaosConfigFile.Load(call.Shared.Config, call.Context.Folder);

    /// <summary>Takes out what other oracles found.</summary>
    private static CampaignResult Counting(CampaignResult result, IReadOnlyList<string> oracles)
    {
        if (oracles.Count == 0)
        {
            return result;
        }

        var cells = result.Cells.Select(cell =>
        {
            var counted = cell.Violations.Where(violation => oracles.Contains(violation.Oracle)).ToList();
            return cell with
            {
                Violations = counted,
                Verdict = cell.Verdict == CellVerdict.Violated && counted.Count == 0 ? CellVerdict.Safe : cell.Verdict,
                Expected = counted.TrueForAll(violation => violation.Expected),
            };
        }).ToList();
        var unexpected = cells.Exists(cell => !cell.Expected);
        var open = result.Interrupted || cells.Exists(cell => cell.Verdict is CellVerdict.Undecided or CellVerdict.Stale);
        return result with
        {
            Cells = cells,
            Verdict = unexpected ? "fail" : open ? "undecided" : "pass",
            ExitCode = unexpected ? ExitCode.Differs : open ? ExitCode.Undecided : ExitCode.AsExpected,
        };
    }
}
