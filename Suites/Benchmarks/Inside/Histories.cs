using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;
using BenchmarkDotNet.Attributes;

namespace ApChaos.Suites.Benchmarks.Inside;

/// <summary>What a recorded history costs, from its text to its violation.</summary>
public class Histories
{
    private readonly ReplayFile _file;
    private readonly string _text;
    private readonly DriverEntry _driver;

    /// <summary>Records one: the first violation of the thread's patch under the slow-reset plan.</summary>
    public Histories()
    {
        var catalogue = Catalogue.Shipped;
        _driver = DriverSource.Resolve("vfio-ap-2019-v2", catalogue)[0];
        _file = Find(_driver, catalogue);
        _text = ReplayJson.Write(_file);
    }

    /// <summary>The run alone, in a new engine.</summary>
    /// <returns>Its hash.</returns>
    [Benchmark(Baseline = true)]
    public ulong A_replay() => Replayer.Replay(_file, _driver, Catalogue.Shipped).Hash;

    /// <summary>Writing the file.</summary>
    /// <returns>The text.</returns>
    [Benchmark]
    public string Writing_a_replay_file() => ReplayJson.Write(_file);

    /// <summary>Reading the file.</summary>
    /// <returns>The file.</returns>
    [Benchmark]
    public ReplayFile Reading_a_replay_file() => ReplayJson.Parse(_text, "history.json", Catalogue.Shipped);

    private static ReplayFile Find(DriverEntry driver, Catalogue catalogue)
    {
        var firmware = FirmwareFile.LoadShipped().Single(profile => profile.Id == "irq-off-at-end");
        var result = new CampaignRunner(new Campaign
        {
            Seed = "inside",
            Strategy = StrategyReference.Parse(StrategyReference.DefaultText),
            Runs = 100,
            Topology = TopologySpec.Default,
            Budgets = RunBudgets.Default,
            Catalogue = catalogue,
            Out = "unused",
            Formats = [],
            Cells = [new CampaignCell(driver, catalogue.FindPlans("slow-reset")[0], firmware, new SortedSet<string>(StringComparer.Ordinal))],
        }).Run(1, null, null, CancellationToken.None);
        return result.Cells[0].Violations[0].File!;
    }
}
