using System.Text;
using ApChaos.Campaigns;
using ApChaos.Reports.Texts;

namespace ApChaos.Reports;

/// <summary>
/// The cells of a campaign at a glance: for each firmware profile a matrix of drivers and plans. Each oracle has a letter; a small one
/// was expected, a capital one was not.
/// </summary>
public sealed class CellMatrix
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";
    private const int LabelMax = 36;
    private const int NameMin = 16;

    private readonly CampaignResult _result;
    private readonly IReadOnlyList<string> _oracles;
    private readonly IReadOnlyList<string> _drivers;
    private readonly IReadOnlyList<string> _plans;

    private CellMatrix(CampaignResult result)
    {
        _result = result;
        _oracles = [.. result.Cells.SelectMany(cell => cell.Violations).Select(violation => violation.Oracle).Distinct().Order(StringComparer.Ordinal)];
        _drivers = [.. result.Cells.Select(cell => cell.Driver).Distinct()];
        _plans = [.. result.Cells.Select(cell => cell.Plan).Distinct()];
    }

    /// <summary>The matrices and their legend.</summary>
    /// <param name="result">The result.</param>
    /// <returns>Lines of at most 100 columns, plain text: neither markup nor control characters.</returns>
    public static IReadOnlyList<string> Lines(CampaignResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var page = new Page();
        new CellMatrix(result).Draw(page);
        return page.Lines;
    }

    private void Draw(Page page)
    {
        foreach (var firmware in _result.Cells.Select(cell => cell.Firmware).Distinct())
        {
            var used = _result.Firmware.FirstOrDefault(profile => profile.Id == firmware);
            page.Gap();
            page.Wrapped("", $"firmware {PlainText.Of(firmware)}{(used is null ? "" : ": " + PlainText.Of(used.Summary))}");
            if (used?.SafetyImpossible is { } why)
            {
                page.Wrapped("  no driver can be safe here: ", PlainText.Of(why));
            }

            DrawFirmware(page, firmware);
        }

        page.Gap();
        DrawLegend(page);
    }

    private void DrawFirmware(Page page, string firmware)
    {
        var cells = new SortedDictionary<(string Driver, string Plan), CellResult>();
        foreach (var cell in _result.Cells.Where(cell => cell.Firmware == firmware))
        {
            cells[(cell.Driver, cell.Plan)] = cell;
        }

        var drivers = _drivers.Where(driver => cells.Keys.Any(key => key.Driver == driver)).ToList();
        var plans = _plans.Where(plan => cells.Keys.Any(key => key.Plan == plan)).ToList();
        var labels = drivers.ConvertAll(driver => PlainText.Short(PlainText.Of(driver), LabelMax));
        var label = labels.Max(text => text.Length) + 4;
        for (var first = 0; first < plans.Count;)
        {
            // Each column is as wide as its widest mark; what does not fit goes into a further block.
            var starts = new List<int>();
            var at = label;
            for (var plan = first; plan < plans.Count && (plan == first || at + NameMin <= Page.Columns); plan++)
            {
                starts.Add(at);
                at += 2 + drivers.Max(driver => MarkOf(cells, driver, plans[plan]).Length);
            }

            var block = plans.GetRange(first, starts.Count);
            first += starts.Count;
            page.Gap();
            for (var column = 0; column < block.Count; column++)
            {
                var stair = new StringBuilder();
                foreach (var start in starts.Take(column))
                {
                    stair.Append(' ', start - stair.Length).Append('|');
                }

                stair.Append(' ', starts[column] - stair.Length);
                page.Line(stair.Append(PlainText.Short(PlainText.Of(block[column]), Page.Columns - stair.Length)).ToString());
            }

            for (var row = 0; row < drivers.Count; row++)
            {
                var line = new StringBuilder("  " + labels[row]);
                for (var column = 0; column < block.Count; column++)
                {
                    line.Append(' ', starts[column] - line.Length).Append(MarkOf(cells, drivers[row], block[column]));
                }

                page.Line(line.ToString());
            }
        }
    }

    private string MarkOf(SortedDictionary<(string Driver, string Plan), CellResult> cells, string driver, string plan) =>
        cells.TryGetValue((driver, plan), out var cell) ? Mark(cell) : "-";

    private string Mark(CellResult cell)
    {
        var letters = string.Concat(cell.Violations.OrderBy(violation => violation.Oracle, StringComparer.Ordinal).Select(violation => Letter(violation.Oracle, violation.Expected)));
        return cell.Verdict switch
        {
            CellVerdict.Safe => ".",
            CellVerdict.Stale => "stale" + letters,
            CellVerdict.Undecided => "?" + letters,
            _ => letters,
        } + (cell.Expected ? "" : "!");
    }

    private char Letter(string oracle, bool expected)
    {
        var index = _oracles.TakeWhile(id => id != oracle).Count();
        return index >= Letters.Length ? '*' : expected ? Letters[index] : char.ToUpperInvariant(Letters[index]);
    }

    private void DrawLegend(Page page)
    {
        var verdicts = _result.Cells.Select(cell => cell.Verdict).ToHashSet();
        var marks = new List<string> { ". no violation" };
        if (verdicts.Contains(CellVerdict.Undecided))
        {
            marks.Add("? undecided");
        }

        if (verdicts.Contains(CellVerdict.Stale))
        {
            marks.Add("stale: a fault of the plan never fired");
        }

        if (_result.Cells.Any(cell => !cell.Expected))
        {
            marks.Add("CAPITAL and !: not expected");
        }

        if (_drivers.Count * _plans.Count * _result.Cells.Select(cell => cell.Firmware).Distinct().Count() != _result.Cells.Count)
        {
            marks.Add("- not run");
        }

        page.Wrapped("  ", string.Join(", ", marks));
        var names = _oracles.Select((oracle, index) => $"{(index < Letters.Length ? Letters[index] : '*')} {PlainText.Of(oracle)}").ToList();
        var perLine = Math.Max(1, (Page.Columns - 2) / Math.Max(1, names.Select(name => name.Length + 2).DefaultIfEmpty(1).Max()));
        var lines = (names.Count + perLine - 1) / perLine;
        for (var line = 0; line < lines; line++)
        {
            var width = names.Max(name => name.Length) + 2;
            page.Line("  " + string.Concat(names.Where((_, index) => index % lines == line).Select(name => name.PadRight(width))));
        }
    }
}
