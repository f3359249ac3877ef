using ApChaos.Abstractions;
using ApChaos.Drivers;
using ApChaos.Exploring;
using ApChaos.Machine;
using ApChaos.Running;

namespace ApChaos.Suites.Benchmarks;

/// <summary>
/// Exploration of the full machine (all oracles, two guests) against the search of the small model, per transition; how it grows with
/// queues and actors; how often code runs; what a second worker brings. Goals 9, 10 and 12.
/// </summary>
internal static class ExploreBenchmark
{
    private const int CodeRunsFactor = 100;

    internal static int Run(Options options)
    {
        for (var queues = 1; queues <= options.Queues; queues++)
        {
            AgainstSmall(options, queues);
        }

        foreach (var queues in new[] { 2, 4, 8 })
        {
            Growth(options, $"explore with {queues} queues (1 vCPU) against 1 queue, per transition", new Subject(1, 1, options.Runs), new Subject(queues, 1, options.Runs));
        }

        foreach (var vcpus in new[] { 2, 4, 8 })
        {
            Growth(options, $"explore with {vcpus} vCPUs (1 queue) against 1 vCPU, per transition", new Subject(1, 1, options.Runs), new Subject(1, vcpus, options.Runs));
        }

        CodeRuns(options);
        return 0;
    }

    /// <summary>What a second worker brings.</summary>
    internal static int RunWorkers(Options options)
    {
        var (one, two) = (new Subject(options.Queues, 3, options.Runs), new Subject(options.Queues, 3, options.Runs, workers: 2));
        Warm.Up(() => two.Explore());
        var pairs = new WorkerPairs("explore one cell", "full machine", "ms wall");
        for (var round = 0; round < options.Rounds; round++)
        {
            pairs.Measure(round, () => WallClock.Ms(() => two.Explore()), () => WallClock.Ms(() => one.Explore()), () => WallClock.HalfMsOfTwo(() => one.Explore()));
        }

        pairs.Report(options, two.Details);
        return 0;
    }

    private static void AgainstSmall(Options options, int queues)
    {
        var full = new Subject(queues, queues, options.Runs);
        var search = new SearchOptions();
        long Small() => SmallSearch.Natural(queues, false, search, out _).Transitions;
        Warm.Up(() => Small());
        Warm.Up(() => full.Explore());
        var times = Math.Max(1, options.Runs / (int)Math.Max(1, Small()));
        var pairs = new Pairs("12", $"explore the full machine against search the small model, {queues} queues, per transition", "ns/transition");
        for (var round = 0; round < options.Rounds; round++)
        {
            pairs.Measure(round, full.NsPerTransition, () => NsPer(() => Enumerable.Range(0, times).Sum(_ => Small())));
        }

        pairs.Report(options, full.Details);
    }

    /// <summary>Ours is the larger one: how many times a transition of the smaller one it costs is the inverse of the ratio.</summary>
    private static void Growth(Options options, string what, Subject small, Subject large)
    {
        Warm.Up(() => small.Explore());
        Warm.Up(() => large.Explore());
        var pairs = new Pairs("12", what, "ns/transition");
        for (var round = 0; round < options.Rounds; round++)
        {
            pairs.Measure(round, large.NsPerTransition, small.NsPerTransition);
        }

        pairs.Report(options, large.Details);
    }

    private static void CodeRuns(Options options)
    {
        var result = new Subject(4, 3, options.Runs * CodeRunsFactor).Explore();
        var pairs = new Pairs("9", "code runs per ten million transitions of the full machine (4 queues, 2 guests), audit on, against 1,000", "runs");
        pairs.Add(result.Executions * Math.Min(1, 1e7 / result.Transitions), 1_000);
        pairs.Report(options, new { result.Executions, result.Audits, result.Transitions, result.LocalStates });
    }

    private static double NsPer(Func<long> work)
    {
        var began = CpuClock.ThreadNs();
        var count = work();
        return (CpuClock.ThreadNs() - began) / (double)count;
    }

    /// <summary>A model of some size, as far as a bound of states: a guest and its successor on one mdev, vCPUs that post requests to its queues.</summary>
    private sealed class Subject(int queues, int vcpus, int states, int workers = 1)
    {
        private const long Ms = VirtualTime.Millisecond;

        private ExplorationResult? _last;

        internal object Details => new
        {
            _last!.States,
            _last.Transitions,
            _last.Complete,
            _last.Depth,
            bytesPerState = _last.Memory / _last.States,
            _last.Executions,
        };

        internal double NsPerTransition() => NsPer(() => Explore().Transitions);

        internal ExplorationResult Explore() => _last = new Exploration(Make, new ExplorationOptions
        {
            Bounds = ExplorationBounds.Default with { States = states },
            Workers = workers,
        }).Run(CancellationToken.None);

        private RunEngine Make() => new(new RunSetup(
            new VfioAp66(), FirmwareFile.LoadShipped().Single(profile => profile.Id == "irq-off-at-end"), Scenario(), [], Oracles(), RunBudgets.Default));

        private Scenario Scenario() => new(
            new Topology
            {
                Adapters = [5],
                Domains = [.. Enumerable.Range(4, queues)],
                Mdevs = [new MdevShape(1, (1UL << queues) - 1)],
                Guests = [new GuestShape(0, -1), new GuestShape(0, 0)],
                PagesPerGuest = 2,
            },
            [new GuestWorkload([.. Enumerable.Range(0, vcpus).Select(Actions)], [Ms, 5 * Ms], ResetsDevice: false), new GuestWorkload([Actions(0)], [Ms], ResetsDevice: false)]);

        private GuestAction[] Actions(int vcpu) =>
        [
            new GuestAction(GuestActionKind.EnableIrq, vcpu % queues, [0, Ms], Nib: 0x1240 + vcpu, Isc: 3),
            new GuestAction(GuestActionKind.Post, vcpu % queues, [0, Ms], 64),
            new GuestAction(GuestActionKind.Poll, (vcpu + 1) % queues, [0, Ms]),
        ];

        private static Oracle[] Oracles() =>
        [
            .. typeof(ApChaos.Oracles.PinLeak).Assembly.GetExportedTypes()
                .Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(Oracle)))
                .OrderBy(type => type.Name, StringComparer.Ordinal)
                .Select(type => (Oracle)Activator.CreateInstance(type)!),
        ];
    }
}
