using ApChaos.Abstractions;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Views;

/// <summary>Shipped drivers and small cells for the tests of views.</summary>
internal static class ViewCells
{
    internal static Catalogue Catalogue => Catalogue.Shipped;

    internal static DriverEntry Driver(string id) => DriverSource.Resolve(id, Catalogue.Shipped)[0];

    internal static FirmwareProfile Firmware(string id) => FirmwareFile.LoadShipped().Single(profile => profile.Id == id);

    internal static CampaignResult Run(string driver, string plan, string firmware) =>
        Run(new CampaignCell(Driver(driver), Catalogue.Shipped.FindPlans(plan)[0], Firmware(firmware), new SortedSet<string>(StringComparer.Ordinal)));

    internal static CampaignResult Run(params CampaignCell[] cells) => Run(Campaign(cells));

    internal static CampaignResult Run(Campaign campaign) => new CampaignRunner(campaign).Run(2, null, null, CancellationToken.None);

    internal static Campaign Campaign(params CampaignCell[] cells) => new()
    {
        Seed = "apchaos",
        Runs = 60,
        Topology = TopologySpec.Default,
        Budgets = RunBudgets.Default,
        Catalogue = Catalogue.Shipped,
        Out = "artifacts",
        Formats = [],
        Cells = cells,
    };

    /// <summary>Probes that count the late stores of the hardware.</summary>
    internal static CellProbe Probe(int runs = 40) => new(new ProbeSettings(
        "apchaos", runs, TopologySpec.Default, RunBudgets.Default, Catalogue.Shipped, ["gisa-store-after-free", "nib-store-after-unpin", "nib-store-foreign-page"]));

    /// <summary>The same over the scenarios in which a late store is seen soonest.</summary>
    internal static CellProbe PromiseProbe() => new(Probe(400).Settings with { Scenarios = GuestLeaves.Scenarios });
}

/// <summary>Stops what is measured after so many reports of its progress.</summary>
internal sealed class StopAfter(int reports, CancellationTokenSource stop) : IProgress<CampaignProgress>
{
    private int left = reports;

    public void Report(CampaignProgress value)
    {
        if (Interlocked.Decrement(ref left) == 0)
        {
            stop.Cancel();
        }
    }
}
