using ApChaos.Abstractions;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Hosting;

/// <summary>A plan: faults with their triggers and options, for any topology.</summary>
/// <param name="Name">kebab-case.</param>
/// <param name="Summary">One line; may be empty.</param>
/// <param name="Faults">The faults, in the order in which they are asked.</param>
/// <param name="Json">The plan in full, on one line: each option with its value. The same plan gives the same text.</param>
public sealed record Plan(string Name, string Summary, IReadOnlyList<PlannedFault> Faults, string Json)
{
    /// <summary>Ids of the oracles that may speak even for a correct driver: what the plan asks for is more than anybody can survive.</summary>
    public IReadOnlyList<string> Beyond { get; init; } = [];

    /// <summary>Whether its faults are a swarm, of which each run has some; null when each run has all.</summary>
    public Swarm? Swarm { get; init; }

    /// <summary>Puts the plan onto a topology.</summary>
    /// <param name="catalogue">Where faults are looked up.</param>
    /// <param name="topology">The topology.</param>
    /// <returns>The faults of a run.</returns>
    /// <exception cref="InputException">The plan names a queue that the topology does not have.</exception>
    public IReadOnlyList<ArmedFault> Arm(Catalogue catalogue, Topology topology) => [.. Faults.Select(fault => fault.Arm(catalogue, topology, Swarm))];

    /// <summary>Whether two plans are the same, wherever they were written.</summary>
    /// <param name="other">The other plan.</param>
    /// <returns>Whether they are.</returns>
    public bool Equals(Plan? other) => other is not null && Json == other.Json;

    /// <inheritdoc/>
    public override int GetHashCode() => Json.GetHashCode(StringComparison.Ordinal);
}

/// <summary>A plan whose faults are a swarm: each run has some of them, and of these not every match counts. Which is a choice of the run.</summary>
/// <param name="ArmedPermille">Chance of a fault to take part in a run, in thousandths.</param>
/// <param name="FiringPermille">Chance of a match to count, in thousandths; besides the trigger's own.</param>
public sealed record Swarm(int ArmedPermille, int FiringPermille)
{
    internal const int Usual = 250;

    internal FaultTrigger Thin(FaultTrigger trigger) => trigger with { ChancePermille = Math.Max(1, trigger.ChancePermille * FiringPermille / 1000) };
}

/// <summary>A queue that a plan names, and where.</summary>
/// <param name="Apqn">The queue.</param>
/// <param name="File">The file, or null.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
public sealed record PlannedApqn(Apqn Apqn, string? File, int Line, int Column)
{
    internal int PositionIn(Topology topology)
    {
        var position = topology.IndexOf(Apqn);
        if (position >= 0)
        {
            return position;
        }

        const int shown = 16;
        var queues = Enumerable.Range(0, Math.Min(topology.QueueCount, shown)).Select(queue => topology.ApqnOf(queue).ToString());
        var more = topology.QueueCount > shown ? $" and {topology.QueueCount - shown} more" : "";
        throw new InputException($"APQN {Apqn} is outside the topology; expected any, or one of: {InputText.List(queues)}{more}", File, Line, Column);
    }
}

/// <summary>A trigger of a plan, for any topology.</summary>
/// <param name="Trigger">The trigger; queues and conditions are not filled in.</param>
/// <param name="Apqn">Its queue, or null for any.</param>
/// <param name="After">Its condition "after", or null.</param>
/// <param name="Until">Its condition "until", or null.</param>
/// <param name="Unless">Its condition "unless", or null.</param>
public sealed record PlannedTrigger(
    FaultTrigger Trigger, PlannedApqn? Apqn = null, PlannedTrigger? After = null, PlannedTrigger? Until = null, PlannedTrigger? Unless = null)
{
    internal FaultTrigger Arm(Topology topology) => Trigger with
    {
        Queue = Apqn?.PositionIn(topology) ?? -1,
        After = After?.Arm(topology),
        Until = Until?.Arm(topology),
        Unless = Unless?.Arm(topology),
    };
}

/// <summary>A fault of a plan.</summary>
/// <param name="Fault">The plugin.</param>
/// <param name="Trigger">When it fires.</param>
/// <param name="Values">For each option of the fault the values that it may take.</param>
public sealed record PlannedFault(Fault Fault, PlannedTrigger Trigger, IReadOnlyList<IReadOnlyList<PlannedValue>> Values)
{
    internal ArmedFault Arm(Catalogue catalogue, Topology topology, Swarm? swarm) => new(
        catalogue.FindFault(Fault.Id) ?? Fault,
        swarm is null ? Trigger.Arm(topology) : swarm.Thin(Trigger.Arm(topology)),
        [.. Values.Select(values => (IReadOnlyList<long>)[.. values.Select(value => value.Apqn?.PositionIn(topology) ?? value.Value)])],
        swarm?.ArmedPermille ?? 1000);
}

/// <summary>A value of an option.</summary>
/// <param name="Value">Nanoseconds, a count, the position of a word, or -1 for any queue.</param>
/// <param name="Apqn">The queue, for options that take one.</param>
public readonly record struct PlannedValue(long Value, PlannedApqn? Apqn = null);
