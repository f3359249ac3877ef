using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>The adapter of a queue goes into checkstop: RC 04.</summary>
public sealed class Checkstop : AdapterLoss
{
    /// <inheritdoc/>
    public override string Id => "checkstop";

    /// <inheritdoc/>
    public override string Summary => "the adapter of the queue goes into checkstop, for a while or until the plan's end";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #28: an adapter checkstops under a guest; RC 04 leaked the interrupt resources";

    /// <inheritdoc/>
    protected override void Lose(IFaultSite site, int queue) => site.Checkstop(queue, on: true);

    /// <inheritdoc/>
    protected override void Restore(IFaultSite site, int queue) => site.Checkstop(queue, on: false);
}
