using ApChaos.Abstractions;
using ApChaos.Machine;

namespace ApChaos.Running;

/// <summary>How the things of a run are called.</summary>
public sealed class RunNames : INames
{
    private readonly RunEngine _engine;
    private readonly Topology _topology;

    internal RunNames(RunEngine engine, Topology topology)
    {
        _engine = engine;
        _topology = topology;
    }

    /// <inheritdoc/>
    public string Queue(int queue) => queue < 0 ? "-" : _topology.ApqnOf(queue).ToString();

    /// <inheritdoc/>
    public string Guest(int guest) => guest < 0 ? "host" : $"G{guest + 1}";

    /// <inheritdoc/>
    public string Lock(int lockIndex) => KernelLock.NameOf(lockIndex);

    /// <inheritdoc/>
    public string Actor(int actor) => _engine.ActorName(actor);

    /// <inheritdoc/>
    public string Operation(DriverOperation operation) => OpText.Id(operation);

    /// <summary>The id of a fault of the plan.</summary>
    /// <param name="index">Its position in the plan.</param>
    /// <returns>The id.</returns>
    public string Fault(int index) => _engine.Setup.Faults[index].Fault.Id;
}
