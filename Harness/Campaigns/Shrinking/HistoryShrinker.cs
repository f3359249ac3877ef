using ApChaos.Exploring;
using ApChaos.Exploring.Shrinking;
using ApChaos.Hosting;
using ApChaos.Running;

namespace ApChaos.Campaigns.Shrinking;

/// <summary>Shrinks replay files: a replay file in, a smaller one out that replays at the first try.</summary>
public sealed class HistoryShrinker
{
    private const int TwinLinesMax = 6;

    private readonly ReplayFile _file;
    private readonly DriverEntry _driver;
    private readonly Catalogue _catalogue;
    private readonly ShrinkSubject _subject;
    private volatile Shrinker? _current;

    /// <summary>Prepares.</summary>
    /// <param name="file">The history.</param>
    /// <param name="driver">Its driver.</param>
    /// <param name="catalogue">Oracles and faults.</param>
    /// <exception cref="InputException">The history names an oracle that does not exist.</exception>
    public HistoryShrinker(ReplayFile file, DriverEntry driver, Catalogue catalogue)
    {
        (_file, _driver, _catalogue) = (file, driver, catalogue);
        var oracle = Enumerable.Range(0, catalogue.Oracles.Count).FirstOrDefault(i => catalogue.Oracles[i].Id == file.Oracle, -1);
        if (oracle < 0)
        {
            throw new InputException($"the replay file names the oracle '{file.Oracle}', which does not exist; 'apchaos list oracles' shows those that do");
        }

        var (faults, choices) = PlanParts.Plain(file, driver, catalogue);
        _subject = new ShrinkSubject(
            driver.Create,
            catalogue.CreateOracles,
            file.Firmware,
            file.Budgets,
            oracle,
            new Draft
            {
                Scenario = file.Scenario,
                Faults = faults,
                Guests = [.. Enumerable.Range(0, file.Scenario.Guests.Count)],
                Choices = choices,
            });
    }

    /// <summary>Runs made so far; may be read while it works.</summary>
    public int Executions => _current?.Executions ?? 0;

    /// <summary>A number that moves while it works; for a watchdog.</summary>
    public long Moves => _current?.Moves ?? 0;

    /// <summary>Shrinks.</summary>
    /// <param name="options">How much work it may be.</param>
    /// <param name="progress">Told of each smaller history, or null.</param>
    /// <param name="stop">Stops it; the smallest so far is the result.</param>
    /// <returns>The result.</returns>
    /// <exception cref="InputException">The history does not fail.</exception>
    public ShrinkReport Shrink(ShrinkOptions options, IProgress<ShrinkProgress>? progress = null, CancellationToken stop = default)
    {
        _current = new Shrinker(_subject, options, progress, stop);
        var outcome = _current.Run() ?? throw Passes();
        var minimal = FileOf(outcome.Best);

        // As another process will: from the text, so that whatever a file cannot say comes out here.
        var replay = Replayer.Replay(ReplayJson.Parse(ReplayJson.Write(minimal), "minimal history", _catalogue), _driver, _catalogue);
        return new ShrinkReport
        {
            Original = _file,
            Minimal = minimal,
            Violation = replay is { SameHash: true, Violation: { } violation }
                ? violation
                : throw new CampaignException($"the smaller history of {_file.Oracle} parts from its replay after {replay.Steps} steps"),
            Before = outcome.Start.Size,
            After = outcome.Best.Size,
            Executions = outcome.Executions,
            Finished = outcome.Finished,
            ShortestProven = outcome.ShortestProven,
            GlobalMinimum = outcome.GlobalMinimum,
            States = outcome.States,
            Rows = outcome.Rows,
            Twin = outcome.Twin is null ? null : Describe(outcome.Best, outcome.Twin, minimal),
            Continuations = outcome.Continuations,
            PointOfNoReturn = outcome.PointOfNoReturn,
        };
    }

    /// <summary>Makes the certificate of the history as it is.</summary>
    /// <param name="options">How much work its rows may be; those that it was made with.</param>
    /// <returns>What it claims; null when something smaller was found: the history is not minimal.</returns>
    /// <exception cref="InputException">The history does not fail.</exception>
    public MinimalityClaim? MakeCertificate(ShrinkOptions options) =>
        Replayer.Replay(_file, _driver, _catalogue) is { SameHash: true, Violation: not null } ? new Shrinker(_subject, options).MakeCertificate() : throw Passes();

    /// <summary>A history as a replay file.</summary>
    /// <param name="history">The history, for instance the best so far.</param>
    /// <returns>The file.</returns>
    public ReplayFile FileOf(FailingHistory history) => _file with
    {
        Plan = PlanParts.Back(_file.Plan, history.Draft.Faults, _file.Scenario.Topology),
        Scenario = history.Draft.Scenario,
        Choices = history.Draft.Choices,
        Steps = history.Steps,
        Hash = history.Hash,
        Origin = _file.Origin.EndsWith(", shrunk", StringComparison.Ordinal) ? _file.Origin : _file.Origin + ", shrunk",
    };

    private InputException Passes() => new(
        $"the history does not fail: {_file.Oracle} does not speak with {_driver.Id}; expected a replay file that 'apchaos replay' calls the same as recorded");

    private TwinReport Describe(FailingHistory failing, PassingTwin twin, ReplayFile minimal)
    {
        var (failed, _) = Traced(minimal, failing.Draft.Choices);
        var (passed, end) = Traced(minimal, twin.Choices);
        var same = failed.Zip(passed).TakeWhile(pair => pair.First == pair.Second).Count();
        return new TwinReport(twin, failed.ElementAtOrDefault(same), passed.ElementAtOrDefault(same), end, [.. passed.Skip(same).Take(TwinLinesMax)]);
    }

    private (IReadOnlyList<HistoryLine> Lines, string End) Traced(ReplayFile minimal, IReadOnlyList<int> choices)
    {
        var engine = CellRunner.MakeEngine(_driver, minimal.Plan, minimal.Firmware, minimal.Scenario, minimal.Budgets, _catalogue);
        engine.StopAtOracle = _subject.Oracle;
        var trace = new Trace();
        engine.Run(new RecordedChoices(choices), trace);
        var end = engine.End switch
        {
            RunEnd.AtRest => "everybody is done and the machine came to rest",
            RunEnd.Deadlock => "nobody can run",
            RunEnd.Unsettled => "the machine did not come to rest in its time",
            _ => "the run ends otherwise",
        };
        return (HistoryWriter.Full(trace, engine), $"{end}; {_file.Oracle} does not speak");
    }
}
