using ApChaos.Abstractions;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Exploring.Shrinking;

/// <summary>What stays the same while a history is shrunk.</summary>
/// <param name="CreateDriver">Makes the driver under test.</param>
/// <param name="CreateOracles">Makes all oracles, in a fixed order.</param>
/// <param name="Firmware">The hardware.</param>
/// <param name="Budgets">Bounds of a run.</param>
/// <param name="Oracle">Position of the oracle that speaks.</param>
/// <param name="Start">What the shrinking begins with.</param>
public sealed record ShrinkSubject(
    Func<Driver> CreateDriver, Func<IReadOnlyList<Oracle>> CreateOracles, FirmwareProfile Firmware, RunBudgets Budgets, int Oracle, Draft Start);

/// <summary>Runs drafts, and says which of them fail in the same way: the same oracle speaks about the same queue and the same guest.</summary>
/// <remarks>An engine is made for each scenario and kept for the next draft of the same one.</remarks>
internal sealed class FailureTest
{
    private readonly ShrinkSubject _subject;
    private readonly NotingChoices _noting = new();
    private readonly ListedChoices _listed = new();
    private readonly GuidedChoices _guided = new();
    private Draft? _shape;
    private Func<int, int> _name = slot => slot;
    private (int Queue, int Guest)? _object;

    internal FailureTest(ShrinkSubject subject) => _subject = subject;

    private volatile Exploration? _exploration;

    private const int StepsOfOne = 1000;
    private const long StateBytesMax = 1L << 30;

    /// <summary>Runs made so far; read by the watchdog.</summary>
    internal volatile int Executions;

    /// <summary>Steps of the exhaustive search that is under way; read by the watchdog.</summary>
    internal long Moves => _exploration?.Moves ?? 0;

    /// <summary>States that searches went through so far.</summary>
    internal long States { get; private set; }

    /// <summary>Runs made so far, long ones counted as several.</summary>
    internal long Work { get; private set; }

    /// <summary>The engine of the last run.</summary>
    internal RunEngine Engine { get; private set; } = null!;

    /// <summary>Runs the start; what it fails with is what all others must fail with.</summary>
    /// <returns>The history; null when it does not fail.</returns>
    internal FailingHistory? Begin()
    {
        Make(_subject.Start, _listed.Plainly(_subject.Start.Choices, _subject.Start.Choices.Count));
        foreach (ref readonly var finding in Engine.Findings)
        {
            if (finding.Oracle == _subject.Oracle)
            {
                _object = ObjectOf(in finding, _subject.Start);
            }
        }

        return _object is null ? null : Take(_subject.Start);
    }

    /// <summary>With the draft's own answers, then plain ones.</summary>
    internal FailingHistory? Listed(Draft draft)
    {
        Make(draft, _listed.Plainly(draft.Choices, draft.Choices.Count));
        return Take(draft);
    }

    /// <summary>With the first answers of a draft, then chance.</summary>
    internal bool FailsByChance(Draft draft, int count, ulong seed)
    {
        Make(draft, _listed.ThenWalk(draft.Choices, count, seed));
        return IsSame(draft);
    }

    /// <summary>By chance alone.</summary>
    internal FailingHistory? ByChance(Draft draft, ulong seed)
    {
        Make(draft, _listed.ThenWalk(draft.Choices, 0, seed));
        return Take(draft);
    }

    /// <summary>In the manner of a history with more parts.</summary>
    internal FailingHistory? Guided(Draft draft, FailingHistory guide, IReadOnlyList<int>? slots = null)
    {
        Prepare(draft);
        Make(draft, _guided.Restart(guide, slots ?? guide.Slots, _name));
        return Take(draft);
    }

    /// <summary>Goes through all histories of at most so many steps, until one fails or the runs are used up.</summary>
    /// <param name="draft">Scenario and faults.</param>
    /// <param name="stepsMax">Most steps.</param>
    /// <param name="runs">Most runs.</param>
    /// <param name="stop">Stops it.</param>
    /// <param name="complete">Whether there was none left.</param>
    /// <returns>A history that fails, or null.</returns>
    internal FailingHistory? Search(Draft draft, int stepsMax, int runs, CancellationToken stop, out bool complete)
    {
        Prepare(draft);
        var search = new DepthFirst();
        Engine.StopAfterSteps = Math.Min(stepsMax, RunEngine.StepsMax);
        complete = false;
        try
        {
            for (var run = 0; run < runs && !complete && !stop.IsCancellationRequested; run++)
            {
                search.Begin(0, default);
                Make(draft, search);
                if (Take(draft) is { } found && found.Steps <= stepsMax)
                {
                    return found;
                }

                complete = !search.MoveOn();
            }

            return null;
        }
        finally
        {
            Engine.StopAfterSteps = RunEngine.StepsMax;
        }
    }

    /// <summary>Goes through all states of a draft, breadth first, until one fails or all were seen.</summary>
    /// <param name="draft">Scenario and faults.</param>
    /// <param name="stepsMax">Most steps.</param>
    /// <param name="statesMax">Most states; a tenth of them counts as so many runs.</param>
    /// <param name="stop">Stops it.</param>
    /// <param name="complete">Whether no history of at most so many steps was left out.</param>
    /// <returns>A history that fails, the shortest; or null.</returns>
    internal FailingHistory? Explore(Draft draft, int stepsMax, int statesMax, CancellationToken stop, out bool complete)
    {
        complete = false;
        try
        {
            var exploration = new Exploration(
                () => MakeEngine(draft),
                new ExplorationOptions
                {
                    Bounds = new ExplorationBounds(statesMax, Math.Min(stepsMax, ExplorationBounds.DepthMax), StateBytesMax),
                    MayReexecute = false,
                    Wanted = finding => finding.Oracle == _subject.Oracle && ObjectOf(in finding, draft) == _object,
                });
            _exploration = exploration;
            var result = exploration.Run(stop);
            States += result.States;
            Work += 1 + (result.Transitions / StepsOfOne * 10);
            complete = result.Bound is null or "depth" && !result.MayCircle && result.Histories.Count == 0;
            return result.Histories.Count == 0 ? null : Listed(draft with { Choices = result.Histories[0].Choices });
        }
        catch (ExplorationException)
        {
            // This driver cannot be explored, or another queue's violation lies on the way: runs must do.
            return null;
        }
    }

    /// <summary>Runs a draft with a trace, up to the violation or the end.</summary>
    internal Trace Traced(Draft draft)
    {
        var trace = new Trace();
        Make(draft, _listed.Plainly(draft.Choices, draft.Choices.Count), trace);
        return trace;
    }

    /// <summary>Whether the oracle spoke at all in the last run, about whatever.</summary>
    internal bool Spoke
    {
        get
        {
            foreach (ref readonly var finding in Engine.Findings)
            {
                if (finding.Oracle == _subject.Oracle)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private void Make(Draft draft, ChoiceSource source, Trace? trace = null)
    {
        Prepare(draft);
        Executions++;
        Engine.Run(_noting.Restart(source, _name), trace);
        Work += 1 + (Engine.Steps / StepsOfOne);
    }

    private void Prepare(Draft draft)
    {
        if (_shape is not null && ReferenceEquals(_shape.Scenario, draft.Scenario) && _shape.Faults.SequenceEqual(draft.Faults))
        {
            return;
        }

        _shape = draft;
        Engine = MakeEngine(draft);
        Engine.StopAtOracle = _subject.Oracle;
        var (engine, guests, faults) = (Engine, draft.Guests, draft.FaultOrigins);
        _name = slot => engine.NameOfSlot(slot, guests, faults);
    }

    private RunEngine MakeEngine(Draft draft) => new(new RunSetup(
        _subject.CreateDriver(), _subject.Firmware, draft.Scenario, [.. draft.Faults.Select(fault => fault.Armed)], _subject.CreateOracles(), _subject.Budgets));

    private FailingHistory? Take(Draft draft)
    {
        if (!IsSame(draft))
        {
            return null;
        }

        var choices = Engine.Choices;
        return new FailingHistory(
            draft with { Choices = choices.Values.ToArray() },
            Engine.Steps,
            Engine.Hash,
            choices.Labels.ToArray(),
            choices.Domains.ToArray(),
            [.. _noting.Slots],
            [.. _noting.At]);
    }

    private bool IsSame(Draft draft)
    {
        foreach (ref readonly var finding in Engine.Findings)
        {
            if (finding.Oracle == _subject.Oracle)
            {
                return ObjectOf(in finding, draft) == _object;
            }
        }

        return false;
    }

    private static (int Queue, int Guest) ObjectOf(in Finding finding, Draft draft) =>
        (finding.Event.Queue, finding.Event.Guest < 0 ? -1 : draft.Guests[finding.Event.Guest]);
}
