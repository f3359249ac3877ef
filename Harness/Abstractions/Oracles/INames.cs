namespace ApChaos.Abstractions;

/// <summary>How a run's things are called in messages. Each answer is one word or a short phrase without a full stop.</summary>
public interface INames
{
    /// <summary>A queue of the topology.</summary>
    /// <param name="queue">Position of the queue.</param>
    /// <returns>Its APQN as the kernel prints it, for instance <c>05.0004</c>.</returns>
    string Queue(int queue);

    /// <summary>A guest of the topology.</summary>
    /// <param name="guest">Position of the guest, or -1 for the host kernel.</param>
    /// <returns>For instance <c>G1</c>, or <c>host</c> for -1.</returns>
    string Guest(int guest);

    /// <summary>A lock.</summary>
    /// <param name="lockIndex">Index of the lock.</param>
    /// <returns>Its name as the kernel spells it, for instance <c>mdevs_lock</c>.</returns>
    string Lock(int lockIndex);

    /// <summary>An actor.</summary>
    /// <param name="actor">Position of the actor, or -1 for the hardware.</param>
    /// <returns>For instance <c>VMM of G1</c>, or <c>hardware</c> for -1.</returns>
    string Actor(int actor);

    /// <summary>An entry point of the driver.</summary>
    /// <param name="operation">The entry point.</param>
    /// <returns>For instance <c>close-device</c>.</returns>
    string Operation(DriverOperation operation);
}
