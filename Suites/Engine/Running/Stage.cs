using ApChaos.Abstractions;
using ApChaos.Exploring;
using ApChaos.Machine;
using ApChaos.Running;
using ApChaos.Suites.Engine.Machine;

namespace ApChaos.Suites.Engine.Running;

/// <summary>
/// Runs of a driver on adapters 05 and 06 with domains 04 and 47. Each mdev has its VMM, an actor; guests do nothing unless a test says so.
/// Hardware as on the <see cref="Bench"/>: every duration is fixed, so that the schedule alone is left to choose.
/// </summary>
internal sealed class Stage
{
    public const long Ms = VirtualTime.Millisecond;

    public Stage(Driver driver, int mdevs = 1, string knobs = "", Scenario? scenario = null, RunBudgets? budgets = null, ArmedFault[]? faults = null)
        : this(driver, scenario ?? Empty(mdevs), Bench.Firmware(knobs), budgets, faults)
    {
    }

    public Stage(Driver driver, Scenario scenario, FirmwareProfile firmware, RunBudgets? budgets = null, ArmedFault[]? faults = null) =>
        Engine = new RunEngine(new RunSetup(driver, firmware, scenario, faults ?? [], [], budgets ?? RunBudgets.Default));

    public RunEngine Engine { get; }

    public Trace Trace { get; } = new();

    /// <summary>Guests that do nothing, one on each mdev; each mdev has one adapter and both domains.</summary>
    public static Scenario Empty(int mdevs) => new(
        new Topology
        {
            Adapters = [5, 6],
            Domains = [4, 71],
            Mdevs = [.. Enumerable.Range(0, mdevs).Select(mdev => new MdevShape(1UL << (mdev % 2), 0b11))],
            Guests = [.. Enumerable.Range(0, mdevs).Select(mdev => new GuestShape(mdev, -1))],
        },
        [.. Enumerable.Repeat(new GuestWorkload([], [0], ResetsDevice: false), mdevs)]);

    /// <summary>One guest on the first mdev with the given actions of its vCPUs.</summary>
    public static Scenario Guest(params GuestAction[][] vcpus)
    {
        Scenario empty = Empty(1);
        return empty with { Guests = [new GuestWorkload(vcpus, [100 * Ms], ResetsDevice: false)] };
    }

    /// <summary>One run, every choice answered plainly: the actor that ran goes on.</summary>
    public Stage Run() => Run(new RecordedChoices([]));

    public Stage Run(ChoiceSource source)
    {
        Engine.Run(source, Trace);
        return this;
    }

    public Stage Run(ulong seed)
    {
        var walk = new RandomWalk();
        walk.Restart(seed);
        return Run(walk);
    }

    /// <summary>One run for every sequence of choices there is, in order; <paramref name="after"/> looks at each.</summary>
    /// <param name="after">Looks at a run.</param>
    /// <param name="atNs">The instant whose choices are meant; null for all. Elsewhere the plain answer is given.</param>
    /// <param name="most">Bound of the runs.</param>
    /// <returns>How many runs there were.</returns>
    public int RunAll(Action<Stage> after, long? atNs = null, int most = 50_000)
    {
        var odometer = new Odometer(() => atNs is null || Engine.EndNs == atNs);
        int runs = 0;
        do
        {
            Run(odometer);
            after(this);
            if (++runs > most)
                throw new InvalidOperationException($"more than {most} sequences of choices");
        }
        while (odometer.Turn());
        return runs;
    }

    public IEnumerable<MachineEvent> Of(EventKind kind) => Trace.Events.Where(e => e.Kind == kind);

    /// <summary>The text of the first event of a kind, for instance of a crash.</summary>
    public string? TextOf(EventKind kind)
    {
        for (int i = 0; i < Trace.Events.Count; i++)
        {
            if (Trace.Events[i].Kind == kind)
                return Trace.Texts[i];
        }

        return null;
    }

    /// <summary>Counts through all sequences of choices: the last one that has another answer takes it, those behind it begin anew.</summary>
    private sealed class Odometer(Func<bool> isMeant) : ChoiceSource
    {
        private readonly List<(int Value, int Count)> wheels = [];
        private int position;

        public override int Next(ChoiceLabel label, int count)
        {
            if (!isMeant())
                return 0;
            if (position == wheels.Count)
                wheels.Add((0, count));
            if (wheels[position].Count != count)
                throw new InvalidOperationException($"the same choices led to another question: {label} of {count}, not of {wheels[position].Count}");
            return wheels[position++].Value;
        }

        public bool Turn()
        {
            wheels.RemoveRange(position, wheels.Count - position);
            position = 0;
            while (wheels.Count > 0)
            {
                var (value, count) = wheels[^1];
                if (value + 1 < count)
                {
                    wheels[^1] = (value + 1, count);
                    return true;
                }

                wheels.RemoveAt(wheels.Count - 1);
            }

            return false;
        }
    }
}
