using System.Text.Json;
using System.Xml.Linq;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Reports;
using ApChaos.Reports.Views;

namespace ApChaos.Suites.Engine.Views;

[TestFixture]
public sealed class SweepTests
{
    private const string SlowReset = "slow-reset.duration=0..400ms/8";
    private const string Storm = "reset-in-progress-storm.duration=0..400ms/4";

    private static readonly Lazy<SweepResult> AllDrivers = new(() =>
        Run("slow-reset.duration=0..400ms/20", "reset-in-progress-storm.duration=0..400ms/20", [.. ViewCells.Catalogue.Drivers.Select(driver => driver.Id)]));

    [Test]
    public Task Map_of_reset_duration_and_storm_length_for_all_drivers() => Verify(string.Join('\n', SweepView.Lines(AllDrivers.Value))).UseDirectory("Approved");

    [Test]
    public Task Picture_of_reset_duration_and_storm_length_for_all_drivers() => Verify(SweepView.ToSvg(AllDrivers.Value), extension: "svg").UseDirectory("Approved");

    [Test]
    public void The_html_report_shows_the_map_and_nothing_in_it_is_markup()
    {
        const string hostile = "<img src=x onerror=alert(1)></svg><script>alert(2)</script>";
        SweepResult sweep = Run(SlowReset, null, "golden");
        sweep = sweep with { Maps = [sweep.Maps[0] with { Driver = sweep.Maps[0].Driver with { Id = hostile } }] };
        CampaignResult result = ViewCells.Run("golden", "calm", "documented");
        Assert.That(new HtmlReport().ToText(result), Does.Not.Contain("<section class=\"sweeps\""), "no sweep was asked for");
        string page = new HtmlReport().ToText(result with { Sweeps = [sweep] });
        Assert.That(page, Does.Contain("<section class=\"sweeps\"").And.Contain("<svg ").And.Contain("safe throughout"));
        Assert.That(page, Does.Not.Contain("<img").And.Not.Contain("<script>alert").And.Contain("&lt;img src=x"));
    }

    [TestCase("vfio-ap-2019-v2", 40)]
    [TestCase("vfio-ap-5.11", 40)]
    [TestCase("vfio-ap-5.3", 160)]
    [TestCase("vfio-ap-6.3", 200)]
    [TestCase("vfio-ap-6.9", null)]
    public void The_boundary_is_found_to_the_millisecond(string driver, int? lastSafe)
    {
        SweepResult result = Run(SlowReset, null, driver);
        SweepRow row = result.Maps[0].Rows[0];
        Assert.That(row.LastSafe, Is.EqualTo((lastSafe ?? 400) * 1_000_000L));
        Assert.That(row.FirstViolated, Is.EqualTo(lastSafe is null ? null : (lastSafe + 1) * 1_000_000L));
        Assert.That(row.Samples, Is.GreaterThan(0));
        Assert.That(row.IsMonotone, Is.True);
        Assert.That(row.Measured.Count(measured => measured), Is.LessThan(row.Cells.Count), "bisection, not brute force");
    }

    [Test]
    public void The_number_of_workers_changes_no_byte()
    {
        string[] texts = [.. ((int[])[1, 3]).Select(workers => SweepView.ToJson(
            new Sweep(ViewCells.Probe(), Axis(SlowReset), Axis(Storm), ViewCells.Firmware("irq-off-at-end")).Run([ViewCells.Driver("vfio-ap-5.3")], workers, null, CancellationToken.None)))];
        Assert.That(texts[1], Is.EqualTo(texts[0]));
    }

    [Test]
    public void What_was_done_before_a_stop_is_kept()
    {
        using var stop = new CancellationTokenSource();
        var rows = new StopAfter(3, stop);
        SweepResult result = new Sweep(ViewCells.Probe(), Axis(SlowReset), Axis(Storm), ViewCells.Firmware("irq-off-at-end"))
            .Run([ViewCells.Driver("vfio-ap-5.3")], 1, rows, stop.Token);
        Assert.That(result.Interrupted, Is.True);
        Assert.That(result.Maps[0].Rows.Count(row => !row.Cells.Contains(SweepVerdict.Unknown)), Is.EqualTo(3));
        Assert.That(SweepView.Lines(result), Has.Some.Contains("It was stopped before its end."));
    }

    [Test]
    public void Json_has_a_point_for_each_place_of_the_grid()
    {
        SweepResult result = Run(SlowReset, Storm, "vfio-ap-2019-v2");
        JsonElement root = JsonDocument.Parse(SweepView.ToJson(result)).RootElement;
        JsonElement[] points = [.. root.GetProperty("points").EnumerateArray()];
        Assert.That(points, Has.Length.EqualTo(9 * 5));
        Assert.That(points[0].GetProperty("slow-reset.duration").GetInt64(), Is.Zero);
        Assert.That(points[^1].GetProperty("reset-in-progress-storm.duration").GetInt64(), Is.EqualTo(400_000_000));
        Assert.That(root.GetProperty("cells")[0].GetProperty("verdict").GetString(), Is.EqualTo("violated"));
        Assert.That(XElement.Parse(SweepView.ToSvg(result)).Name.LocalName, Is.EqualTo("svg"));
    }

    [TestCase("slow-reset", "--x is 'slow-reset'; expected FAULT.OPTION=LOW..HIGH/STEPS, such as slow-reset.duration=0..400ms/20")]
    [TestCase("slow-reset.duration=0..400ms", "--x is 'slow-reset.duration=0..400ms'; expected FAULT.OPTION=LOW..HIGH/STEPS, ")]
    [TestCase("slow.duration=0..400ms/20", "--x: unknown fault 'slow'; expected one of: ")]
    [TestCase("slow-reset.speed=0..400ms/20", "--x: unknown option of slow-reset 'speed'; expected one of: duration, count")]
    [TestCase("slow-reset.apqn=0..4/2", "--x: slow-reset.apqn has no range; expected one of: duration, count")]
    [TestCase("slow-reset.duration=0..4 parsecs/2", "--x has '4 parsecs'; expected a duration such as ")]
    [TestCase("slow-reset.duration=0..never/2", "--x has 'never'; expected ")]
    [TestCase("slow-reset.duration=400ms..0ms/2", "--x goes from '400ms' to '0ms'; expected a range that ascends")]
    [TestCase("slow-reset.duration=0..400ms/0", "--x has '0' steps; expected a whole number from 1 to 200")]
    [TestCase("slow-reset.duration=0..400ms/many", "--x has 'many' steps; expected a whole number from 1 to 200")]
    [TestCase("slow-reset.count=1..3/9", "--x has '9' steps; expected a whole number from 1 to 2")]
    [TestCase("slow-reset.count=1..9999999/2", "--x has '9999999'; expected 0 to 1000000")]
    public void A_malformed_axis_is_one_clear_message(string text, string message) =>
        Assert.That(() => Axis(text), Throws.TypeOf<InputException>().With.Message.StartsWith(message));

    private static SweepAxis Axis(string text) => SweepAxis.Parse("--x", text, ViewCells.Catalogue);

    private static SweepResult Run(string x, string? y, params string[] drivers) =>
        new Sweep(ViewCells.Probe(), Axis(x), y is null ? null : Axis(y), ViewCells.Firmware("irq-off-at-end"))
            .Run([.. drivers.Select(ViewCells.Driver)], 2, null, CancellationToken.None);
}
