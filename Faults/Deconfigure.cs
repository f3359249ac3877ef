using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>The adapter of a queue is taken out of service by the machine's operator (SCLP): RC 03.</summary>
public sealed class Deconfigure : AdapterLoss
{
    /// <inheritdoc/>
    public override string Id => "deconfigure";

    /// <inheritdoc/>
    public override string Summary => "the adapter of the queue is deconfigured, for a while or until the plan's end";

    /// <inheritdoc/>
    public override string Motivation => "thread, scenario 3: ZAPQ is answered DECONFIGURED and the driver gives up right away; bug-history #15, #18, S5";

    /// <inheritdoc/>
    protected override void Lose(IFaultSite site, int queue) => site.Deconfigure(queue);

    /// <inheritdoc/>
    protected override void Restore(IFaultSite site, int queue) => site.Configure(queue);
}
