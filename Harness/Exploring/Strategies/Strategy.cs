using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>
/// How the runs of a cell choose: a source of choices that knows where each run begins. Found by being there: any public class of this
/// assembly with a parameterless constructor that derives from this one.
/// </summary>
/// <remarks>
/// The rule to know: what a run chooses depends on its seed and its shape alone, or, for a systematic strategy, on the runs of the same
/// scenario before it. Nothing is allocated once the arrays are as large as the runs need.
/// </remarks>
public abstract class Strategy : ChoiceSource
{
    /// <summary>The id that users type, kebab-case.</summary>
    public abstract string Id { get; }

    /// <summary>One line: how it chooses, and what that is good for.</summary>
    public abstract string Summary { get; }

    /// <summary>Its options, in the order in which their values may be given.</summary>
    public virtual IReadOnlyList<StrategyOption> Options => [];

    /// <summary>
    /// Whether it goes through the sequences of choices one after the other, so that a run depends on those before it; such runs are made
    /// in order, by one worker for each cell.
    /// </summary>
    public virtual bool IsSystematic => false;

    /// <summary>Whether it wants to know how long runs are: <see cref="RunShape.Choices"/>.</summary>
    public virtual bool WantsLength => false;

    /// <summary>Whether <see cref="MoveOn"/> has said that no sequence is left, and none was cut off by a bound.</summary>
    public virtual bool IsComplete => false;

    /// <summary>Share of all sequences of choices that it has gone through, 0..1, as a random walk weighs them; null when it does not know.</summary>
    public virtual double? ShareExplored => null;

    /// <summary>Depth of bugs that the run which began last is made for, by the guarantee of PCT; 0 for none.</summary>
    public virtual int PctDepth => 0;

    /// <summary>Takes the values of its options. Called once, before the first run.</summary>
    /// <param name="values">One value for each option, within its bounds.</param>
    public virtual void Configure(IReadOnlyList<int> values)
    {
    }

    /// <summary>A run begins.</summary>
    /// <param name="seed">Its seed; systematic strategies do not need it.</param>
    /// <param name="shape">What is known of the runs of its scenario.</param>
    public abstract void Begin(ulong seed, RunShape shape);

    /// <summary>The run is over: a systematic strategy moves on to the next sequence.</summary>
    /// <returns>Whether there is a further run to make.</returns>
    public virtual bool MoveOn() => true;
}

/// <summary>What is known of the runs of a scenario before they are made.</summary>
/// <param name="Slots">How many slots can be ready: actors, hardware events, timers of faults.</param>
/// <param name="Choices">About how many schedule choices a run has, at least 1; a power of two, so that drivers differ seldom.</param>
public readonly record struct RunShape(int Slots, int Choices);

/// <summary>An option of a strategy.</summary>
/// <param name="Name">camelCase.</param>
/// <param name="Default">Value when none is given.</param>
/// <param name="Minimum">Smallest value.</param>
/// <param name="Maximum">Largest value.</param>
/// <param name="Summary">One line.</param>
public sealed record StrategyOption(string Name, int Default, int Minimum, int Maximum, string Summary);

/// <summary>The strategies that there are.</summary>
public static class StrategyCatalogue
{
    /// <summary>One of each, to read ids and options; ordered by id.</summary>
    public static IReadOnlyList<Strategy> All { get; } =
    [
        .. typeof(Strategy).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(Strategy)) && !type.IsAbstract && type.GetConstructor(Type.EmptyTypes) is not null)
            .Select(type => (Strategy)Activator.CreateInstance(type)!)
            .OrderBy(strategy => strategy.Id, StringComparer.Ordinal),
    ];

    /// <summary>Makes one.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="values">One value for each option.</param>
    /// <returns>A strategy of its own.</returns>
    public static Strategy Create(string id, IReadOnlyList<int> values)
    {
        var strategy = (Strategy)Activator.CreateInstance(All.First(known => known.Id == id).GetType())!;
        strategy.Configure(values);
        return strategy;
    }
}
