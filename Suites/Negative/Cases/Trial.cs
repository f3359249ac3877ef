using ApChaos.Exploring;
using ApChaos.Machine;

namespace ApChaos.Suites.Negative;

/// <summary>A driver on a machine with guests, run over a number of seeds with every oracle listening.</summary>
/// <param name="Title">What is special about it, as a sentence without a full stop.</param>
/// <param name="Driver">The driver; it keeps no state of its own between runs.</param>
/// <param name="Scenario">The guests and what they do.</param>
public sealed record Trial(string Title, Driver Driver, Scenario Scenario)
{
    /// <summary>The hardware.</summary>
    public FirmwareProfile Firmware { get; init; } = Hardware.Documented;

    /// <summary>What bends the hardware.</summary>
    public IReadOnlyList<ArmedFault> Faults { get; init; } = [];

    /// <summary>Bounds.</summary>
    public RunBudgets Budgets { get; init; } = RunBudgets.Default;

    /// <summary>How many runs, from seed 0.</summary>
    public int Runs { get; init; } = 200;

    /// <summary>Of a planted bug: a piece of what the oracle says first. The words are part of the case.</summary>
    public string Says { get; init; } = "";

    /// <summary>Of a planted bug: oracles that cannot but speak as well, because it breaks what they watch too.</summary>
    public IReadOnlyList<string> AlsoSpeaks { get; init; } = [];

    /// <summary>
    /// Of a look-alike: what brings it close to the bug; some run has to show it. Without it, silence would prove nothing.
    /// </summary>
    public Predicate<IReadOnlyList<MachineEvent>> ComesClose { get; init; } = _ => false;

    /// <summary>Makes the runs.</summary>
    /// <returns>What the oracles said.</returns>
    public Outcome Run()
    {
        Oracle[] oracles = AllOracles();
        var engine = new RunEngine(new RunSetup(Driver, Firmware, Scenario, Faults, oracles, Budgets));
        var outcome = new Outcome(Runs);
        var walk = new RandomWalk();
        var trace = new Trace();
        for (int run = 0; run < Runs; run++)
        {
            walk.Restart((ulong)run);
            engine.Run(walk, trace);
            foreach (Finding finding in engine.Findings)
                outcome.Note(oracles[finding.Oracle].Id, run, finding.Message ?? "");

            if (ComesClose(trace.Events))
                outcome.CloseRuns++;
        }

        return outcome;
    }

    private static Oracle[] AllOracles() =>
        [.. Family.Oracles.Select(type => (Oracle)Activator.CreateInstance(type)!)];
}
