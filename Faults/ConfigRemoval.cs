using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>The adapter of a queue leaves the configuration of this partition: RC 01, and QCI does not show it.</summary>
public sealed class ConfigRemoval : AdapterLoss
{
    /// <inheritdoc/>
    public override string Id => "config-removal";

    /// <inheritdoc/>
    public override string Summary => "the adapter of the queue leaves the partition's configuration, for a while or until the plan's end";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #29, #36: ZAPQ on a queue that left the configuration is answered RC 01; a warning, and a leak";

    /// <inheritdoc/>
    protected override void Lose(IFaultSite site, int queue) => site.RemoveFromConfiguration(queue);

    /// <inheritdoc/>
    protected override void Restore(IFaultSite site, int queue) => site.AddToConfiguration(queue);
}
