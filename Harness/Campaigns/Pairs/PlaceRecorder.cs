using ApChaos.Abstractions;

namespace ApChaos.Campaigns;

/// <summary>
/// Notes the instructions of a run where triggers see them, and bends nothing. No fault of the catalogue: it is armed beside a plan's own
/// faults, in runs that nobody is shown.
/// </summary>
internal sealed class PlaceRecorder : Fault
{
    private readonly Dictionary<PairPlace, int> _counts = [];

    /// <inheritdoc/>
    public override string Id => "place-recorder";

    /// <inheritdoc/>
    public override string Summary => "notes instructions";

    /// <inheritdoc/>
    public override string Motivation => "sweeps over instructions";

    /// <inheritdoc/>
    public override IReadOnlyList<FaultOption> Options { get; } = [];

    /// <inheritdoc/>
    public override FaultTrigger DefaultTrigger { get; } = new(TriggerKind.Always);

    /// <inheritdoc/>
    public override FaultHooks Hooks => FaultHooks.Instruction;

    /// <summary>What all runs since the last <see cref="Forget"/> reached.</summary>
    internal SortedSet<PairPlace> Seen { get; } = [];

    /// <summary>Forgets what was seen.</summary>
    internal void Forget() => Seen.Clear();

    /// <inheritdoc/>
    public override void Fire(IFaultSite site)
    {
        _counts.Clear();
        site.Activate(VirtualTime.Never, 0);
    }

    /// <inheritdoc/>
    public override void OnInstruction(IFaultSite site, ref InstructionSite instruction)
    {
        var kind = new PairPlace(instruction.Queue, instruction.Op, instruction.Issuer, 0);
        _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        Seen.Add(kind with { Nth = _counts[kind] });
    }
}
