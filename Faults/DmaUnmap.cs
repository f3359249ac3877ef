using ApChaos.Abstractions;
using ApChaos.Faults.Families;

namespace ApChaos.Faults;

/// <summary>The VMM unmaps a range of guest memory: memory is unplugged while hardware may store into it.</summary>
public sealed class DmaUnmap : GuestEvent
{
    private const int Range = FirstOwn;

    /// <inheritdoc/>
    public override string Id => "dma-unmap";

    /// <inheritdoc/>
    public override string Summary => "the VMM takes a range of memory from its guest, with or without the NIB of a queue";

    /// <inheritdoc/>
    public override string Motivation => "bug-history #4: the first page of every unmapped range was unpinned, and interruption stayed on";

    /// <inheritdoc/>
    public override FaultTrigger DefaultTrigger { get; } = new(TriggerKind.AfterInstruction, Op.Aqic, Actor: ActorClass.Driver, Nth: 1);

    /// <inheritdoc/>
    protected override IReadOnlyList<FaultOption> Own { get; } =
    [
        new("range", FaultOptionKind.Word, 0, 0, 2, "the page of the queue's NIB, a range without it, or all memory", AllowsNever: false, "nib", "other", "all"),
    ];

    /// <inheritdoc/>
    protected override PassReason Happen(IFaultSite site, int queue) => site.UnmapMemory(queue, (UnmapRange)site.Value(Range));
}
