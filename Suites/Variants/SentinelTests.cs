using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Drivers;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Reports;
using ApChaos.Running;

namespace ApChaos.Suites.Variants;

/// <summary>A share of the runs of every campaign is made twice; what parts from itself is named, and what was not checked is not claimed.</summary>
public sealed class SentinelTests
{
    [Test]
    public void A_driver_that_remembers_the_last_run_is_named_with_the_first_step_and_field_that_differ()
    {
        var result = Run(() => new Forgetful());
        Assert.That(result.Cells[0].Verdict, Is.EqualTo(CellVerdict.Undecided));
        Assert.That(result.Cells[0].Reason, Does.Match(@"^run 0 is not deterministic: step \d+, event \w+: \w+ is .+ and .+$"));
        Assert.That(result.Sentinel!.Parted, Is.EqualTo([$"forgetful / calm / documented: {result.Cells[0].Reason}"]));
        Assert.That(result.ExitCode, Is.EqualTo(3));
        Assert.That(new TextReport().ToText(result).Replace("\n            ", " ", StringComparison.Ordinal), Does.Contain("in 1 cell they PARTED: forgetful / calm / documented: run 0 is not deterministic: step "));
        Assert.That(new JsonReport().ToText(result), Does.Contain("\"parted\": [\n      \"forgetful / calm / documented: run 0 is not deterministic"));
    }

    [Test]
    public void One_of_fifty_runs_is_made_twice_and_every_report_says_so()
    {
        var result = Run(() => new Golden());
        Assert.That(result.Sentinel, Is.EqualTo(new Sentinel(4, 200, result.Sentinel!.Parted)));
        Assert.That(result.Sentinel.Parted, Is.Empty);
        foreach (var format in new ReportFormat[] { new TextReport(), new MailReport(), new MarkdownReport() })
        {
            Assert.That(string.Join(' ', format.ToText(result).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)), Does.Contain("4 of 200 runs were made twice: each gave the same trace"), format.Id);
        }
    }

    private static CampaignResult Run(Func<Driver> create) => new CampaignRunner(new Campaign
    {
        Seed = "sentinel",
        Runs = 200,
        Topology = TopologySpec.Default,
        Budgets = RunBudgets.Default,
        Catalogue = Catalogue.Shipped,
        Out = "artifacts",
        Formats = [],
        Cells = [new CampaignCell(
            new DriverEntry("forgetful", "", "forgetful", create), Catalogue.Shipped.FindPlans("calm")[0], FirmwareFile.LoadShipped().Single(profile => profile.Id == "documented"), new SortedSet<string>())],
    }).Run(2, null, null, CancellationToken.None);

    /// <summary>The planted mistake: a field outlives the run.</summary>
    private sealed class Forgetful : VfioApDriver
    {
        private int _opened;

        public override string Id => "forgetful";

        public override string Summary => "sleeps longer each time";

        public override async ApTask<int> OpenDevice(MatrixMdev mdev, Kvm kvm)
        {
            await Msleep(10 + _opened++);
            return await base.OpenDevice(mdev, kvm);
        }

        protected override async ApTask<int> ResetQueue(ApQueue queue)
        {
            await Zapq(queue.Apqn);
            await Msleep(20);
            return 0;
        }
    }
}
