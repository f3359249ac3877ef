using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>A history in full, for views that need more than the lines that people read.</summary>
/// <param name="Events">All events up to the violation.</param>
/// <param name="Lines">The same as lines.</param>
/// <param name="Names">What the run's things are called.</param>
public sealed record HistoryRecording(IReadOnlyList<MachineEvent> Events, IReadOnlyList<HistoryLine> Lines, INames Names)
{
    /// <summary>Runs a recorded history again and keeps all of it.</summary>
    /// <param name="file">The history.</param>
    /// <param name="driver">Its driver.</param>
    /// <param name="catalogue">Oracles and faults.</param>
    /// <returns>The recording.</returns>
    public static HistoryRecording Of(ReplayFile file, DriverEntry driver, Catalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(driver);
        ArgumentNullException.ThrowIfNull(catalogue);
        var engine = CellRunner.MakeEngine(driver, file.Plan, file.Firmware, file.Scenario, file.Budgets, catalogue);
        engine.StopAtOracle = catalogue.Oracles.TakeWhile(oracle => oracle.Id != file.Oracle).Count();
        var trace = new Trace();
        engine.Run(new RecordedChoices(file.Choices), trace);
        return new HistoryRecording(trace.Events, HistoryWriter.Full(trace, engine), engine.Names);
    }
}
