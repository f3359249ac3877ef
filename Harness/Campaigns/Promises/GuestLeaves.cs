using ApChaos.Abstractions;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>
/// The scenarios in which a late store can be seen soonest: a guest with one queue switches interruption on, asks, and goes away before the
/// answer; its pages go to the next guest. Small, so that many runs are cheap and a rare store is not missed.
/// </summary>
public static class GuestLeaves
{
    private const long Ms = VirtualTime.Millisecond;
    private const long Nib = 0x1000 + ApMachine.NibLineOffset;

    private static readonly GuestAction Enable = new(GuestActionKind.EnableIrq, 0, [0], 0, Nib, 3);
    private static readonly GuestAction Disable = new(GuestActionKind.DisableIrq, 0, [0, Ms]);
    private static readonly GuestAction Post = new(GuestActionKind.Post, 0, [0, Ms], 64);

    /// <summary>The scenarios: it just goes; it is reset first; it switches interruption off itself; it switches it on twice.</summary>
    public static IReadOnlyList<Scenario> Scenarios { get; } =
    [
        Of([Enable, Post, Post], resets: false),
        Of([Enable, Post], resets: true),
        Of([Enable, Post, Disable], resets: false),
        Of([Enable, Post, Enable with { Nib = Nib + 0x1000 }, Post], resets: false),
    ];

    private static Scenario Of(IReadOnlyList<GuestAction> actions, bool resets) => new(
        new Topology { Adapters = [5], Domains = [4], Mdevs = [new MdevShape(1, 1)], Guests = [new GuestShape(0, -1), new GuestShape(0, 0)] },
        [new GuestWorkload([actions], [Ms, 5 * Ms, 20 * Ms], resets), new GuestWorkload([[Enable, Post]], [10 * Ms], false)]);
}
