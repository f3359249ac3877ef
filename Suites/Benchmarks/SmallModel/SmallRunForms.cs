namespace ApChaos.Suites.Benchmarks;

/// <summary>One way of running the small model.</summary>
internal abstract class SmallRunForm(string name)
{
    internal string Name => name;

    /// <summary>Of the last measurement.</summary>
    internal double BytesPerRun { get; private set; }

    internal Measurement Measure(ulong firstSeed, int runs)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var began = CpuClock.ThreadNs();
        var (steps, hashes, violating) = Run(firstSeed, runs);
        var took = CpuClock.ThreadNs() - began;
        BytesPerRun = (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)runs;
        return new(steps, hashes, violating, took);
    }

    /// <summary>Runs from a seed on; steps, sum of the hashes, runs with a violation.</summary>
    protected abstract (long Steps, ulong Hashes, long Violating) Run(ulong firstSeed, int runs);
}

/// <summary>The forms of the small model's runs.</summary>
internal static class SmallRunForms
{
    internal const string Code = "sequential code";
    internal const string Automaton = "automaton";
    internal const string HandWritten = "state machine";

    /// <summary>Uniformly at random.</summary>
    internal static IReadOnlyList<SmallRunForm> All(int queues) => Make<UniformSlots>(queues);

    /// <summary>By priorities: PCT.</summary>
    internal static IReadOnlyList<SmallRunForm> AllByPriority(int queues) => Make<PrioritySlots>(queues);

    private static IReadOnlyList<SmallRunForm> Make<TPicker>(int queues)
        where TPicker : struct, ISlotPicker =>
    [
        new Form<CodeActors, TPicker>(Code, new CodeActors(new NaturalDrivers(queues, patient: false)), queues),
        new Form<NumberedActors<Automata.Actors>, TPicker>(Automaton, new(new Automata(new NaturalDrivers(queues, patient: false)).NewActors()), queues),
        new Form<NumberedActors<HandWrittenActors>, TPicker>(HandWritten, new(new HandWrittenActors(queues, patient: false)), queues),
    ];

    private sealed class Form<TActors, TPicker>(string name, TActors actors, int queues) : SmallRunForm(name)
        where TActors : struct, IRunningActors
        where TPicker : struct, ISlotPicker
    {
        private SmallRun<TActors, TPicker> _run = new(actors, queues);

        protected override (long Steps, ulong Hashes, long Violating) Run(ulong firstSeed, int runs)
        {
            var (steps, hashes, violating) = (_run.Steps, _run.Hashes, _run.Violating);
            for (var i = 0; i < runs; i++)
            {
                _run.Run(firstSeed + (ulong)i);
            }

            return (_run.Steps - steps, _run.Hashes - hashes, _run.Violating - violating);
        }
    }
}
