using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Exploring;

/// <summary>One choice of a path; a schedule choice names the slot, because its number depends on who ran before.</summary>
/// <param name="Label">What is decided.</param>
/// <param name="Value">The answer; for a schedule choice the slot.</param>
internal readonly record struct SlotChoice(ChoiceLabel Label, int Value);

/// <summary>Takes the ordinary engine along a path of exploration.</summary>
internal sealed class PathChoices(RunEngine engine, IReadOnlyList<SlotChoice> path) : ChoiceSource
{
    private int _next;

    /// <summary>Goes the way to a finding in an engine that knows nothing of exploration (design law 9).</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="oracle">Position of the oracle.</param>
    /// <param name="steps">How many steps it takes.</param>
    /// <param name="path">The way.</param>
    /// <returns>The history, with choices as the ordinary engine asks for them.</returns>
    /// <exception cref="ExplorationException">Real code does not show it.</exception>
    internal static ShortestHistory Confirm(RunEngine engine, int oracle, int steps, IReadOnlyList<SlotChoice> path)
    {
        engine.StopAtOracle = oracle;
        engine.Run(new PathChoices(engine, path));
        var spoke = false;
        foreach (ref readonly var finding in engine.Findings)
        {
            spoke |= finding.Oracle == oracle;
        }

        return spoke && engine.Steps == steps
            ? new ShortestHistory(oracle, steps, engine.Choices.Values.ToArray())
            : throw new ExplorationException(
                $"exploration found {engine.Setup.Oracles[oracle].Id} after {steps} steps, and real code {(spoke ? $"after {engine.Steps}" : "does not show it")}");
    }

    /// <inheritdoc/>
    public override int Next(ChoiceLabel label, int count)
    {
        if (_next == path.Count)
        {
            return 0;
        }

        var choice = path[_next++];
        if (choice.Label != label)
        {
            throw new ExplorationException($"real code asked for {label} where exploration had {choice.Label}");
        }

        return label == ChoiceLabel.Schedule ? engine.ScheduleAnswerFor(choice.Value) : choice.Value;
    }
}
