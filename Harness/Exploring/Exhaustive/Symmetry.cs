using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Exploring;

/// <summary>A swap of two identical parts of a setup: what is where when one takes the place of the other.</summary>
/// <param name="Words">What is swapped, for people.</param>
/// <param name="Queues">For each queue the one whose place it takes.</param>
/// <param name="Slots">The same for each slot: actors and hardware events.</param>
internal sealed record Swap(string Words, int[] Queues, int[] Slots);

/// <summary>
/// Which queues of a setup look identical: whole mdevs with the same shape and guests that do the same, and queues of one mdev that its
/// vCPUs treat alike. Whether they really are is seen by exploration, step by step (<see cref="SymmetryTable"/>).
/// </summary>
internal sealed class Symmetry
{
    /// <summary>Most elements of the group of all swaps together: each makes one more state to look up.</summary>
    private const int ElementsMax = 24;

    private Symmetry(IReadOnlyList<Swap> swaps, IReadOnlyList<int[]> elements, IReadOnlyList<int[]> queues)
    {
        (Swaps, Elements, Queues) = (swaps, elements, queues);
    }

    /// <summary>The swaps that generate everything.</summary>
    internal IReadOnlyList<Swap> Swaps { get; }

    /// <summary>Slot permutations: all that can be made of the swaps, the first one changes nothing.</summary>
    internal IReadOnlyList<int[]> Elements { get; }

    /// <summary>The queue permutation of each element.</summary>
    internal IReadOnlyList<int[]> Queues { get; }

    /// <summary>What looks identical in a setup.</summary>
    /// <param name="engine">An engine of the setup.</param>
    /// <param name="refused">Words of swaps that turned out to be none.</param>
    /// <returns>Null for nothing.</returns>
    internal static Symmetry? Of(RunEngine engine, IReadOnlyCollection<string> refused)
    {
        var swaps = new List<Swap>();
        var symmetry = (Symmetry?)null;
        foreach (var swap in new SwapSearch(engine).All().Where(swap => !refused.Contains(swap.Words)))
        {
            // Too many at once would cost more than they save.
            if (Close([.. swaps, swap]) is { } larger)
            {
                swaps.Add(swap);
                symmetry = larger;
            }
        }

        return symmetry;
    }

    /// <summary>The number of the element that does first one and then another.</summary>
    internal int After(int first, int then)
    {
        var both = Then(Elements[first], Elements[then]);
        return Enumerable.Range(0, Elements.Count).First(i => Elements[i].AsSpan().SequenceEqual(both));
    }

    private static Symmetry? Close(List<Swap> swaps)
    {
        var identity = (Slots: Enumerable.Range(0, swaps[0].Slots.Length).ToArray(), Queues: Enumerable.Range(0, swaps[0].Queues.Length).ToArray());
        var elements = new List<(int[] Slots, int[] Queues)> { identity };
        for (var i = 0; i < elements.Count; i++)
        {
            foreach (var swap in swaps)
            {
                (int[] Slots, int[] Queues) product = (Then(elements[i].Slots, swap.Slots), Then(elements[i].Queues, swap.Queues));
                if (!elements.Exists(element => element.Slots.AsSpan().SequenceEqual(product.Slots)))
                {
                    elements.Add(product);
                }
            }

            if (elements.Count > ElementsMax)
            {
                return null;
            }
        }

        return new Symmetry(swaps, [.. elements.Select(element => element.Slots)], [.. elements.Select(element => element.Queues)]);
    }

    private static int[] Then(int[] first, int[] then) => [.. first.Select(slot => then[slot])];
}

/// <summary>Looks for identical parts of a setup.</summary>
internal sealed class SwapSearch(RunEngine engine)
{
    private readonly Scenario _scenario = engine.Setup.Scenario;
    private readonly Topology _topology = engine.Setup.Scenario.Topology;

    /// <summary>All swaps of two neighbours that look identical; together they make all others.</summary>
    internal IEnumerable<Swap> All()
    {
        for (var one = 0; one < _topology.Mdevs.Count; one++)
        {
            for (var other = one + 1; other < _topology.Mdevs.Count; other++)
            {
                if (SwapOfMdevs(one, other) is { } swap)
                {
                    yield return swap;
                    break;
                }
            }
        }

        for (var mdev = 0; mdev < _topology.Mdevs.Count; mdev++)
        {
            var queues = QueuesOf(mdev);
            for (var i = 0; i + 1 < queues.Count; i++)
            {
                if (SwapOfQueues(queues[i], queues[i + 1]) is { } swap)
                {
                    yield return swap;
                }
            }
        }
    }

    private Swap? SwapOfMdevs(int one, int other)
    {
        var (here, there) = (QueuesOf(one), QueuesOf(other));
        var (mine, yours) = (GuestsOf(one), GuestsOf(other));
        if (here.Count == 0 || here.Count != there.Count || here.Intersect(there).Any() || mine.Count != yours.Count)
        {
            return null;
        }

        var queues = Identity(_topology.QueueCount);
        var guests = Identity(_topology.Guests.Count);
        for (var i = 0; i < here.Count; i++)
        {
            (queues[here[i]], queues[there[i]]) = (there[i], here[i]);
        }

        for (var i = 0; i < mine.Count; i++)
        {
            (guests[mine[i]], guests[yours[i]]) = (yours[i], mine[i]);
        }

        var mdevs = Identity(_topology.Mdevs.Count);
        (mdevs[one], mdevs[other]) = (other, one);
        return Make($"mdev{one} and mdev{other}", mdevs, guests, queues);
    }

    private Swap? SwapOfQueues(int one, int other)
    {
        var queues = Identity(_topology.QueueCount);
        (queues[one], queues[other]) = (other, one);
        return Make($"queues {_topology.ApqnOf(one)} and {_topology.ApqnOf(other)}", Identity(_topology.Mdevs.Count), Identity(_topology.Guests.Count), queues);
    }

    /// <summary>A swap, when vCPUs can be matched and adapters follow their queues.</summary>
    private Swap? Make(string words, int[] mdevs, int[] guests, int[] queues)
    {
        var slots = Identity(engine.SlotCount);
        for (var mdev = 0; mdev < mdevs.Length; mdev++)
        {
            slots[mdev] = mdevs[mdev];
        }

        for (var guest = 0; guest < guests.Length; guest++)
        {
            if (!HasSameLife(guest, guests[guest]) || !MatchVcpus(guest, guests[guest], queues, slots))
            {
                return null;
            }

            slots[engine.GuestSlot(guest)] = engine.GuestSlot(guests[guest]);
        }

        for (var queue = 0; queue < queues.Length; queue++)
        {
            engine.MapQueueSlots(queue, queues[queue], slots);
        }

        return MapAdapters(queues, slots) ? new Swap(words, queues, slots) : null;
    }

    private bool HasSameLife(int one, int other)
    {
        var (a, b) = (_scenario.Guests[one], _scenario.Guests[other]);
        return a.LifeNs.SequenceEqual(b.LifeNs) && a.ResetsDevice == b.ResetsDevice && a.StaysOpen == b.StaysOpen && a.Vcpus.Count == b.Vcpus.Count;
    }

    private bool MatchVcpus(int guest, int other, int[] queues, int[] slots)
    {
        var free = Enumerable.Range(0, _scenario.Guests[other].Vcpus.Count).ToList();
        for (var vcpu = 0; vcpu < _scenario.Guests[guest].Vcpus.Count; vcpu++)
        {
            var actions = _scenario.Guests[guest].Vcpus[vcpu];
            var match = free.FindIndex(candidate => DoTheSame(actions, _scenario.Guests[other].Vcpus[candidate], queues));
            if (match < 0)
            {
                return false;
            }

            slots[engine.VcpuSlot(guest, vcpu)] = engine.VcpuSlot(other, free[match]);
            free.RemoveAt(match);
        }

        return true;
    }

    private static bool DoTheSame(IReadOnlyList<GuestAction> one, IReadOnlyList<GuestAction> other, int[] queues) =>
        one.Count == other.Count
        && one.Zip(other).All(pair =>
            pair.First.Kind == pair.Second.Kind && queues[pair.First.Queue] == pair.Second.Queue && pair.First.Length == pair.Second.Length
            && pair.First.Isc == pair.Second.Isc && pair.First.PauseNs.SequenceEqual(pair.Second.PauseNs));

    private bool MapAdapters(int[] queues, int[] slots)
    {
        var adapters = Identity(_topology.Adapters.Count);
        for (var queue = 0; queue < queues.Length; queue++)
        {
            var (from, to) = (queue / _topology.Domains.Count, queues[queue] / _topology.Domains.Count);
            if (queue % _topology.Domains.Count > 0 && adapters[from] != to)
            {
                return false;
            }

            adapters[from] = to;
        }

        for (var adapter = 0; adapter < adapters.Length; adapter++)
        {
            slots[engine.AdapterSlot(adapter)] = engine.AdapterSlot(adapters[adapter]);
        }

        return true;
    }

    private List<int> QueuesOf(int mdev) =>
    [
        .. Enumerable.Range(0, _topology.QueueCount).Where(queue =>
            ((_topology.Mdevs[mdev].Adapters >> (queue / _topology.Domains.Count)) & 1) != 0 && ((_topology.Mdevs[mdev].Domains >> (queue % _topology.Domains.Count)) & 1) != 0),
    ];

    private List<int> GuestsOf(int mdev) => [.. Enumerable.Range(0, _topology.Guests.Count).Where(guest => _topology.Guests[guest].Mdev == mdev)];

    private static int[] Identity(int count) => [.. Enumerable.Range(0, count)];
}
