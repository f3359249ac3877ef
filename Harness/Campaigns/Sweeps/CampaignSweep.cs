using System.ComponentModel;
using ApChaos.Hosting;
using ApChaos.Machine;

namespace ApChaos.Campaigns;

/// <summary>An envelope map of chaos.json, which the HTML report shows below the matrix.</summary>
public sealed record SweepConfig
{
    /// <summary>The columns.</summary>
    [Description("The columns: FAULT.OPTION=LOW..HIGH/STEPS.")]
    [Example("slow-reset.duration=0..400ms/20")]
    [Length(1, 200)]
    public string X { get; init; } = "";

    /// <summary>The rows, or null for one row.</summary>
    [Description("The rows, in the same way; without it there is one row.")]
    [Example("reset-in-progress-storm.duration=0..400ms/20")]
    [Length(1, 200)]
    public string? Y { get; init; }

    /// <summary>The hardware.</summary>
    [Description("The firmware profile.")]
    [Example("irq-off-at-end")]
    [Length(1, 200)]
    public string Firmware { get; init; } = Sweep.UsualFirmware;

    /// <summary>Most runs of a point.</summary>
    [Description("Most runs of a point; it ends at the first violation.")]
    [Example(60)]
    [Between(1, ChaosConfig.RunsMax)]
    public int Runs { get; init; } = Sweep.UsualRuns;
}

/// <summary>A sweep of a campaign, resolved.</summary>
/// <param name="X">The axis of the columns.</param>
/// <param name="Y">The axis of the rows, or null.</param>
/// <param name="Firmware">The hardware.</param>
/// <param name="Runs">Most runs of a point.</param>
public sealed record CampaignSweep(SweepAxis X, SweepAxis? Y, FirmwareProfile Firmware, int Runs)
{
    /// <summary>Runs the sweeps of a campaign over its drivers.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="workers">Threads, at least 1; the result does not depend on it.</param>
    /// <param name="watchdog">Notices a driver that never returns, or null.</param>
    /// <param name="progress">Told of each row, or null.</param>
    /// <param name="stop">Stops it; what was done is kept.</param>
    /// <returns>The maps.</returns>
    public static IReadOnlyList<SweepResult> RunAll(
        Campaign campaign, int workers, Watchdog? watchdog, IProgress<CampaignProgress>? progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        var drivers = campaign.Cells.Select(cell => cell.Driver).DistinctBy(driver => driver.Id).ToList();
        return
        [
            .. campaign.Sweeps.Select(sweep => new Sweep(
                new CellProbe(new ProbeSettings(
                    campaign.Seed, sweep.Runs, campaign.Topology, campaign.Budgets, campaign.Catalogue, ProbeSettings.LateStores(campaign.Catalogue), watchdog)),
                sweep.X,
                sweep.Y,
                sweep.Firmware).Run(drivers, workers, progress, stop)),
        ];
    }

    /// <summary>Resolves the sweeps of a configuration.</summary>
    internal static IReadOnlyList<CampaignSweep> Resolve(ChaosConfig config, Catalogue catalogue) =>
        [.. config.Reports.Sweeps.Select((sweep, i) => Resolve(config, sweep, i, catalogue))];

    private static CampaignSweep Resolve(ChaosConfig config, SweepConfig sweep, int position, Catalogue catalogue)
    {
        var all = FirmwareFile.LoadShipped();
        return new CampaignSweep(
            Axis("x", sweep.X)!,
            Axis("y", sweep.Y),
            all.FirstOrDefault(profile => profile.Id == sweep.Firmware)
                ?? throw config.Error(InputText.Unknown("firmware", sweep.Firmware, [.. all.Select(profile => profile.Id)]), "reports", "sweeps", position),
            sweep.Runs);

        SweepAxis? Axis(string name, string? text)
        {
            try
            {
                return text is null ? null : SweepAxis.Parse(name, text, catalogue);
            }
            catch (InputException e)
            {
                throw config.Error(e.Text, "reports", "sweeps", position);
            }
        }
    }
}
