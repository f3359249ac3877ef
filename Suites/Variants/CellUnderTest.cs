using System.Globalization;
using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Suites.Variants;

/// <summary>Runs cells of shipped drivers, plans and profiles, the way the command line does.</summary>
internal static class CellUnderTest
{
    private static readonly IReadOnlyList<FirmwareProfile> Profiles = FirmwareFile.LoadShipped();

    internal static IReadOnlyList<string> AllFirmware => [.. Profiles.Select(profile => profile.Id)];

    internal static IReadOnlyList<string> AllDrivers => [.. Catalogue.Shipped.Drivers.Select(driver => driver.Id)];

    internal static IReadOnlyList<string> AllPlans => [.. Catalogue.Shipped.Plans.Select(plan => plan.Name)];

    /// <summary>Runs one cell.</summary>
    internal static CellResult Run(string driver, string plan, string firmware, int runs = 400) =>
        Run([driver], [Catalogue.Shipped.FindPlans(plan)[0]], [firmware], runs).Cells[0];

    /// <summary>Runs one cell of a plan that is written in place.</summary>
    internal static CellResult RunPlan(string driver, string planJson, string firmware, int runs = 400) =>
        Run([driver], [PlanFile.Parse(planJson, null, Catalogue.Shipped)], [firmware], runs).Cells[0];

    /// <summary>Runs all combinations.</summary>
    internal static CampaignResult Run(
        IReadOnlyList<string> drivers, IReadOnlyList<Plan> plans, IReadOnlyList<string> firmware, int runs, string seed = "apchaos", int workers = 2,
        string strategy = StrategyReference.DefaultText)
    {
        var nothing = new SortedSet<string>(StringComparer.Ordinal);
        var campaign = new Campaign
        {
            Seed = seed,
            Strategy = StrategyReference.Parse(strategy),
            Runs = runs,
            Topology = TopologySpec.Default,
            Budgets = RunBudgets.Default,
            Catalogue = Catalogue.Shipped,
            Out = "artifacts",
            Formats = [],
            Cells =
            [
                .. from driver in drivers
                   from plan in plans
                   from profile in firmware
                   select new CampaignCell(
                       DriverSource.Resolve(driver, Catalogue.Shipped)[0], plan, Profiles.Single(p => p.Id == profile), nothing),
            ],
        };
        return new CampaignRunner(campaign).Run(workers, null, null, CancellationToken.None);
    }

    internal static IEnumerable<string> Oracles(this CellResult cell) => cell.Violations.Select(violation => violation.Oracle);

    internal static ViolationResult? Find(this CellResult cell, string oracle) =>
        cell.Violations.FirstOrDefault(violation => violation.Oracle == oracle);

    internal static string Describe(this CellResult cell) => string.Create(
        CultureInfo.InvariantCulture, $"{cell.Driver} / {cell.Plan} / {cell.Firmware}: {cell.Verdict} {string.Join(' ', cell.Oracles())} {cell.Reason}");
}
