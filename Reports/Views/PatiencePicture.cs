using ApChaos.Abstractions;
using ApChaos.Exploring;

namespace ApChaos.Reports.Views;

/// <summary>The longest waits as one picture: a bar for each driver, and a mark for each figure that somebody published.</summary>
/// <remarks>A wait without a bound is a bar that leaves the picture, in a colour of its own: it is neither good nor bad.</remarks>
internal sealed class PatiencePicture : IDisposable
{
    private const long Ms = VirtualTime.Millisecond;
    private const int LabelWidth = 230;
    private const int ChartWidth = 560;
    private const int RightMargin = 110;
    private const int Top = 72;
    private const int RowHeight = 44;
    private const int BarHeight = 20;
    private const string Title = "How long close-device waits for one queue at most";

    private readonly IReadOnlyList<PatiencePoint> _longest;
    private readonly long _scale;
    private readonly SvgPage _page;

    internal PatiencePicture(IReadOnlyList<PatiencePoint> longest)
    {
        _longest = longest;
        var most = longest.Select(point => point.WaitNs ?? 0).Concat(PublishedFigure.All.Select(figure => figure.WaitNs ?? 0)).Max();
        _scale = Math.Max(100 * Ms, (most + (100 * Ms) - 1) / (100 * Ms) * (100 * Ms));
        _page = new SvgPage(
            LabelWidth + ChartWidth + RightMargin,
            Top + (longest.Count * RowHeight) + 44,
            Title,
            string.Join("; ", longest.Select(point => $"{point.Driver}: {PatienceView.Wait(point.WaitNs)}")));
    }

    public void Dispose() => _page.Dispose();

    /// <summary>Draws all.</summary>
    internal string Draw()
    {
        var bottom = Top + (_longest.Count * RowHeight);
        _page.Text(LabelWidth, 24, Title, size: 16);
        DrawLegend();
        for (var tick = 0L; tick <= _scale; tick += 50 * Ms)
        {
            _page.Line(At(tick), Top - 8, At(tick), bottom, SvgPage.Unknown);
            _page.Text(At(tick), bottom + 16, $"{tick / Ms}{(tick == _scale ? " ms" : "")}", "middle", SvgPage.Faint);
        }

        for (var row = 0; row < _longest.Count; row++)
        {
            DrawDriver(_longest[row], Top + (row * RowHeight));
        }

        return _page.ToText();
    }

    private void DrawLegend()
    {
        _page.Rectangle(LabelWidth, 38, 22, 12, SvgPage.Safe);
        _page.Text(LabelWidth + 28, 48, "measured");
        _page.Rectangle(LabelWidth + 110, 38, 22, 12, SvgPage.Open);
        _page.Text(LabelWidth + 138, 48, "measured: no bound");
        _page.Line(LabelWidth + 284, 36, LabelWidth + 284, 52, SvgPage.Ink, 4);
        _page.Text(LabelWidth + 292, 48, "bug-history, part D");
        _page.Line(LabelWidth + 426, 36, LabelWidth + 426, 52, SvgPage.Ink);
        _page.Text(LabelWidth + 434, 48, "the thread of 2019");
    }

    private void DrawDriver(PatiencePoint point, int top)
    {
        _page.Text(LabelWidth - 8, top + 15, point.Driver, "end");
        var end = point.WaitNs is { } wait ? At(wait) : LabelWidth + ChartWidth + 30;
        _page.Rectangle(LabelWidth, top, end - LabelWidth, BarHeight, point.WaitNs is null ? SvgPage.Open : SvgPage.Safe, $"{point.Driver}: {PatienceView.Wait(point.WaitNs)}; {point.Recipe}");
        _page.Text(end + 6, top + 15, point.WaitNs is null ? "no bound" : PatienceView.Wait(point.WaitNs));
        foreach (var figure in PublishedFigure.All.Where(figure => figure.Driver == point.Driver && figure.WaitNs is not null))
        {
            var x = At(figure.WaitNs!.Value);
            var differs = figure.WaitNs != point.WaitNs;
            _page.Line(x, top - 4, x, top + BarHeight + 4, SvgPage.Ink, differs ? 1 : 4);
            if (differs)
            {
                _page.Text(x, top + BarHeight + 14, $"the thread says {VirtualTime.Format(figure.WaitNs.Value)}", "middle", SvgPage.Faint, 10);
            }
        }
    }

    private double At(long ns) => LabelWidth + ((double)ns / _scale * ChartWidth);
}
