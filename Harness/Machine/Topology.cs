using ApChaos.Abstractions;

namespace ApChaos.Machine;

/// <summary>The fixed shape of an emulated machine: adapters, domains, guests, who owns what.</summary>
public sealed class Topology
{
    /// <summary>Most adapters or domains of a topology; a mask is one 64-bit word.</summary>
    public const int PositionsMax = 64;

    /// <summary>Most queues of a topology.</summary>
    public const int QueuesMax = 256;

    /// <summary>Most guests of a topology, successors included.</summary>
    public const int GuestsMax = 32;

    /// <summary>Adapter ids, ascending, each 0..255.</summary>
    public required IReadOnlyList<int> Adapters { get; init; }

    /// <summary>Domain ids, ascending, each 0..255.</summary>
    public required IReadOnlyList<int> Domains { get; init; }

    /// <summary>The mediated devices.</summary>
    public required IReadOnlyList<MdevShape> Mdevs { get; init; }

    /// <summary>The guests; a guest's number is its position plus one (G1, G2, …).</summary>
    public required IReadOnlyList<GuestShape> Guests { get; init; }

    /// <summary>Pages of each guest's memory that a NIB may be in, 1..16.</summary>
    public int PagesPerGuest { get; init; } = 4;

    /// <summary>Installed STFLE facilities: 12 QCI, 15 TAPQ T bit, 65 AP interruption.</summary>
    public IReadOnlyList<int> Facilities { get; init; } = [12, 15, 65];

    /// <summary>How many queues there are: adapters × domains.</summary>
    public int QueueCount => Adapters.Count * Domains.Count;

    /// <summary>APQN of a queue.</summary>
    /// <param name="queue">Position of the queue.</param>
    /// <returns>The APQN.</returns>
    public Apqn ApqnOf(int queue) => new(Adapters[queue / Domains.Count], Domains[queue % Domains.Count]);

    /// <summary>Position of a queue.</summary>
    /// <param name="apqn">The APQN.</param>
    /// <returns>The position, or -1 when the topology has no such queue.</returns>
    public int IndexOf(Apqn apqn)
    {
        for (var queue = 0; queue < QueueCount; queue++)
        {
            if (ApqnOf(queue) == apqn)
            {
                return queue;
            }
        }

        return -1;
    }
}

/// <summary>A mediated device.</summary>
/// <param name="Adapters">Assigned adapters, bit i for the i-th adapter of the topology.</param>
/// <param name="Domains">Assigned domains, bit i for the i-th domain of the topology.</param>
public sealed record MdevShape(ulong Adapters, ulong Domains);

/// <summary>A guest.</summary>
/// <param name="Mdev">Position of the mdev that it opens.</param>
/// <param name="Predecessor">Position of the guest that must be gone before this one starts, or -1.</param>
public sealed record GuestShape(int Mdev, int Predecessor);

/// <summary>Positions of queues by APQN, for the instructions of a run.</summary>
internal sealed class QueueTable
{
    private readonly short[] _firstOfAdapter = new short[256];
    private readonly short[] _domain = new short[256];

    internal QueueTable(Topology topology)
    {
        Array.Fill(_firstOfAdapter, (short)-1);
        Array.Fill(_domain, (short)-1);
        for (var i = 0; i < topology.Adapters.Count; i++)
        {
            _firstOfAdapter[topology.Adapters[i]] = (short)(i * topology.Domains.Count);
        }

        for (var i = 0; i < topology.Domains.Count; i++)
        {
            _domain[topology.Domains[i]] = (short)i;
        }
    }

    /// <summary>Position of a queue.</summary>
    /// <param name="apqn">The APQN.</param>
    /// <returns>The position, or -1 when the topology has no such queue.</returns>
    internal int IndexOf(Apqn apqn)
    {
        var (first, domain) = (_firstOfAdapter[apqn.Adapter], _domain[apqn.Domain]);
        return (first | domain) < 0 ? -1 : first + domain;
    }
}
