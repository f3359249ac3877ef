using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>A campaign that is ready to run: everything is resolved and validated.</summary>
public sealed partial class Campaign
{
    /// <summary>Seed: any text.</summary>
    public required string Seed { get; init; }

    /// <summary>Runs per cell.</summary>
    public required int Runs { get; init; }

    /// <summary>How the runs choose.</summary>
    public StrategyReference Strategy { get; init; } = StrategyReference.Default;

    /// <summary>The configured topology.</summary>
    public required TopologySpec Topology { get; init; }

    /// <summary>Bounds of a run.</summary>
    public required RunBudgets Budgets { get; init; }

    /// <summary>The cells, in the order driver, plan, firmware.</summary>
    public required IReadOnlyList<CampaignCell> Cells { get; init; }

    /// <summary>Oracles and faults.</summary>
    public required Catalogue Catalogue { get; init; }

    /// <summary>Out folder as it was given; replay files go to its folder "failures".</summary>
    public required string Out { get; init; }

    /// <summary>Whether what can be reached is explored after the runs, as the denominator of coverage.</summary>
    public bool CountsReachable { get; init; }

    /// <summary>Report formats to write.</summary>
    public required IReadOnlyList<string> Formats { get; init; }

    /// <summary>Envelope maps of the HTML report.</summary>
    public IReadOnlyList<CampaignSweep> Sweeps { get; init; } = [];
}

/// <summary>One cell of a campaign.</summary>
/// <param name="Driver">The driver.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Firmware">The hardware.</param>
/// <param name="Expected">Ids of the oracles that may speak.</param>
public sealed record CampaignCell(DriverEntry Driver, Plan Plan, FirmwareProfile Firmware, IReadOnlySet<string> Expected)
{
    /// <summary>How progress and messages call it.</summary>
    public string Name => $"{Driver.Id} / {Plan.Name} / {Firmware.Id}";
}

/// <summary>How far a campaign is.</summary>
/// <param name="CellsDone">Cells whose runs are all made.</param>
/// <param name="CellsTotal">All cells.</param>
/// <param name="RunsDone">Runs made.</param>
/// <param name="RunsTotal">All runs.</param>
/// <param name="Current">A cell that is being run.</param>
public sealed record CampaignProgress(int CellsDone, int CellsTotal, long RunsDone, long RunsTotal, string Current);
