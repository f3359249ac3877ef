using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>The hardware stored to a NIB whose page nobody pins any more.</summary>
/// <remarks>
/// <para>Meaning: the driver gave the page back while the queue's interruption was not really off. The kernel may have given the page
/// to anybody, so the store corrupts memory: the worry of the thread ("the machine does not poke freed memory").</para>
/// <para>Judged at every store to a NIB. A page that the hardware's guest, or any other, pins again at that time is not reported here;
/// see <c>nib-store-foreign-page</c>.</para>
/// <para>Rests on: ap-facts §6 point 4 (resources go back only after I=0 was seen or the reset was verified) and §7.7 (lifetime of the
/// pin); bug-history O-POKE, #1b, #5 and part E 1.</para>
/// </remarks>
public sealed class NibStoreAfterUnpin : Oracle
{
    private Moment[] _unpinned = [];

    /// <inheritdoc/>
    public override string Id => "nib-store-after-unpin";

    /// <inheritdoc/>
    public override string Summary => "the hardware stored to a notification indicator byte whose page is not pinned any more";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.MemorySafety;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.Unpinned, EventKind.NibStore];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size) => _unpinned = new Moment[size.Pages];

    /// <inheritdoc/>
    public override void Reset() => Array.Clear(_unpinned);

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        if (e.Kind == EventKind.Unpinned)
        {
            _unpinned[e.A] = Moment.Of(e);
            return;
        }

        var page = (int)(e.A >> 12);
        if (machine.PagePins(page) == 0)
        {
            var cause = _unpinned[page];
            findings.Report(this, e, cause.Step, cause.TimeNs);
        }
    }

    /// <inheritdoc/>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names)
    {
        var page = (int)(e.A >> 12);
        var owner = names.Guest(Math.Max(machine.PageOwner(page), -1));
        var cause = causeStep == 0 ? "never pinned" : $"unpinned {Earlier(e, causeStep, causeTimeNs)}";
        return $"hardware stored to the NIB of {names.Queue(e.Queue)} at 0x{e.A:x8} (page 0x{page:x}, owner {owner}, 0 pins): "
            + $"byte 0x{e.B:x2} became 0x{e.C:x2}; {cause}";
    }
}
