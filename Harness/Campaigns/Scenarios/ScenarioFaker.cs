using ApChaos.Abstractions;
using ApChaos.Machine;
using ApChaos.Running;
using Bogus;

namespace ApChaos.Campaigns;

/// <summary>
/// Draws scenarios: who owns which queues, what the guests do, with which NIBs and ISCs. By Bogus, each from a local seed of its own,
/// before the runs; inside a run everything open is a choice.
/// </summary>
/// <remarks>
/// The order of the draws is part of the contract: inserting a draw shifts all later ones and so every seed. The drawn scenarios of
/// the default seed are approved.
/// </remarks>
public static class ScenarioFaker
{
    /// <summary>Scenarios that the runs of a cell share, by run number modulo this.</summary>
    public const int PerCell = 8;

    private const long Us = VirtualTime.Microsecond;
    private const long Ms = VirtualTime.Millisecond;
    private const int QueuesUsedMax = 3;

    private static readonly long[][] Pauses =
    [
        [0],
        [0, 500 * Us],
        [1 * Ms, 5 * Ms],
        [0, 2 * Ms, 12 * Ms],
    ];

    private static readonly long[][] Lives =
    [
        [5 * Ms, 15 * Ms, 40 * Ms],
        [10 * Ms, 30 * Ms],
        [20 * Ms, 60 * Ms, 150 * Ms],
    ];

    private static readonly int[] MessageLengths = [64, 256, 1024, 4096, ApMachine.MessageLengthMaximum];

    /// <summary>Draws one scenario.</summary>
    /// <param name="seed">The campaign's seed.</param>
    /// <param name="number">Number of the scenario, from 0.</param>
    /// <param name="spec">The configured topology.</param>
    /// <returns>The scenario.</returns>
    public static Scenario Draw(string seed, int number, TopologySpec spec)
    {
        var faker = new Faker { Random = new Randomizer(unchecked((int)RandomNumbers.Seed("scenario:" + seed, (ulong)number))) };
        var mdevs = DrawMdevs(faker, spec);
        var guests = DrawGuests(faker, spec.Guests);
        var topology = new Topology { Adapters = spec.Adapters, Domains = spec.Domains, Mdevs = mdevs, Guests = guests };
        var workloads = guests.Select(guest => DrawWorkload(faker, topology, guest)).ToArray();
        var unbind = faker.Random.Bool(0.25f) ? faker.Random.ListItem(QueuesOf(topology, mdevs[0])) : -1;
        return new Scenario(topology, workloads, unbind);
    }

    /// <summary>Each adapter goes to one mdev; with fewer adapters than guests, each domain does.</summary>
    private static MdevShape[] DrawMdevs(Faker faker, TopologySpec spec)
    {
        var byAdapter = spec.Adapters.Count >= spec.Guests;
        var count = byAdapter ? spec.Adapters.Count : spec.Domains.Count;
        var all = byAdapter ? Mask(spec.Domains.Count) : Mask(spec.Adapters.Count);
        var parts = new ulong[spec.Guests];
        var order = faker.Random.Shuffle(Enumerable.Range(0, count)).ToArray();
        for (var i = 0; i < count; i++)
        {
            // The first ones make sure that every guest has something; the rest goes anywhere.
            parts[i < spec.Guests ? i : faker.Random.Int(0, spec.Guests - 1)] |= 1UL << order[i];
        }

        return [.. parts.Select(part => byAdapter ? new MdevShape(part, all) : new MdevShape(all, part))];
    }

    /// <summary>The guests side by side, then successors: the first guest always has one, the others sometimes.</summary>
    private static List<GuestShape> DrawGuests(Faker faker, int sideBySide)
    {
        var guests = Enumerable.Range(0, sideBySide).Select(mdev => new GuestShape(mdev, -1)).ToList();
        for (var mdev = 0; mdev < sideBySide; mdev++)
        {
            if (mdev == 0 || faker.Random.Bool(0.3f))
            {
                guests.Add(new GuestShape(mdev, mdev));
            }
        }

        return guests;
    }

    private static GuestWorkload DrawWorkload(Faker faker, Topology topology, GuestShape guest)
    {
        var queues = faker.Random.Shuffle(QueuesOf(topology, topology.Mdevs[guest.Mdev])).Take(QueuesUsedMax).ToArray();
        var vcpus = new List<GuestAction>[faker.Random.Bool(0.4f) ? 2 : 1];
        for (var vcpu = 0; vcpu < vcpus.Length; vcpu++)
        {
            vcpus[vcpu] = [];
        }

        for (var i = 0; i < queues.Length; i++)
        {
            DrawActions(faker, topology, queues[i], guest.Predecessor >= 0, vcpus[i % vcpus.Length]);
        }

        return new GuestWorkload([.. vcpus.Where(v => v.Count > 0)], faker.Random.ArrayElement(Lives), faker.Random.Bool(0.15f));
    }

    private static void DrawActions(Faker faker, Topology topology, int queue, bool inherits, List<GuestAction> actions)
    {
        if (inherits && faker.Random.Bool(0.7f))
        {
            // What does the former owner leave behind?
            actions.Add(new GuestAction(GuestActionKind.Poll, queue, [0]));
        }

        var interrupts = faker.Random.Bool(0.85f);
        if (interrupts)
        {
            // Page 0 is left out: up to 5.19 its frame number looks like "nothing saved" (bug-history S12), a plan of its own.
            var page = faker.Random.Int(1, topology.PagesPerGuest - 1);
            var nib = ((long)page << 12) + ApMachine.NibLineOffset + faker.Random.Int(0, 15);
            actions.Add(new GuestAction(GuestActionKind.EnableIrq, queue, faker.Random.ArrayElement(Pauses), 0, nib, faker.Random.Int(0, 7)));
        }

        var requests = faker.Random.Int(0, 2);
        for (var i = 0; i < requests; i++)
        {
            actions.Add(new GuestAction(GuestActionKind.Request, queue, faker.Random.ArrayElement(Pauses), faker.Random.ArrayElement(MessageLengths)));
        }

        if (interrupts && faker.Random.Bool(0.1f))
        {
            actions.Add(new GuestAction(GuestActionKind.DisableIrq, queue, faker.Random.ArrayElement(Pauses)));
        }

        // The last request is seldom waited for: guests go away with work under way.
        actions.Add(new GuestAction(
            faker.Random.Bool(0.8f) ? GuestActionKind.Post : GuestActionKind.Test,
            queue,
            faker.Random.ArrayElement(Pauses),
            faker.Random.ArrayElement(MessageLengths)));
    }

    private static List<int> QueuesOf(Topology topology, MdevShape mdev)
    {
        var domains = topology.Domains.Count;
        return [.. Enumerable.Range(0, topology.QueueCount)
            .Where(queue => ((mdev.Adapters >> (queue / domains)) & 1) != 0 && ((mdev.Domains >> (queue % domains)) & 1) != 0)];
    }

    private static ulong Mask(int count) => count == 64 ? ulong.MaxValue : (1UL << count) - 1;
}
