using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>One engine with one or two faults that are moved from instruction to instruction; for one thread.</summary>
internal sealed class PairBench
{
    private const int OraclesMost = 64;

    private readonly PairSettings _settings;
    private readonly DriverEntry _driver;
    private readonly FirmwareProfile _firmware;
    private readonly int[] _faults;
    private readonly RunEngine _engine;
    private readonly RandomWalk _walk = new();
    private readonly Trace? _trace;
    private readonly PlaceRecorder? _recorder;

    internal PairBench(PairSettings settings, DriverEntry driver, FirmwareProfile firmware, bool seesPlaces, params int[] faults)
    {
        (_settings, _driver, _firmware, _faults) = (settings, driver, firmware, faults);
        (_trace, _recorder) = seesPlaces ? (new Trace(), new PlaceRecorder()) : (null, null);
        var anywhere = new PairPlace(0, Op.Zapq, ActorClass.Driver, 1);
        var plan = PlanOf(settings, [.. faults.Select(fault => new PairPoint(fault, anywhere))]);
        IReadOnlyList<ArmedFault> armed = plan.Arm(settings.Catalogue, settings.Scenario.Topology);
        _engine = new RunEngine(new RunSetup(
            driver.Create(),
            firmware,
            settings.Scenario,
            _recorder is null ? armed : [.. armed, new ArmedFault(_recorder, _recorder.DefaultTrigger, [])],
            settings.Catalogue.CreateOracles(),
            settings.Budgets));
        if (_engine.Setup.Oracles.Count > OraclesMost)
        {
            throw new InputException($"there are {_engine.Setup.Oracles.Count} oracles; expected at most {OraclesMost} for a sweep over pairs");
        }
    }

    /// <summary>What the engine asked for last; read by the watchdog.</summary>
    internal string LastOperation => _engine.LastOperation;

    /// <summary>The instructions that the last point's runs reached, when they were to be seen.</summary>
    internal IReadOnlyCollection<PairPlace> Seen => _recorder?.Seen ?? [];

    /// <summary>How many runs were made.</summary>
    internal int Runs { get; private set; }

    /// <summary>In how many steps each oracle spoke in the last point's runs; 0 for not.</summary>
    internal int[] Steps { get; } = new int[OraclesMost];

    /// <summary>The plan of some points: what <see cref="Run"/> runs, for a replay file.</summary>
    internal static Plan PlanOf(PairSettings settings, params IReadOnlyList<PairPoint> points)
    {
        var faults = points.Select(point =>
            $$"""{ "fault": "{{settings.Faults[point.Fault]}}", "on": {{point.Place.ToJson(settings.Scenario.Topology)}} }""");
        return PlanFile.Parse($$"""{ "name": "{{(points.Count == 1 ? "alone" : "pair")}}", "faults": [ {{string.Join(", ", faults)}} ] }""", null, settings.Catalogue);
    }

    /// <summary>Runs the faults at some instructions, each schedule.</summary>
    /// <returns>Whether all fired in one of the runs, whether the first fired in any, whether all found something to bend, and a bit per oracle that spoke.</returns>
    internal (bool Fired, bool FirstFired, bool Bit, ulong Oracles) Run(params ReadOnlySpan<PairPlace> places)
    {
        for (var i = 0; i < places.Length; i++)
        {
            _engine.Anchor(i, places[i].Trigger);
        }

        Array.Clear(Steps);
        _recorder?.Forget();
        var (fired, first, bit, oracles) = (false, false, false, 0UL);
        for (var schedule = 0; schedule < _settings.Schedules; schedule++)
        {
            _engine.Run(Source(schedule), _trace);
            Runs++;
            var all = true;
            foreach (ref readonly var state in _engine.FaultStates)
            {
                all &= state.Fired > 0;
            }

            fired |= all;
            first |= _engine.FaultStates.Length > 0 && _engine.FaultStates[0].Fired > 0;
            bit |= all && AllBit();
            foreach (ref readonly var finding in _engine.Findings)
            {
                oracles |= 1UL << finding.Oracle;
                Steps[finding.Oracle] = Steps[finding.Oracle] == 0 ? finding.Event.Step : Math.Min(Steps[finding.Oracle], finding.Event.Step);
            }
        }

        return (fired, first, bit, oracles);
    }

    /// <summary>The shortest history of an oracle at some points, replayed with real code.</summary>
    internal ReplayFile Record(int oracle, params IReadOnlyList<PairPoint> points)
    {
        ReplayFile? shortest = null;
        for (var i = 0; i < points.Count; i++)
        {
            _engine.Anchor(i, points[i].Place.Trigger);
        }

        _engine.StopAtOracle = oracle;
        for (var schedule = 0; schedule < _settings.Schedules; schedule++)
        {
            _engine.Run(Source(schedule));
            if (_engine.End == RunEnd.Stopped && (shortest is null || _engine.Steps < shortest.Steps))
            {
                shortest = File(_engine.Setup.Oracles[oracle].Id, schedule, points);
            }
        }

        _engine.StopAtOracle = -1;
        var file = shortest ?? throw new CampaignException("a violation of a pair did not come again");
        return Replayer.Replay(file, _driver, _settings.Catalogue) is { SameHash: true, Violation: not null }
            ? file
            : throw new CampaignException("the history of a pair parts from its replay");
    }

    /// <summary>Whether each fault bit in the last run; true when nobody looks.</summary>
    private bool AllBit() =>
        _trace is null || Enumerable.Range(0, _faults.Length).All(fault => _trace.Events.Any(e => e.Kind == EventKind.FaultBit && e.A == fault));

    private ChoiceSource Source(int schedule)
    {
        if (schedule == 0)
        {
            return new RecordedChoices([]);
        }

        _walk.Restart(RandomNumbers.Seed(_settings.Seed + "/pairs", (ulong)schedule));
        return _walk;
    }

    private ReplayFile File(string oracle, int schedule, IReadOnlyList<PairPoint> points) => new()
    {
        Driver = _driver.Reference,
        DriverId = _driver.Id,
        Plan = PlanOf(_settings, points),
        Firmware = _firmware,
        Scenario = _settings.Scenario,
        Budgets = _settings.Budgets,
        Oracle = oracle,
        Choices = _engine.Choices.Values.ToArray(),
        Steps = _engine.Steps,
        Hash = _engine.Hash,
        Origin = $"seed '{_settings.Seed}', schedule {schedule} of a pair",
    };
}
