using ApChaos.Abstractions;
using ApChaos.Drivers;
using ApChaos.Exploring;
using ApChaos.Faults;
using ApChaos.Machine;
using ApChaos.Oracles;
using ApChaos.Running;

namespace ApChaos.Suites.Engine.Histories;

/// <summary>Runs whose histories are told.</summary>
internal static class HistoryRuns
{
    private const long Ms = VirtualTime.Millisecond;

    /// <summary>The thread's scenario 2: the patch of 2019 frees 40 ms after ZAPQ, and the reset takes 200 ms.</summary>
    internal static RunEngine LateStore(Trace trace)
    {
        RunEngine engine = MakeEngine(new VfioAp2019V2(), new SlowReset(), "irq-off-at-end");
        engine.StopAtOracle = engine.Setup.Oracles.Select((oracle, index) => (oracle, index)).Single(pair => pair.oracle is NibStoreAfterUnpin).index;
        engine.Run(new ReplyInTheMiddle(), trace);
        return engine;
    }

    internal static RunEngine MakeEngine(Driver driver, Fault fault, string firmware)
    {
        var topology = new Topology
        {
            Adapters = [5],
            Domains = [4, 71],
            Mdevs = [new MdevShape(1, 3)],
            Guests = [new GuestShape(0, -1), new GuestShape(0, 0)],
        };
        var workload = new GuestWorkload(
            [[
                new(GuestActionKind.EnableIrq, 0, [0], 0, 0x1241, 3),
                new(GuestActionKind.Post, 0, [0, Ms], 100),
                new(GuestActionKind.Request, 0, [0, Ms], 100),
            ]],
            [Ms, 20 * Ms],
            ResetsDevice: false);
        IReadOnlyList<Oracle> oracles =
        [
            .. typeof(NibStoreAfterUnpin).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Oracle)) && !type.IsAbstract)
                .Select(type => (Oracle)Activator.CreateInstance(type)!).OrderBy(oracle => oracle.Id, StringComparer.Ordinal),
        ];
        var armed = new ArmedFault(fault, fault.DefaultTrigger, [.. fault.Options.Select(option => (IReadOnlyList<long>)[option.Default])]);
        FirmwareProfile profile = FirmwareFile.LoadShipped().Single(profile => profile.Id == firmware);
        return new RunEngine(new RunSetup(driver, profile, new Scenario(topology, [workload, workload]), [armed], oracles, RunBudgets.Default));
    }

    /// <summary>The plainest schedule; requests take 30 ms, and one completes half-way through a reset.</summary>
    private sealed class ReplyInTheMiddle : ChoiceSource
    {
        public override int Next(ChoiceLabel label, int count) => label switch
        {
            ChoiceLabel.ServiceTime => count - 1,
            ChoiceLabel.ReplyDuringReset => 2,
            _ => 0,
        };
    }
}
