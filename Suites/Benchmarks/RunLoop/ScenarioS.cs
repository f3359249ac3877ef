using ApChaos.Abstractions;
using ApChaos.Drivers;
using ApChaos.Machine;
using ApChaos.Oracles;
using ApChaos.Running;

namespace ApChaos.Suites.Benchmarks;

/// <summary>
/// Scenario S: one mdev with 4 queues, one guest with 4 vCPUs. Each vCPU enables interruption of its queue and then makes requests and
/// waits for each. The VMM ends the guest in the middle of it, and the thread's driver resets the queues one after the other while requests
/// complete. Interruption goes off at the end of the reset, and the longest reset outlasts the driver's patience: some seeds violate.
/// </summary>
internal static class ScenarioS
{
    internal const int Queues = 4;
    internal const int RequestsPerVcpu = 4;

    private const int QueuesPerAdapter = 16;
    internal const int NibOffset = ApMachine.NibLineOffset;

    internal static readonly long[] LifeNs = [5 * VirtualTime.Millisecond, 10 * VirtualTime.Millisecond, 20 * VirtualTime.Millisecond];
    internal static readonly long[] PauseNs = [0, VirtualTime.Millisecond, 2 * VirtualTime.Millisecond];
    internal static readonly long[] ServiceNs = [100 * VirtualTime.Microsecond, 2 * VirtualTime.Millisecond, 30 * VirtualTime.Millisecond];
    internal static readonly long[] ResetNs = [0, 30 * VirtualTime.Millisecond, 60 * VirtualTime.Millisecond, 100 * VirtualTime.Millisecond];
    internal static readonly long[] AqicLatencyNs = [0, VirtualTime.Millisecond];

    /// <summary>Makes an engine.</summary>
    /// <param name="oracles">Its oracles.</param>
    /// <returns>The engine.</returns>
    internal static RunEngine MakeEngine(IReadOnlyList<Oracle> oracles) =>
        new(new RunSetup(new VfioAp2019V2(), Firmware(), Scenario(), [], oracles, RunBudgets.Default));

    /// <summary>Makes an engine of the same kind in another size, with all oracles.</summary>
    /// <param name="queues">Queues of the one mdev, 1..256.</param>
    /// <param name="vcpus">vCPUs; each works on one queue.</param>
    /// <param name="requests">Requests of each vCPU.</param>
    /// <returns>The engine.</returns>
    internal static RunEngine MakeEngine(int queues, int vcpus, int requests)
    {
        var adapters = (queues + QueuesPerAdapter - 1) / QueuesPerAdapter;
        var domains = queues / adapters;
        var topology = new Topology
        {
            Adapters = [.. Enumerable.Range(0, adapters)],
            Domains = [.. Enumerable.Range(0, domains)],
            Mdevs = [new MdevShape(Bits(adapters), Bits(domains))],
            Guests = [new GuestShape(0, -1)],
            PagesPerGuest = 1 + Math.Min(queues, vcpus),
        };
        var scenario = new Scenario(topology, [new GuestWorkload([.. Enumerable.Range(0, vcpus).Select(i => Actions(i % queues, requests))], LifeNs, false)]);
        return new(new RunSetup(new VfioAp2019V2(), Firmware(), scenario, [], AllOracles(), RunBudgets.Default));
    }

    /// <summary>Every oracle that there is, by id.</summary>
    /// <returns>New instances.</returns>
    internal static IReadOnlyList<Oracle> AllOracles() =>
    [
        .. typeof(NibStoreAfterUnpin).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(Oracle)) && !type.IsAbstract)
            .Select(type => (Oracle)Activator.CreateInstance(type)!)
            .OrderBy(oracle => oracle.Id, StringComparer.Ordinal),
    ];

    private static Scenario Scenario()
    {
        var topology = new Topology
        {
            Adapters = [5],
            Domains = [4, 5, 6, 7],
            Mdevs = [new MdevShape(1, (1UL << Queues) - 1)],
            Guests = [new GuestShape(0, -1)],
            PagesPerGuest = 1 + Queues,
        };
        return new Scenario(topology, [new GuestWorkload([.. Enumerable.Range(0, Queues).Select(queue => Actions(queue, RequestsPerVcpu))], LifeNs, false)]);
    }

    private static ulong Bits(int count) => ulong.MaxValue >> (64 - count);

    private static GuestAction[] Actions(int queue, int requests) =>
    [
        new GuestAction(GuestActionKind.EnableIrq, queue, [0], 0, ((queue + 1L) << 12) + NibOffset, queue),
        .. Enumerable.Repeat(new GuestAction(GuestActionKind.Request, queue, PauseNs, 1024), requests),
    ];

    private static FirmwareProfile Firmware()
    {
        var knobs = $$"""
            {
              "basedOn": "irq-off-at-end",
              "knobs": { "reset-duration": {{List(ResetNs)}}, "service-time": {{List(ServiceNs)}}, "aqic-latency": {{List(AqicLatencyNs)}} }
            }
            """;
        string[] bases = ["documented", "irq-off-at-end"];
        return FirmwareFile.Parse("scenario-s", knobs, bases.ToDictionary(id => id, ReadShipped));
    }

    private static string List(long[] durations) => $"[{string.Join(", ", durations.Select(ns => $"\"{VirtualTime.Format(ns)}\""))}]";

    private static string ReadShipped(string id)
    {
        using var stream = typeof(FirmwareFile).Assembly.GetManifestResourceStream($"Firmware/{id}.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
