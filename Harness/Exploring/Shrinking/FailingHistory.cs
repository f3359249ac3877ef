using ApChaos.Abstractions;
using ApChaos.Running;

namespace ApChaos.Exploring.Shrinking;

/// <summary>A fault of a plan, and where it came from.</summary>
/// <param name="Origin">Its position in the plan that the shrinking began with.</param>
/// <param name="Armed">The fault with its options.</param>
public sealed record FaultPart(int Origin, ArmedFault Armed);

/// <summary>What a run may be made of: scenario, faults and answers. The answers are a proposal: those that do not fit are plain.</summary>
public sealed record Draft
{
    /// <summary>Topology and workloads.</summary>
    public required Scenario Scenario { get; init; }

    /// <summary>The faults, in the order in which they are asked.</summary>
    public required IReadOnlyList<FaultPart> Faults { get; init; }

    /// <summary>For each guest its position in the scenario that the shrinking began with.</summary>
    public required IReadOnlyList<int> Guests { get; init; }

    /// <summary>The answers.</summary>
    public required IReadOnlyList<int> Choices { get; init; }

    /// <summary>Where each fault came from.</summary>
    internal IReadOnlyList<int> FaultOrigins => [.. Faults.Select(fault => fault.Origin)];
}

/// <summary>A run that fails: its draft with exactly the answers that were asked for, up to the violation.</summary>
/// <param name="Draft">What it is made of.</param>
/// <param name="Steps">Step of the violation.</param>
/// <param name="Hash">Hash of the trace after that step.</param>
/// <param name="Labels">What each answer decides.</param>
/// <param name="Domains">How many answers each question has.</param>
/// <param name="Slots">For each schedule choice the name of the slot that was chosen, see <see cref="RunEngine"/>; for others -1.</param>
/// <param name="At">For each answer the steps that were made before.</param>
public sealed record FailingHistory(
    Draft Draft, int Steps, ulong Hash, IReadOnlyList<ChoiceLabel> Labels, IReadOnlyList<int> Domains, IReadOnlyList<int> Slots, IReadOnlyList<int> At)
{
    /// <summary>How large it is.</summary>
    public HistorySize Size { get; } = HistorySize.Of(Draft, Steps);
}

/// <summary>
/// How large a history is. The order of the fields is the order of comparison: first what a reader has to know (faults, guests and their
/// actions), then how long it is, then how far it is from what goes without saying.
/// </summary>
/// <param name="Faults">Faults of the plan.</param>
/// <param name="Elements">Guests, vCPUs, guest actions, resets by VMMs, an unbind, and values that are left to chance.</param>
/// <param name="Steps">Steps up to the violation.</param>
/// <param name="Deviations">Answers that are not plain.</param>
/// <param name="Values">Sum of all values of the scenario and of the faults' options, in their units.</param>
/// <param name="Answers">Sum of the answers.</param>
public readonly record struct HistorySize(int Faults, int Elements, int Steps, int Deviations, long Values, long Answers) : IComparable<HistorySize>
{
    private const long NeverCosts = 24L * 3600 * VirtualTime.Second;

    /// <inheritdoc/>
    public int CompareTo(HistorySize other) =>
        (Faults, Elements, Steps, Deviations, Values, Answers).CompareTo((other.Faults, other.Elements, other.Steps, other.Deviations, other.Values, other.Answers));

    /// <summary>Measures a draft.</summary>
    /// <param name="draft">The draft, with the answers that were asked for.</param>
    /// <param name="steps">Steps up to the violation.</param>
    /// <returns>Its size.</returns>
    public static HistorySize Of(Draft draft, int steps)
    {
        var elements = draft.Scenario.UnbindQueue >= 0 ? 1 : 0;
        var values = 0L;
        foreach (var guest in draft.Scenario.Guests)
        {
            elements += 1 + guest.Vcpus.Count + (guest.ResetsDevice ? 1 : 0) + guest.LifeNs.Count - 1;
            values += guest.LifeNs.Sum(Cost);
            foreach (var action in guest.Vcpus.SelectMany(vcpu => vcpu))
            {
                elements += action.PauseNs.Count;
                values += action.PauseNs.Sum(Cost) + action.Length + action.Nib + action.Isc;
            }
        }

        foreach (var fault in draft.Faults)
        {
            elements += fault.Armed.Values.Sum(option => option.Count - 1) + (fault.Armed.Trigger.ChancePermille < 1000 ? 1 : 0);
            values += fault.Armed.Values.Sum(option => option.Sum(Cost));
        }

        return new HistorySize(draft.Faults.Count, elements, steps, draft.Choices.Count(answer => answer != 0), values, draft.Choices.Sum(answer => (long)answer));
    }

    private static long Cost(long value) => value == VirtualTime.Never ? NeverCosts : Math.Abs(value);
}
