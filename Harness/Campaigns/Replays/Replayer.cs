using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>What a replay came to.</summary>
public sealed record ReplayOutcome
{
    /// <summary>The violation, or null when the oracle did not speak again.</summary>
    public required ViolationResult? Violation { get; init; }

    /// <summary>Steps made.</summary>
    public required int Steps { get; init; }

    /// <summary>Hash after the final step.</summary>
    public required ulong Hash { get; init; }

    /// <summary>Whether it ended at the same step with the same hash as recorded.</summary>
    public required bool SameHash { get; init; }

    /// <summary>The whole trace, one line a step. Told when it is first asked for: most replays only confirm.</summary>
    public IReadOnlyList<HistoryLine> Trace => field ??= Tell();

    internal Func<IReadOnlyList<HistoryLine>> Tell { get; init; } = () => [];

    /// <summary>The whole history with the machine's state, when it was asked for.</summary>
    public Timeline? Timeline { get; init; }
}

/// <summary>Runs a recorded history again.</summary>
public static class Replayer
{
    /// <summary>Replays a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="driver">Its driver.</param>
    /// <param name="catalogue">Oracles and faults.</param>
    /// <param name="historyMost">Most lines of the violation's history.</param>
    /// <param name="withTimeline">Whether to follow the machine's state as well.</param>
    /// <returns>What came of it.</returns>
    public static ReplayOutcome Replay(
        ReplayFile file, DriverEntry driver, Catalogue catalogue, int historyMost = HistoryWriter.ShortMax, bool withTimeline = false)
    {
        var engine = CellRunner.MakeEngine(driver, file.Plan, file.Firmware, file.Scenario, file.Budgets, catalogue);
        var oracle = Enumerable.Range(0, engine.Setup.Oracles.Count).FirstOrDefault(i => engine.Setup.Oracles[i].Id == file.Oracle, -1);
        if (oracle < 0)
        {
            throw new InputException($"the replay file names the oracle '{file.Oracle}', which does not exist; 'apchaos list oracles' shows those that do");
        }

        engine.StopAtOracle = oracle;
        var trace = new Trace { States = withTimeline ? new StateLog() : null };
        var choices = new RecordedChoices(file.Choices);
        engine.Run(choices, trace);
        ViolationResult? violation = null;
        Finding? found = null;
        foreach (ref readonly var finding in engine.Findings)
        {
            if (finding.Oracle == oracle)
            {
                found = finding;
                violation = new ViolationResult
                {
                    Oracle = file.Oracle,
                    Group = engine.Setup.Oracles[oracle].Group,
                    Runs = 1,
                    Expected = false,
                    Apqn = finding.Event.Queue >= 0 ? engine.Names.Queue(finding.Event.Queue) : null,
                    TimeNs = finding.Event.TimeNs,
                    Steps = engine.Steps,
                    Message = finding.Message ?? "",
                    History = HistoryWriter.Short(trace, engine, in finding, historyMost),
                };
            }
        }

        return new ReplayOutcome
        {
            Violation = violation,
            Steps = engine.Steps,
            Hash = engine.Hash,
            SameHash = engine.Hash == file.Hash && engine.Steps == file.Steps && choices.MisfitAt < 0,
            Tell = () => HistoryWriter.Full(trace, engine),
            Timeline = withTimeline ? TimelineWriter.Write(trace, engine, found) : null,
        };
    }
}
