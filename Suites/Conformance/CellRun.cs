using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;
using NUnit.Framework;

namespace ApChaos.Conformance;

/// <summary>Runs one cell the way the command line does, and writes the replay files of what broke.</summary>
internal static class CellRun
{
    private const string FailuresFolder = "artifacts/failures";

    internal static CellResult Make(Type fixture, FixtureSettings settings, Plan plan, FirmwareProfile firmware, string seed)
    {
        var campaign = new Campaign
        {
            Seed = seed,
            Runs = settings.Runs,
            Topology = TopologySpec.Default,
            Budgets = RunBudgets.Default,
            Catalogue = Catalogue.Shipped,
            Out = FailuresFolder,
            Formats = [],
            Cells = [new CampaignCell(settings.Driver, plan, firmware, new SortedSet<string>(plan.Beyond, StringComparer.Ordinal))],
        };
        var cell = Run(campaign).Cells[0];
        return cell with { Violations = [.. cell.Violations.Select(violation => Write(fixture, violation))] };
    }

    /// <summary>On a thread that is left behind when the driver does not return: its test fails, and the others go on.</summary>
    private static CampaignResult Run(Campaign campaign)
    {
        CampaignResult? result = null;
        Exception? failure = null;
        WatchdogAlarm? alarm = null;
        using var over = new ManualResetEventSlim();
        using var watchdog = new Watchdog(noticed =>
        {
            alarm = noticed;
            over.Set();
        });
        var thread = new Thread(() =>
        {
            try
            {
                result = new CampaignRunner(campaign, watchdog).Run(Environment.ProcessorCount, null, null, CancellationToken.None);
            }
            catch (Exception e) when (e is InputException or CampaignException)
            {
                failure = e;
            }

            over.Set();
        })
        { IsBackground = true, Name = "conformance" };
        thread.Start();
        over.Wait();
        return result ?? throw failure ?? new InputException(alarm!.Message);
    }

    private static ViolationResult Write(Type fixture, ViolationResult violation)
    {
        var folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, FailuresFolder, fixture.Name);
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, violation.File!.FileName);
        File.WriteAllText(path, ReplayJson.Write(violation.File));
        return violation with { Replay = path };
    }
}
