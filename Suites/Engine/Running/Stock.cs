using ApChaos.Abstractions;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Running;

/// <summary>The shipped drivers and oracles, and a scenario in which all of them have something to do.</summary>
internal static class Stock
{
    private static readonly Type[] DriverTypes =
    [
        .. typeof(ApChaos.Drivers.Golden).Assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(Driver)))
            .OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    public static IEnumerable<string> Drivers => DriverTypes.Select(type => type.Name);

    /// <summary>G1 and then G3 on adapter 05, G2 on adapter 06; requests are under way when their devices are closed.</summary>
    public static Scenario Scenario { get; } = new(
        new Topology
        {
            Adapters = [5, 6],
            Domains = [4, 71],
            Mdevs = [new MdevShape(0b01, 0b11), new MdevShape(0b10, 0b11)],
            Guests = [new GuestShape(0, -1), new GuestShape(1, -1), new GuestShape(0, 0)],
        },
        [Work(0, 1), Work(2, 3), Work(0, 1)],
        UnbindQueue: 0);

    public static Driver Create(string name) => (Driver)Activator.CreateInstance(DriverTypes.Single(type => type.Name == name))!;

    public static Oracle[] CreateOracles() =>
    [
        .. typeof(ApChaos.Oracles.PinLeak).Assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(Oracle)))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (Oracle)Activator.CreateInstance(type)!),
    ];

    private static GuestWorkload Work(params int[] queues)
    {
        long[] pauses = [0, Stage.Ms, 5 * Stage.Ms];
        GuestAction[] actions =
        [
            .. queues.SelectMany(queue => new GuestAction[]
            {
                new(GuestActionKind.EnableIrq, queue, pauses, Nib: ((queue + 1) << 12) | 0x240, Isc: queue + 1),
                new(GuestActionKind.Request, queue, pauses, 256),
                new(GuestActionKind.Post, queue, pauses, 1024),
            }),
        ];
        return new GuestWorkload([actions], [20 * Stage.Ms, 40 * Stage.Ms, 100 * Stage.Ms], ResetsDevice: queues[0] == 2);
    }
}
