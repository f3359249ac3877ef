using ApChaos.Abstractions;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>
/// The thread's question in its smallest form, for exploration: one queue that a guest leaves with a request under way and a successor
/// gets; the guest may issue a ZAPQ of its own at the last moment, and every reset lasts for 0 to 3 looks of a driver that looks each 20 ms.
/// </summary>
public static class ThreadModel
{
    private const long Ms = VirtualTime.Millisecond;
    private const long Nib = 0x1240;
    private const int Isc = 3;

    private const string Json =
        """
        { "name": "thread-model",
          "summary": "the guest may issue one ZAPQ when its device is closed; each reset takes 0 to 3 polls of 20 ms",
          "faults": [
            { "fault": "guest-zapq", "on": { "operation": "close-device", "when": "entry", "chance": 0.5 },
              "duration": { "oneOf": ["0ms", "20ms", "40ms", "60ms"] }, "count": 1 },
            { "fault": "slow-reset", "duration": { "oneOf": ["0ms", "20ms", "40ms", "60ms"] } }
          ] }
        """;

    /// <summary>Name of the plan.</summary>
    public const string PlanName = "thread-model";

    /// <summary>One adapter, one domain, one mdev; G1 and then G2. G1 enables interruption and posts a request, G2 looks for replies.</summary>
    public static Scenario Scenario { get; } = new(
        new Topology
        {
            Adapters = [5],
            Domains = [4],
            Mdevs = [new MdevShape(1, 1)],
            Guests = [new GuestShape(0, -1), new GuestShape(0, 0)],
            PagesPerGuest = 2,
        },
        [
            new GuestWorkload(
                [[new GuestAction(GuestActionKind.EnableIrq, 0, [0], Nib: Nib, Isc: Isc), new GuestAction(GuestActionKind.Post, 0, [0, 5 * Ms], 64)]],
                [10 * Ms],
                ResetsDevice: false),
            new GuestWorkload(
                [[new GuestAction(GuestActionKind.Poll, 0, [0]), new GuestAction(GuestActionKind.EnableIrq, 0, [0], Nib: Nib, Isc: Isc)]],
                [10 * Ms],
                ResetsDevice: false),
        ]);

    /// <summary>The plan.</summary>
    /// <param name="catalogue">The known faults.</param>
    /// <returns>The plan.</returns>
    public static Plan Plan(Catalogue catalogue) => PlanFile.Parse(Json, null, catalogue);
}
