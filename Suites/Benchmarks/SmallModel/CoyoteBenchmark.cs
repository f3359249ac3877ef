namespace ApChaos.Suites.Benchmarks;

/// <summary>Random runs of the small model against Microsoft Coyote. Goal 4.</summary>
internal static class CoyoteBenchmark
{
    private const int ExecutionsOfCoyote = 1_000;

    internal static int Run(Options options)
    {
        using var folder = new ScratchFolder();
        var coyote = new CoyotePeer(folder.Path);
        Pairs[] random =
        [
            new("4", "executions of sequential code at random against Coyote 1.7.11", "ns/execution"),
            new("4", "scheduling steps of sequential code at random against Coyote 1.7.11", "ns/step"),
            new("4", "executions of the automaton at random against Coyote 1.7.11", "ns/execution"),
        ];
        var (uniform, byPriority) = (Measured(options, SmallRunForms.All), Measured(options, SmallRunForms.AllByPriority));
        var pct = new Pairs("4", "mean time to the bug, PCT 3, sequential code, against Coyote 1.7.11 with prioritization 3", "ns/bug");
        var pctByAutomaton = new Pairs("4", "mean time to the bug, PCT 3, automaton, against Coyote 1.7.11 with prioritization 3", "ns/bug");
        var executions = new Pairs("-", "mean executions to the bug, PCT 3, against Coyote 1.7.11 with prioritization 3", "executions");
        for (var round = 0; round < options.Rounds; round++)
        {
            var other = coyote.Run("random", options.Queues, ExecutionsOfCoyote, round + 1);
            var (ours, automaton) = (uniform[0].Measure(1, options.Runs), uniform[1].Measure(1, options.Runs));
            random[0].Add(ours.CpuNs / (double)options.Runs, other.Ns / (double)other.Executions);
            random[1].Add(ours.NsPerStep, other.Ns / (double)other.Steps);
            random[2].Add(automaton.CpuNs / (double)options.Runs, other.Ns / (double)other.Executions);

            (ours, automaton) = (byPriority[0].Measure(1, options.Runs), byPriority[1].Measure(1, options.Runs));
            other = coyote.Run("pct", options.Queues, ExecutionsOfCoyote, round + 1);
            pct.Add(ours.CpuNs / (double)ours.Violations, other.Ns / (double)Math.Max(1, other.Violating));
            pctByAutomaton.Add(automaton.CpuNs / (double)automaton.Violations, other.Ns / (double)Math.Max(1, other.Violating));
            executions.Add(options.Runs / (double)ours.Violations, other.Executions / (double)Math.Max(1, other.Violating));
        }

        var details = new { queues = options.Queues, runs = options.Runs, executionsOfCoyote = ExecutionsOfCoyote };
        Array.ForEach(random, pairs => pairs.Report(options, details));
        pct.Report(options, details);
        pctByAutomaton.Report(options, details);
        executions.Report(options, details);
        return 0;
    }

    private static IReadOnlyList<SmallRunForm> Measured(Options options, Func<int, IReadOnlyList<SmallRunForm>> forms)
    {
        var all = forms(options.Queues);
        foreach (var form in all)
            Warm.Up(() => form.Measure(1, Math.Min(options.Runs, 50_000)));

        return all;
    }
}
