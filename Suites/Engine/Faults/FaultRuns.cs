using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Hosting;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Faults;

/// <summary>
/// Runs of a small scenario made by hand: two adapters with two domains; two guests one after the other on the first adapter, one on the
/// second. Each enables interruption and works; a request is under way when its device is closed.
/// </summary>
internal sealed class FaultRuns
{
    private readonly RandomWalk walk = new();

    public FaultRuns(string driver, string plan, string firmware = "documented")
        : this(driver, PlanFile.Parse(plan, null, Catalogue.Shipped), firmware)
    {
    }

    public FaultRuns(string driver, Plan plan, string firmware = "documented")
    {
        Engine = new RunEngine(new RunSetup(
            DriverSource.Resolve(driver, Catalogue.Shipped).Single().Create(),
            FirmwareFile.LoadShipped().Single(profile => profile.Id == firmware),
            Scenario,
            plan.Arm(Catalogue.Shipped, Scenario.Topology),
            Catalogue.Shipped.CreateOracles(),
            RunBudgets.Default));
    }

    public static Scenario Scenario { get; } = MakeScenario();

    public RunEngine Engine { get; }

    public Trace Trace { get; } = new();

    /// <summary>A plan of one fault.</summary>
    public static string Plan(string fault) => $$"""{ "name": "test", "faults": [ {{fault}} ] }""";

    /// <summary>Makes a run; its events are in <see cref="Trace"/>.</summary>
    public FaultRuns Run(ulong seed)
    {
        walk.Restart(seed);
        Engine.Run(walk, Trace);
        return this;
    }

    public IEnumerable<MachineEvent> Events(EventKind kind) => Trace.Events.Where(e => e.Kind == kind);

    public IEnumerable<string> Oracles() => Engine.Findings.ToArray().Select(finding => Engine.Setup.Oracles[finding.Oracle].Id);

    private static Scenario MakeScenario()
    {
        var topology = new Topology
        {
            Adapters = [5, 6],
            Domains = [4, 71],
            Mdevs = [new MdevShape(0b01, 0b11), new MdevShape(0b10, 0b11)],
            Guests = [new GuestShape(0, -1), new GuestShape(0, 0), new GuestShape(1, -1)],
        };
        return new Scenario(topology, [Work(0), Work(0), Work(2)]);
    }

    private static GuestWorkload Work(int first)
    {
        const long ms = VirtualTime.Millisecond;
        return new GuestWorkload(
            [
                [
                    new GuestAction(GuestActionKind.EnableIrq, first, [0], Nib: 0x1240, Isc: 3),
                    new GuestAction(GuestActionKind.Request, first, [0, ms], 256),
                    new GuestAction(GuestActionKind.Test, first, [ms]),
                    new GuestAction(GuestActionKind.Post, first, [5 * ms, 40 * ms], 1024),
                ],
                [
                    new GuestAction(GuestActionKind.EnableIrq, first + 1, [0, 2 * ms], Nib: 0x2248, Isc: 4),
                    new GuestAction(GuestActionKind.Request, first + 1, [ms], 64),
                    new GuestAction(GuestActionKind.Post, first + 1, [10 * ms], 64),
                ],
            ],
            [45 * ms, 80 * ms],
            ResetsDevice: false);
    }
}
