using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Exploring.Shrinking.Passes;

/// <summary>Leaves guests out, the reset that a VMM issues, and the unbind at the end.</summary>
internal sealed class RemoveGuests : ShrinkPass
{
    public override string Id => "remove-guests";

    public override string Summary => "leaves guests out, resets by VMMs, the unbind";

    public override int Order => 20;

    public override bool RemovesParts => true;

    public override IEnumerable<Reduction> Reductions(FailingHistory history)
    {
        var draft = history.Draft;
        for (var guest = draft.Scenario.Guests.Count - 1; guest >= 0 && draft.Scenario.Guests.Count > 1; guest--)
        {
            yield return new Reduction($"guest G{guest + 1}", "without it", Without(draft, guest));
        }

        for (var guest = 0; guest < draft.Scenario.Guests.Count; guest++)
        {
            if (draft.Scenario.Guests[guest].ResetsDevice)
            {
                yield return new Reduction(
                    $"VFIO_DEVICE_RESET of G{guest + 1}", "without it", draft.With(guest, draft.Scenario.Guests[guest] with { ResetsDevice = false }));
            }
        }

        if (draft.Scenario.UnbindQueue >= 0)
        {
            yield return new Reduction("the unbind at the end", "without it", draft with { Scenario = draft.Scenario with { UnbindQueue = -1 } });
        }
    }

    private static Draft Without(Draft draft, int gone)
    {
        var old = draft.Scenario.Topology;
        var topology = new Topology
        {
            Adapters = old.Adapters,
            Domains = old.Domains,
            Mdevs = old.Mdevs,
            PagesPerGuest = old.PagesPerGuest,
            Facilities = old.Facilities,
            Guests = [.. old.Guests.Where((_, guest) => guest != gone).Select(guest => guest with { Predecessor = Behind(guest.Predecessor) })],
        };
        return draft with
        {
            Scenario = draft.Scenario with { Topology = topology, Guests = [.. draft.Scenario.Guests.Where((_, guest) => guest != gone)] },
            Guests = [.. draft.Guests.Where((_, guest) => guest != gone)],
        };

        // Who came after the one that is gone comes after its predecessor.
        int Behind(int predecessor)
        {
            predecessor = predecessor == gone ? old.Guests[gone].Predecessor : predecessor;
            return predecessor > gone ? predecessor - 1 : predecessor;
        }
    }
}

/// <summary>Changes of one guest of a draft.</summary>
internal static class Drafts
{
    /// <summary>The draft with another workload of a guest.</summary>
    internal static Draft With(this Draft draft, int guest, GuestWorkload workload) => draft with
    {
        Scenario = draft.Scenario with { Guests = [.. draft.Scenario.Guests.Select((old, i) => i == guest ? workload : old)] },
    };

    /// <summary>The draft with other actions of a vCPU; a vCPU without actions is left out.</summary>
    internal static Draft With(this Draft draft, int guest, int vcpu, IReadOnlyList<GuestAction> actions)
    {
        var workload = draft.Scenario.Guests[guest];
        return draft.With(guest, workload with { Vcpus = [.. workload.Vcpus.Select((old, i) => i == vcpu ? actions : old).Where(some => some.Count > 0)] });
    }
}
