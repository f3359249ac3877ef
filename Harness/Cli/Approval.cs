using ApChaos.Campaigns;
using ApChaos.Hosting;
using ApChaos.Reports;
using ApChaos.Reports.Approvals;

namespace ApChaos.Cli;

/// <summary>
/// The approved cells: chaos.approved.txt beside chaos.json, in the user's repository. When it is there, every whole run is compared with it.
/// It is read before anything runs: what is wrong with it is no reason to lose a run.
/// </summary>
internal sealed class Approval
{
    private readonly ApprovedCells _cells;
    private readonly string _shown;

    private Approval(ApprovedCells cells, string shown) => (_cells, _shown) = (cells, shown);

    /// <summary>The approved cells.</summary>
    public ApprovedCells Cells => _cells;

    /// <summary>Path of the approved file, as messages name it.</summary>
    public static string PathBeside(string? config) => Path.ChangeExtension(config ?? ChaosConfigFile.DefaultName, ".approved.txt");

    /// <summary>Reads what was approved; null when nothing was.</summary>
    public static Approval? Load(string? config, CliContext context)
    {
        var shown = PathBeside(config);
        try
        {
            return new Approval(ApprovedCells.Parse(File.ReadAllText(context.PathOf(shown)), shown), shown);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"the approved file '{shown}' cannot be read: {ResultFiles.Why(e)}; expected a file that 'apchaos approve' wrote");
        }
    }

    /// <summary>Where a result differs from it; null when it does not.</summary>
    public ApprovalDifference? Compare(CampaignResult result) => ApprovalDifference.Between(_cells, ApprovalReport.Of(result), _shown);
}
