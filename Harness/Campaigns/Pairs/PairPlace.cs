using ApChaos.Abstractions;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>An instruction of a history: the nth of its kind on a queue by a class of actors.</summary>
/// <param name="Queue">Position of the queue.</param>
/// <param name="Op">The instruction.</param>
/// <param name="Actor">Who issues it.</param>
/// <param name="Nth">From 1.</param>
public readonly record struct PairPlace(int Queue, Op Op, ActorClass Actor, int Nth) : IComparable<PairPlace>
{
    /// <summary>Instructions that a trigger can be anchored to.</summary>
    public static IReadOnlyList<Op> Instructions { get; } = [Op.Nqap, Op.Dqap, Op.Tapq, Op.Aqic, Op.Zapq, Op.Rapq];

    /// <summary>Actors that issue instructions.</summary>
    public static IReadOnlyList<ActorClass> Actors { get; } = [ActorClass.Guest, ActorClass.Driver];

    /// <summary>The trigger right before it.</summary>
    public FaultTrigger Trigger => new(TriggerKind.BeforeInstruction, Op, Queue: Queue, Actor: Actor, Nth: Nth);

    /// <summary>The trigger as plans write it.</summary>
    /// <param name="topology">Names the queue.</param>
    /// <returns>JSON.</returns>
    public string ToJson(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return $$"""{ "instruction": "{{Word(Op)}}", "actor": "{{Word(Actor)}}", "apqn": "{{topology.ApqnOf(Queue)}}", "nth": {{Nth}} }""";
    }

    /// <summary>For people.</summary>
    /// <param name="topology">Names the queue.</param>
    /// <returns>For instance <c>driver's ZAPQ 05.0004 #1</c>.</returns>
    public string Describe(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return $"{Word(Actor)}'s {OpText.Name(Op)} {topology.ApqnOf(Queue)} #{Nth}";
    }

    /// <inheritdoc/>
    public int CompareTo(PairPlace other) => (Queue, Actor, Op, Nth).CompareTo((other.Queue, other.Actor, other.Op, other.Nth));

    /// <summary>An enumeration's word in plans.</summary>
    /// <param name="value">The value.</param>
    /// <returns>For instance <c>zapq</c>.</returns>
    public static string Word(Enum value) => value?.ToString().ToLowerInvariant() ?? "";
}

/// <summary>What sweeps over places share.</summary>
/// <param name="Seed">Seed of all schedules but the first, which is the plainest.</param>
/// <param name="Schedules">Schedules of each point, at least 1.</param>
/// <param name="NthMost">Instructions beyond this one of their kind are left out.</param>
/// <param name="Scenario">Topology and workloads.</param>
/// <param name="Budgets">Bounds of a run.</param>
/// <param name="Catalogue">Faults and oracles.</param>
/// <param name="Faults">Ids of the faults, ascending.</param>
/// <param name="Watchdog">Told of every point, or null.</param>
public sealed record PairSettings(
    string Seed,
    int Schedules,
    int NthMost,
    Scenario Scenario,
    RunBudgets Budgets,
    Catalogue Catalogue,
    IReadOnlyList<string> Faults,
    Watchdog? Watchdog = null);
