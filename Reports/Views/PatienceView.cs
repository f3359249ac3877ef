using System.Text.Json.Nodes;
using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Reports.Texts;

namespace ApChaos.Reports.Views;

/// <summary>How patient drivers are: as a table, as JSON, and as a picture with the figures that others published.</summary>
public static class PatienceView
{
    private const int LabelWidth = 220;
    private const int ChartWidth = 560;
    private const int RowHeight = 34;

    /// <summary>The tables: the longest waits of all drivers, then one table for each.</summary>
    /// <param name="points">The measurements.</param>
    /// <returns>Plain lines of at most 100 columns.</returns>
    public static IReadOnlyList<string> Lines(IReadOnlyList<PatiencePoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        var page = new Page();
        page.Heading("How long close-device waits for one queue at most: measured, and what others say");
        foreach (var longest in points.Where(point => point.Condition == PatienceMeter.Longest))
        {
            WriteLongest(page, longest);
        }

        foreach (var driver in points.GroupBy(point => point.Driver))
        {
            page.Heading(PlainText.Of(driver.Key));
            page.Line($"{"answers for ever",-17} {"waits",-9} {"frees at",-9} {"then",-16} {"warns",5} {"ioctl",-7} asks");
            foreach (var point in driver)
            {
                page.Wrapped($"{point.Condition,-17} {Wait(point.WaitNs),-9} {(point.FreedAtNs is { } at ? VirtualTime.Format(at) : "-"),-9} {Then(point),-16} "
                    + $"{point.Warnings,5} {Returns(point),-7} ", Asks(point));
            }
        }

        page.Gap();
        foreach (var condition in PatienceCondition.All)
        {
            page.Wrapped($"{condition.Id,-8} ", condition.Summary);
        }

        page.Wrapped($"{PatienceMeter.Longest,-8} ", "the answers that make close-device wait longest: refusals of ZAPQ and AQIC, each number of them, then a reset that never ends");
        page.Wrapped("none     ", $"it was still asking after {VirtualTime.Format(PatienceMeter.ObservedNs)}");
        return page.Lines;
    }

    /// <summary>The measurements as JSON.</summary>
    /// <param name="points">The measurements.</param>
    /// <returns>The text.</returns>
    public static string ToJson(IReadOnlyList<PatiencePoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return ViewJson.Of("", 0, [], [.. points.Select(Json)]);
    }

    /// <summary>The longest waits as bars, with published figures as marks.</summary>
    /// <param name="points">The measurements.</param>
    /// <returns>SVG.</returns>
    public static string ToSvg(IReadOnlyList<PatiencePoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        const long ms = VirtualTime.Millisecond;
        var longest = points.Where(point => point.Condition == PatienceMeter.Longest).ToList();
        var most = longest.Select(point => point.WaitNs ?? 0).Concat(PublishedFigure.All.Select(figure => figure.WaitNs ?? 0)).Max();
        var scale = Math.Max(100 * ms, (most + (100 * ms) - 1) / (100 * ms) * (100 * ms));
        var bottom = 60 + (longest.Count * RowHeight);
        using var page = new SvgPage(
            LabelWidth + ChartWidth + 60, bottom + 70, "How long close-device waits for one queue at most", string.Join("; ", longest.Select(point => $"{point.Driver}: {Wait(point.WaitNs)}")));
        page.Text(LabelWidth, 24, "How long close-device waits for one queue at most", size: 16);
        for (var tick = 0L; tick <= scale; tick += 50 * ms)
        {
            page.Line(At(tick), 44, At(tick), bottom, SvgPage.Unknown);
            page.Text(At(tick), bottom + 16, tick / ms + (tick == scale ? " ms" : ""), "middle", SvgPage.Faint);
        }

        for (var row = 0; row < longest.Count; row++)
        {
            var (point, y) = (longest[row], 52 + (row * RowHeight));
            page.Text(LabelWidth - 8, y + 15, point.Driver, "end");
            page.Rectangle(LabelWidth, y, (point.WaitNs is { } wait ? At(wait) : At(scale)) - LabelWidth, 20, point.WaitNs is null ? SvgPage.Violated : SvgPage.Safe, $"{point.Driver}: {Wait(point.WaitNs)}; {point.Recipe}");
            page.Text((point.WaitNs is { } end ? At(end) : At(scale)) + 6, y + 15, point.WaitNs is null ? "no bound" : Wait(point.WaitNs));
            foreach (var figure in PublishedFigure.All.Where(figure => figure.Driver == point.Driver && figure.WaitNs is not null))
            {
                page.Line(At(figure.WaitNs!.Value), y - 4, At(figure.WaitNs.Value), y + 24, SvgPage.Ink, figure.Difference.Length > 0 ? 1 : 3);
                if (figure.Difference.Length > 0)
                {
                    page.Text(At(figure.WaitNs.Value), y - 6, $"thread {VirtualTime.Format(figure.WaitNs.Value)}", "middle", SvgPage.Faint, 10);
                }
            }
        }

        page.Text(LabelWidth, bottom + 40, "bar: measured    thick mark: bug-history, part D    thin mark: the thread of 2019", fill: SvgPage.Faint);
        return page.ToText();

        double At(long ns) => LabelWidth + ((double)ns / scale * ChartWidth);
    }

    /// <summary>A wait in words.</summary>
    /// <param name="ns">Virtual nanoseconds, or null for no bound.</param>
    /// <returns>For instance <c>60ms</c> or <c>none</c>.</returns>
    internal static string Wait(long? ns) => ns is { } wait ? VirtualTime.Format(wait) : "none";

    /// <summary>What a driver does in the end.</summary>
    internal static string Then(PatiencePoint point) => point.End switch
    {
        PatienceEnd.Frees => point.WaitNs is null ? "frees, waits on" : "frees",
        PatienceEnd.Keeps => point.WaitNs is null ? "waits" : "keeps",
        PatienceEnd.Leaks => "leaks",
        _ => "holds nothing",
    };

    private static void WriteLongest(Page page, PatiencePoint longest)
    {
        page.Wrapped($"{PlainText.Short(PlainText.Of(longest.Driver), 27),-27} {Wait(longest.WaitNs),-7} ", longest.Recipe);
        foreach (var figure in PublishedFigure.All.Where(figure => figure.Driver == longest.Driver))
        {
            page.Wrapped("    ", $"{(figure.WaitNs == longest.WaitNs ? "as in" : $"not {Wait(figure.WaitNs)}, as in")} {figure.Source}"
                + (figure.WaitNs == longest.WaitNs || figure.Difference.Length == 0 ? "" : $": {figure.Difference}"));
        }
    }

    private static string Asks(PatiencePoint point)
    {
        var asks = string.Join(", ", point.Asks.Select(ask => $"{ask.Count} {OpText.Name(ask.Instruction)}"));
        return (asks.Length == 0 ? "nothing" : asks) + (point.IntervalNs > 0 ? $", each {VirtualTime.Format(point.IntervalNs)}" : "");
    }

    private static string Returns(PatiencePoint point) => point.Returns switch
    {
        null => "-",
        0 => "0",
        -5 => "-EIO",
        -16 => "-EBUSY",
        var other => $"{other}",
    };

    private static JsonObject Json(PatiencePoint point) => new()
    {
        ["driver"] = point.Driver,
        ["condition"] = point.Condition,
        ["waitNs"] = point.WaitNs,
        ["bounded"] = point.WaitNs is not null,
        ["intervalNs"] = point.IntervalNs,
        ["asks"] = new JsonObject(point.Asks.Select(ask => KeyValuePair.Create(OpText.Name(ask.Instruction).ToLowerInvariant(), (JsonNode?)JsonValue.Create(ask.Count)))),
        ["then"] = point.End switch { PatienceEnd.Frees => "frees", PatienceEnd.Keeps => "keeps", PatienceEnd.Leaks => "leaks", _ => "holds-nothing" },
        ["freedAtNs"] = point.FreedAtNs,
        ["warnings"] = point.Warnings,
        ["notices"] = point.Notices,
        ["returns"] = point.Returns,
        ["recipe"] = point.Recipe,
        ["published"] = point.Condition != PatienceMeter.Longest ? null : new JsonArray([.. PublishedFigure.All.Where(figure => figure.Driver == point.Driver)
            .Select(figure => new JsonObject { ["waitNs"] = figure.WaitNs, ["source"] = figure.Source, ["difference"] = figure.Difference })]),
    };
}
