using System.Text.Json.Nodes;
using ApChaos.Campaigns;
using ApChaos.Reports.Texts;

namespace ApChaos.Reports.Views;

/// <summary>Where drivers are safe: maps side by side as text, as JSON, and as one picture.</summary>
public static class SweepView
{
    private const int Gap = 3;

    /// <summary>The maps.</summary>
    /// <param name="result">The sweep.</param>
    /// <returns>Plain lines of at most 100 columns.</returns>
    public static IReadOnlyList<string> Lines(SweepResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var page = new Page();
        page.Wrapped("", $"{result.X.Name} from {result.X.Format(result.X.Values[0])} to {result.X.Format(result.X.Values[^1])}, left to right"
            + (result.Y is { } y ? $"; {y.Name} from {y.Format(y.Values[0])} to {y.Format(y.Values[^1])}, bottom to top" : "")
            + $"; firmware {PlainText.Of(result.Firmware)}, at most {result.Settings.Runs} runs a point");
        page.Wrapped("", ". safe   # violated   (blank) not reached   o # not monotone: each point of the row was run");
        var width = Math.Max(result.X.Values.Count, result.Maps.Max(map => PlainText.Of(map.Driver.Id).Length));
        var perLine = Math.Max(1, (Page.Columns + Gap) / (width + Gap));
        foreach (var maps in result.Maps.Chunk(perLine))
        {
            page.Gap();
            page.Line(string.Join(new string(' ', Gap), maps.Select(map => PlainText.Short(PlainText.Of(map.Driver.Id), Math.Max(8, width)).PadRight(width))));
            for (var row = (result.Y?.Values.Count ?? 1) - 1; row >= 0; row--)
            {
                page.Line(string.Join(new string(' ', Gap), maps.Select(map => Row(map.Rows[row]).PadRight(width))));
            }
        }

        page.Heading($"From which {result.X.Name} on it is violated");
        foreach (var map in result.Maps)
        {
            page.Wrapped($"{PlainText.Of(map.Driver.Id)}: ", string.Join("; ", Boundaries(result, map)));
        }

        var rows = result.Maps.SelectMany(map => map.Rows).ToList();
        var odd = rows.Count(row => !row.IsMonotone);
        page.Gap();
        page.Wrapped("", $"The boundaries were found by bisection: {result.Points} points were run, on a grid of {rows.Sum(row => row.Cells.Count)}. "
            + $"{rows.Sum(row => row.Samples)} of them lie away from a boundary and test that there is only one in a row: "
            + (odd == 0 ? "there is." : $"not in {VerdictText.Count(odd, "row")}, of which every point was run.")
            + (result.Interrupted ? " It was stopped before its end." : ""));
        return page.Lines;
    }

    /// <summary>The points as JSON.</summary>
    /// <param name="result">The sweep.</param>
    /// <returns>The text.</returns>
    public static string ToJson(SweepResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        JsonArray points = [];
        JsonArray cells = [];
        foreach (var map in result.Maps)
        {
            var all = map.Rows.SelectMany(row => row.Cells).ToList();
            cells.Add((JsonNode)new JsonObject
            {
                ["driver"] = ViewJson.Clean(map.Driver.Id),
                ["plan"] = "sweep",
                ["firmware"] = result.Firmware,
                ["runs"] = result.Settings.Runs,
                ["verdict"] = all.Contains(SweepVerdict.Violated) ? "violated" : all.Contains(SweepVerdict.Unknown) ? "undecided" : "safe",
                ["expected"] = true,
                ["upperBound95"] = null,
                ["violations"] = new JsonArray(),
            });
            foreach (var row in map.Rows)
            {
                for (var column = 0; column < row.Cells.Count; column++)
                {
                    points.Add((JsonNode)new JsonObject
                    {
                        ["driver"] = ViewJson.Clean(map.Driver.Id),
                        ["firmware"] = result.Firmware,
                        [result.X.Name] = result.X.Values[column],
                        ["verdict"] = row.Cells[column] switch { SweepVerdict.Safe => "safe", SweepVerdict.Violated => "violated", _ => "unknown" },
                        ["measured"] = row.Measured[column],
                    });
                    if (result.Y is { } y)
                    {
                        points[^1]!.AsObject().Insert(3, y.Name, JsonValue.Create(y.Values[row.Y]));
                    }
                }
            }
        }

        return ViewJson.Of(result.Settings.Seed, result.Interrupted ? 3 : 0, cells, points);
    }

    /// <summary>All maps in one picture.</summary>
    /// <param name="result">The sweep.</param>
    /// <param name="fluid">Whether the picture takes the width of what it stands in.</param>
    /// <returns>SVG.</returns>
    public static string ToSvg(SweepResult result, bool fluid = false)
    {
        ArgumentNullException.ThrowIfNull(result);
        using var picture = new SweepPicture(result, fluid);
        return picture.Draw();
    }

    private static string Row(SweepRow row) => string.Concat(row.Cells.Select(cell => cell switch
    {
        SweepVerdict.Safe => row.IsMonotone ? '.' : 'o',
        SweepVerdict.Violated => '#',
        _ => ' ',
    }));

    /// <summary>The boundary of each row; rows in a line that share it are told together.</summary>
    private static IEnumerable<string> Boundaries(SweepResult result, SweepMap map)
    {
        var rows = map.Rows.Select(row => (row.Y, Text: Boundary(result.X, row))).ToList();
        for (var first = 0; first < rows.Count;)
        {
            var end = first + 1;
            while (end < rows.Count && rows[end].Text == rows[first].Text)
            {
                end++;
            }

            var where = result.Y is not { } y ? "" : end - first == rows.Count ? $" at each {y.Name}"
                : $" at {y.Format(y.Values[rows[first].Y])}{(end - first == 1 ? "" : $" to {y.Format(y.Values[rows[end - 1].Y])}")}";
            yield return rows[first].Text + where;
            first = end;
        }
    }

    private static string Boundary(SweepAxis x, SweepRow row) => row switch
    {
        { IsMonotone: false } => "not monotone",
        { FirstViolated: { } first, LastSafe: { } last } => $"{x.Format(first)} (safe at {x.Format(last)})",
        { FirstViolated: not null } => "always",
        { LastSafe: not null } => "never",
        _ => "not reached",
    };
}
