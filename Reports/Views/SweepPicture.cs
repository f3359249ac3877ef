using ApChaos.Campaigns;

namespace ApChaos.Reports.Views;

/// <summary>The maps of a sweep as one picture: a panel for each driver, all with the same axes, the boundary drawn where bisection found it.</summary>
internal sealed class SweepPicture : IDisposable
{
    private const int Columns = 3;
    private const int MapWidth = 252;
    private const int MapHeight = 189;
    private const int OneRowHeight = 36;
    private const int LeftMargin = 64;
    private const int TopMargin = 108;
    private const int ColumnGap = 62;
    private const int LineGap = 84;
    private const int TicksMax = 4;

    private readonly SweepResult _result;
    private readonly SvgPage _page;
    private readonly int _height;

    internal SweepPicture(SweepResult result, bool fluid)
    {
        _result = result;
        _height = result.Y is null ? OneRowHeight : MapHeight;
        var (wide, lines) = (Math.Min(Columns, result.Maps.Count), (result.Maps.Count + Columns - 1) / Columns);
        _page = new SvgPage(
            Math.Max(620, LeftMargin + (wide * (MapWidth + ColumnGap))),
            TopMargin + (lines * (_height + LineGap)),
            $"Where drivers are safe: {result.X.Name}{(result.Y is null ? "" : $" and {result.Y.Name}")}",
            string.Join("; ", result.Maps.Select(map => $"{map.Driver.Id}: {Share(map)}")),
            fluid);
    }

    public void Dispose() => _page.Dispose();

    /// <summary>Draws all.</summary>
    internal string Draw()
    {
        _page.Text(LeftMargin, 26, $"across: {_result.X.Name}{(_result.Y is { } y ? $", up: {y.Name}" : "")}; firmware {_result.Firmware}", size: 14);
        var at = LeftMargin;
        foreach (var (color, text) in ((string, string)[])[(SvgPage.Safe, "safe"), (SvgPage.Violated, "violated"), (SvgPage.Unknown, "not reached")])
        {
            _page.Rectangle(at, 40, 14, 14, color);
            _page.Text(at + 20, 52, text);
            at += 100;
        }

        _page.Text(at + 10, 52, $"at most {_result.Settings.Runs} runs a point; {_result.Points} points were run", fill: SvgPage.Faint);
        for (var i = 0; i < _result.Maps.Count; i++)
        {
            var (left, top) = (LeftMargin + (i % Columns * (MapWidth + ColumnGap)), TopMargin + (i / Columns * (_height + LineGap)));
            _page.Text(left, top - 22, _result.Maps[i].Driver.Id, size: 13);
            _page.Text(left, top - 7, Share(_result.Maps[i]), fill: SvgPage.Faint, size: 11);
            DrawMap(_result.Maps[i], left, top);
        }

        return _page.ToText();
    }

    private static string Share(SweepMap map)
    {
        var cells = map.Rows.SelectMany(row => row.Cells).ToList();
        var (safe, violated) = (cells.Count(cell => cell == SweepVerdict.Safe), cells.Count(cell => cell == SweepVerdict.Violated));
        return safe == cells.Count ? "safe throughout"
            : violated == cells.Count ? "violated throughout"
            : $"safe in {safe} of {cells.Count} points";
    }

    private void DrawMap(SweepMap map, int left, int top)
    {
        var rowHeight = (double)_height / map.Rows.Count;
        foreach (var row in map.Rows)
        {
            DrawRow(row, left, top + _height - ((row.Y + 1) * rowHeight), rowHeight);
        }

        DrawBoundary(map, left, top, rowHeight);
        DrawTicks(left, top);
    }

    private void DrawRow(SweepRow row, int left, double top, double height)
    {
        // Neighbours of one colour are one rectangle: a map of many points stays a small file.
        var width = (double)MapWidth / row.Cells.Count;
        for (var first = 0; first < row.Cells.Count;)
        {
            var end = first + 1;
            while (end < row.Cells.Count && row.Cells[end] == row.Cells[first])
            {
                end++;
            }

            var color = row.Cells[first] switch { SweepVerdict.Safe => SvgPage.Safe, SweepVerdict.Violated => SvgPage.Violated, _ => SvgPage.Unknown };
            var where = _result.Y is { } y ? $"{y.Name} {y.Format(y.Values[row.Y])}, " : "";
            _page.Rectangle(
                left + (first * width), top, (end - first) * width, height, color,
                $"{where}{_result.X.Name} {_result.X.Format(_result.X.Values[first])} to {_result.X.Format(_result.X.Values[end - 1])}: {row.Cells[first]}");
            first = end;
        }
    }

    /// <summary>The border between safe and violated points, so that it shows without colours as well.</summary>
    private void DrawBoundary(SweepMap map, int left, int top, double rowHeight)
    {
        var width = (double)MapWidth / _result.X.Values.Count;
        for (var row = 0; row < map.Rows.Count; row++)
        {
            var (cells, bottom) = (map.Rows[row].Cells, top + _height - (row * rowHeight));
            for (var column = 0; column < cells.Count; column++)
            {
                var x = left + (column * width);
                if (column > 0 && Differ(cells[column - 1], cells[column]))
                {
                    _page.Line(x, bottom - rowHeight, x, bottom, SvgPage.Ink, 2);
                }

                if (row > 0 && Differ(map.Rows[row - 1].Cells[column], cells[column]))
                {
                    _page.Line(x, bottom, x + width, bottom, SvgPage.Ink, 2);
                }
            }
        }
    }

    private static bool Differ(SweepVerdict one, SweepVerdict other) => one != other && one != SweepVerdict.Unknown && other != SweepVerdict.Unknown;

    private void DrawTicks(int left, int top)
    {
        var bottom = top + _height;
        foreach (var column in Ticks(_result.X.Values.Count))
        {
            var x = left + ((column + 0.5) * MapWidth / _result.X.Values.Count);
            _page.Line(x, bottom, x, bottom + 4, SvgPage.Faint);
            _page.Text(x, bottom + 16, _result.X.Format(_result.X.Values[column]), "middle", SvgPage.Faint, 10);
        }

        if (_result.Y is { } axis)
        {
            foreach (var row in Ticks(axis.Values.Count))
            {
                var y = bottom - ((row + 0.5) * _height / axis.Values.Count);
                _page.Line(left - 4, y, left, y, SvgPage.Faint);
                _page.Text(left - 7, y + 4, axis.Format(axis.Values[row]), "end", SvgPage.Faint, 10);
            }
        }
    }

    private static IEnumerable<int> Ticks(int count)
    {
        var steps = Math.Min(TicksMax, count - 1);
        return steps < 1 ? [0] : Enumerable.Range(0, steps + 1).Select(step => step * (count - 1) / steps);
    }
}
