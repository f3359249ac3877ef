using System.Text.Json.Nodes;
using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Exploring;
using ApChaos.Reports.Texts;

namespace ApChaos.Reports.Views;

/// <summary>What two drivers differ in, in at most thirty lines: made to be read beside a patch.</summary>
public static class DifferenceView
{
    /// <summary>Most lines.</summary>
    public const int LinesMax = 30;

    private const int OraclesMax = 3;
    private const int CountsMax = 2;
    private const int PatienceMax = 3;
    private const int PromisesMax = 2;
    private const int Wide = Page.Columns - 4;

    /// <summary>The difference.</summary>
    /// <param name="result">What was compared.</param>
    /// <returns>Plain lines of at most 100 columns, at most <see cref="LinesMax"/>.</returns>
    public static IReadOnlyList<string> Lines(ComparisonResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var lines = new List<string> { $"{PlainText.Of(result.First)} (A) against {PlainText.Of(result.Second)} (B), on the same choices" };
        AddCells(lines, result);
        AddCounts(lines, result);
        AddParting(lines, result);
        AddPatience(lines, result);
        AddPromises(lines, result);
        return [.. lines.Take(LinesMax).Select(line => PlainText.Short(line, Page.Columns))];
    }

    /// <summary>The difference as JSON: a point for each cell that changes.</summary>
    /// <param name="result">What was compared.</param>
    /// <param name="seed">Seed.</param>
    /// <returns>The text.</returns>
    public static string ToJson(ComparisonResult result, string seed)
    {
        ArgumentNullException.ThrowIfNull(result);
        return ViewJson.Of(seed, 0, [],
        [
            .. result.Differences.Select(difference => new JsonObject
            {
                ["first"] = ViewJson.Clean(result.First),
                ["second"] = ViewJson.Clean(result.Second),
                ["plan"] = ViewJson.Clean(difference.Plan),
                ["firmware"] = ViewJson.Clean(difference.Firmware),
                ["gone"] = new JsonArray([.. difference.Gone.Select(oracle => JsonValue.Create(oracle))]),
                ["new"] = new JsonArray([.. difference.New.Select(oracle => JsonValue.Create(oracle))]),
            }),
        ]);
    }

    private static void AddCells(List<string> lines, ComparisonResult result)
    {
        lines.Add($"cells      {result.Differences.Count} of {result.Cells} change");
        foreach (var (sign, word, pick) in ((char, string, Func<CellDifference, IReadOnlyList<string>>)[])[('+', "new in B", cell => cell.New), ('-', "gone in B", cell => cell.Gone)])
        {
            var oracles = result.Differences.SelectMany(cell => pick(cell).Select(oracle => (Oracle: oracle, cell.Plan, cell.Firmware)))
                .GroupBy(found => found.Oracle).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToList();
            foreach (var group in oracles.Take(OraclesMax))
            {
                lines.Add($"  {sign} {group.Key,-24} {word} in {VerdictText.Count(group.Count(), "cell")}: {Where([.. group.Select(found => (found.Plan, found.Firmware))])}");
            }

            if (oracles.Count > OraclesMax)
            {
                lines.Add($"  {sign} and {VerdictText.Count(oracles.Count - OraclesMax, "oracle")} more: {string.Join(", ", oracles.Skip(OraclesMax).Select(group => group.Key))}");
            }
        }
    }

    /// <summary>The same finding, but not as often: told for the oracles in which most changes, with the cell in which most does.</summary>
    private static void AddCounts(List<string> lines, ComparisonResult result)
    {
        foreach (var group in result.Counts.GroupBy(count => count.Oracle).OrderBy(group => group.First().Group)
            .ThenByDescending(group => group.Max(count => Math.Abs(count.Second - count.First))).ThenBy(group => group.Key, StringComparer.Ordinal).Take(CountsMax))
        {
            var most = group.MaxBy(count => Math.Abs(count.Second - count.First))!;
            lines.Add($"  ~ {group.Key,-24} A {most.First}, B {most.Second} of {most.Runs} runs: {PlainText.Of(most.Plan)}; {PlainText.Of(most.Firmware)}"
                + $" (more in {group.Count(count => count.Second > count.First)}, less in {group.Count(count => count.Second < count.First)})");
        }
    }

    private static string Where(IReadOnlyList<(string Plan, string Firmware)> cells) =>
        $"{string.Join(", ", cells.Select(cell => PlainText.Of(cell.Plan)).Distinct())}; {string.Join(", ", cells.Select(cell => PlainText.Of(cell.Firmware)).Distinct())}";

    private static void AddParting(List<string> lines, ComparisonResult result)
    {
        if (result.Parting is not { } parting)
        {
            return;
        }

        lines.Add($"{(parting.Violation is null ? "no verdict changes; " : "")}they part  in {PlainText.Of(parting.Plan)} under {PlainText.Of(parting.Firmware)}, after:");
        lines.AddRange(parting.Before.Select(line => "    " + PlainText.Short(Step(line), Wide)));
        lines.Add("  A " + PlainText.Short(parting.First is null ? "ends" : Step(parting.First), Wide));
        lines.Add("  B " + PlainText.Short(parting.Second is null ? "ends" : Step(parting.Second), Wide));
        if (parting.Violation is var (driver, violation))
        {
            var page = new Page();
            page.Wrapped($"  {(driver == result.First ? 'A' : 'B')} ends with ", $"{violation.Oracle}: {PlainText.Of(violation.Message)}");
            lines.AddRange(page.Lines.Take(2));
        }
    }

    private static string Step(HistoryLine line) => $"{line.Step,4} {VirtualTime.FormatInstant(line.TimeNs),11} {PlainText.Of(line.Actor)}: {PlainText.Of(line.Text)}";

    private static void AddPatience(List<string> lines, ComparisonResult result)
    {
        var changes = result.Patience.Where(pair => Says(pair.First) != Says(pair.Second)).OrderBy(pair => pair.First.Condition != PatienceMeter.Longest).ToList();
        lines.Add($"patience   {(changes.Count == 0 ? "the same" : $"{changes.Count} of {result.Patience.Count} answers are met otherwise")}");
        lines.AddRange(changes.Take(PatienceMax).Select(pair => $"    {pair.First.Condition,-8} A {Says(pair.First),-34} B {Says(pair.Second)}"));
        if (changes.Count > PatienceMax)
        {
            lines.Add($"    and {string.Join(", ", changes.Skip(PatienceMax).Select(pair => pair.First.Condition))}");
        }
    }

    private static string Says(PatiencePoint point) =>
        $"waits {PatienceView.Wait(point.WaitNs)}, {PatienceView.Then(point)}{(point.Warnings > 0 ? ", warns" : "")}";

    private static void AddPromises(List<string> lines, ComparisonResult result)
    {
        if (result.Promises is not { } promises)
        {
            return;
        }

        var (first, second) = (AssumeView.Sets(promises.First), AssumeView.Sets(promises.Second));
        lines.Add($"promises   {(first.SequenceEqual(second) ? "the same sets are enough" : "one of these sets is enough to be safe")}");
        foreach (var (sign, sets) in ((string, List<string>)[])[("- A alone", [.. first.Except(second)]), ("+ B alone", [.. second.Except(first)]), ("= both", [.. first.Intersect(second)])])
        {
            lines.AddRange(sets.Take(PromisesMax).Select((set, i) => $"  {(i == 0 ? sign : "  or"),-9} {set}"));
            if (sets.Count > PromisesMax)
            {
                lines[^1] += $" (and {sets.Count - PromisesMax} more)";
            }
        }
    }
}
