using ApChaos.Campaigns;
using ApChaos.Reports.Views;

namespace ApChaos.Suites.Engine.Views;

[TestFixture]
public sealed class DifferenceTests
{
    private static readonly string[] Plans = ["calm", "thread-scenario-2"];
    private static readonly string[] Profiles = ["documented", "irq-off-at-end", "early-empty"];

    [Test]
    public void What_the_thread_argued_about_fits_into_thirty_lines()
    {
        ComparisonResult result = Compare("vfio-ap-5.3", "vfio-ap-2019-v2");
        IReadOnlyList<string> lines = DifferenceView.Lines(result);
        Assert.That(lines, Has.Count.LessThanOrEqualTo(30));
        Assert.That(lines.Select(line => line.Length), Is.All.LessThanOrEqualTo(100));
        Assert.That(result.Differences.SelectMany(cell => cell.New), Has.Member("nib-store-after-unpin"));
        Assert.That(DifferenceView.ToJson(result, "apchaos"), Does.Contain("\"new\": ["));
    }

    [Test]
    public void The_other_way_round_what_was_new_is_gone()
    {
        ComparisonResult there = Compare("vfio-ap-5.3", "vfio-ap-2019-v2"), back = Compare("vfio-ap-2019-v2", "vfio-ap-5.3");
        Assert.That(back.Differences.SelectMany(cell => cell.Gone), Is.EqualTo(there.Differences.SelectMany(cell => cell.New)));
        Assert.That(back.Parting!.First, Is.EqualTo(there.Parting!.Second));
    }

    [Test]
    public void Drivers_whose_verdicts_are_the_same_part_all_the_same()
    {
        ComparisonResult result = Compare("vfio-ap-6.6", "vfio-ap-6.9", "calm");
        Assert.That(result.Differences, Is.Empty);
        Assert.That((result.Parting!.Violation, result.Parting.First != result.Parting.Second), Is.EqualTo(((ValueTuple<string, ViolationResult>?)null, true)));
        Assert.That(DifferenceView.Lines(result), Has.Some.StartsWith("cells      0 of 3 change").And.Some.StartsWith("no verdict changes; they part  in calm"));
    }

    [Test]
    public void A_driver_does_not_part_from_itself()
    {
        ComparisonResult result = Compare("golden", "golden", "calm", "thread-scenario-2");
        Assert.That((result.Differences.Count, result.Counts.Count, result.Parting), Is.EqualTo((0, 0, (Parting?)null)));
        Assert.That(DifferenceView.Lines(result), Has.Member("patience   the same"));
    }

    private static ComparisonResult Compare(string first, string second, params string[] plans)
    {
        CampaignCell[] cells =
        [
            .. from driver in new[] { first, second }
               from plan in plans.Length > 0 ? plans : Plans
               from profile in Profiles
               select new CampaignCell(ViewCells.Driver(driver), ViewCells.Catalogue.FindPlans(plan)[0], ViewCells.Firmware(profile), new SortedSet<string>(StringComparer.Ordinal)),
        ];
        Campaign campaign = ViewCells.Campaign(cells);
        return DriverComparison.Compare(campaign, ViewCells.Run(campaign), ViewCells.Driver(first), ViewCells.Driver(second), null);
    }
}
