using ApChaos.Machine;

namespace ApChaos.Suites.Negative;

/// <summary>
/// Builds a hand-made scenario. Each guest has an mdev and an adapter of its own (05, 06, …); a successor opens the mdev of the guest
/// before it when that is gone.
/// </summary>
internal sealed class World
{
    private static readonly int[] DomainIds = [0x04, 0x47];

    private readonly List<GuestShape> shapes = [];
    private readonly List<GuestWorkload> workloads = [];
    private int domains = 1;
    private int mdevs;
    private int unbind = -1;
    private int[] facilities = [12, 15, 65];

    /// <summary>Gives each adapter two domains, and so each mdev two queues. Say it before the guests.</summary>
    internal World TwoQueuesEach()
    {
        domains = 2;
        return this;
    }

    /// <summary>Takes facility 65 away: the machine has no AQIC.</summary>
    internal World WithoutAqic()
    {
        facilities = [12, 15];
        return this;
    }

    /// <summary>Adds a guest beside the others.</summary>
    internal World Guest(Action<Life> live) => Add(live, mdevs++, predecessor: -1);

    /// <summary>Adds a guest that opens the mdev of the last one, after it.</summary>
    internal World Successor(Action<Life> live) => Add(live, mdevs - 1, shapes.Count - 1);

    /// <summary>Unbinds the first queue of the first mdev when its guests are gone.</summary>
    internal World ThenUnbinds()
    {
        unbind = 0;
        return this;
    }

    internal Scenario Build()
    {
        var topology = new Topology
        {
            Adapters = [.. Enumerable.Range(5, mdevs)],
            Domains = DomainIds[..domains],
            Mdevs = [.. Enumerable.Range(0, mdevs).Select(mdev => new MdevShape(1UL << mdev, (1UL << domains) - 1))],
            Guests = shapes,
            Facilities = facilities,
        };
        return new Scenario(topology, workloads, unbind);
    }

    private World Add(Action<Life> live, int mdev, int predecessor)
    {
        var life = new Life(mdev * domains);
        live(life);
        shapes.Add(new GuestShape(mdev, predecessor));
        workloads.Add(life.Build());
        return this;
    }
}

/// <summary>What one guest of a <see cref="World"/> does, in order, on one vCPU. Queues are counted within its mdev.</summary>
/// <param name="firstQueue">Position of the mdev's first queue.</param>
internal sealed class Life(int firstQueue)
{
    private readonly List<GuestAction> actions = [];
    private long[] pauses = [0];
    private long[] lives = [10 * VirtualTime.Millisecond];
    private bool resets;
    private bool staysOpen;

    /// <summary>Pauses before the next action: one of these, in virtual milliseconds.</summary>
    internal Life After(params int[] milliseconds)
    {
        pauses = InNs(milliseconds);
        return this;
    }

    internal Life EnablesIrq(int queue = 0, int page = 1, int isc = 3) =>
        Does(GuestActionKind.EnableIrq, queue, 0, ((long)page << 12) + ApMachine.NibLineOffset + queue, isc);

    internal Life DisablesIrq(int queue = 0) => Does(GuestActionKind.DisableIrq, queue);

    /// <summary>Enqueues a request and waits for its reply.</summary>
    internal Life Requests(int queue = 0) => Does(GuestActionKind.Request, queue, length: 256);

    /// <summary>Enqueues a request and does not care any more.</summary>
    internal Life Posts(int queue = 0) => Does(GuestActionKind.Post, queue, length: 256);

    /// <summary>Dequeues a reply if there is one.</summary>
    internal Life Polls(int queue = 0) => Does(GuestActionKind.Poll, queue);

    /// <summary>How long the VMM lets it run: one of these, in virtual milliseconds.</summary>
    internal Life Lives(params int[] milliseconds)
    {
        lives = InNs(milliseconds);
        return this;
    }

    /// <summary>Its VMM resets the device at the end.</summary>
    internal Life ResetsDevice()
    {
        resets = true;
        return this;
    }

    /// <summary>Its VMM never closes the device.</summary>
    internal Life StaysOpen()
    {
        staysOpen = true;
        return this;
    }

    internal GuestWorkload Build() => new(actions.Count == 0 ? [] : [actions], lives, resets, staysOpen);

    private Life Does(GuestActionKind kind, int queue, int length = 0, long nib = 0, int isc = 0)
    {
        actions.Add(new GuestAction(kind, firstQueue + queue, pauses, length, nib, isc));
        pauses = [0];
        return this;
    }

    private static long[] InNs(int[] milliseconds) => [.. milliseconds.Select(ms => ms * VirtualTime.Millisecond)];
}
