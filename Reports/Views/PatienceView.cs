using System.Text.Json.Nodes;
using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Reports.Texts;

namespace ApChaos.Reports.Views;

/// <summary>How patient drivers are: as a table, as JSON, and as a picture with the figures that others published.</summary>
public static class PatienceView
{
    /// <summary>The tables: the longest waits of all drivers, then one table for each.</summary>
    /// <param name="points">The measurements.</param>
    /// <param name="interrupted">Whether it was stopped before all drivers were measured.</param>
    /// <returns>Plain lines of at most 100 columns.</returns>
    public static IReadOnlyList<string> Lines(IReadOnlyList<PatiencePoint> points, bool interrupted = false)
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
        if (interrupted)
        {
            page.Gap();
            page.Line("It was stopped before its end: the other drivers were not measured.");
        }

        return page.Lines;
    }

    /// <summary>The measurements as JSON.</summary>
    /// <param name="points">The measurements.</param>
    /// <param name="interrupted">Whether it was stopped before all drivers were measured.</param>
    /// <returns>The text.</returns>
    public static string ToJson(IReadOnlyList<PatiencePoint> points, bool interrupted = false)
    {
        ArgumentNullException.ThrowIfNull(points);
        return ViewJson.Of("", interrupted ? 3 : 0, [], [.. points.Select(Json)]);
    }

    /// <summary>The longest waits as bars, with published figures as marks.</summary>
    /// <param name="points">The measurements.</param>
    /// <returns>SVG.</returns>
    public static string ToSvg(IReadOnlyList<PatiencePoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        using var picture = new PatiencePicture([.. points.Where(point => point.Condition == PatienceMeter.Longest)]);
        return picture.Draw();
    }

    /// <summary>A wait in words.</summary>
    /// <param name="ns">Virtual nanoseconds, or null for no bound.</param>
    /// <returns>For instance <c>60ms</c> or <c>none</c>.</returns>
    internal static string Wait(long? ns) => ns is { } wait ? VirtualTime.Format(wait) : "none";

    /// <summary>What a driver does in the end.</summary>
    internal static string Then(PatiencePoint point) => point.End switch
    {
        PatienceEnd.Frees => point.WaitNs is null ? "frees, waits on" : point.FreedAtNs > point.WaitNs ? "frees later" : "frees",
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
