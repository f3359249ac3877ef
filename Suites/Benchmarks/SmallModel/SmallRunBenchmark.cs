namespace ApChaos.Suites.Benchmarks;

/// <summary>Random runs of the small model: sequential code, automaton and state machine, each against the C program. Goals 1 to 3.</summary>
internal static class SmallRunBenchmark
{
    internal static int Run(Options options)
    {
        using var folder = new ScratchFolder();
        var floor = new SmallProgram(folder.Path);
        var forms = SmallRunForms.All(options.Queues);
        var expected = floor.Run(options.Queues, 1, options.Runs);
        foreach (var form in forms)
        {
            if (!form.Measure(1, options.Runs).DidTheSameAs(expected))
            {
                Console.Error.WriteLine($"not the same work: {form.Name} and the C program differ for {options.Queues} queues, seeds 1..{options.Runs}");
                return 1;
            }

            Warm.Up(() => form.Measure(1, Math.Min(options.Runs, 20_000)));
        }

        foreach (var form in forms)
        {
            var pairs = new Pairs(GoalOf(form), $"{form.Name}, trace hash and oracle, against C -O2, per step", "ns");
            for (var round = 0; round < options.Rounds; round++)
            {
                pairs.Measure(round, () => form.Measure(1, options.Runs).NsPerStep, () => floor.Run(options.Queues, 1, options.Runs).NsPerStep);
            }

            pairs.Report(options, new { bytesPerRun = form.BytesPerRun, stepsPerRun = expected.Steps / (double)options.Runs, queues = options.Queues });
        }

        return 0;
    }

    private static string GoalOf(SmallRunForm form) => form.Name switch { SmallRunForms.Code => "1", SmallRunForms.Automaton => "2", _ => "-" };
}
