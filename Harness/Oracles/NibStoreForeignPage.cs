using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>The hardware stored to a NIB whose page belongs to somebody else than the guest that enabled the interruption.</summary>
/// <remarks>
/// <para>Meaning: the late store hit somebody: another guest, or the host kernel. The byte before and after is the damage.</para>
/// <para>Judged at every store to a NIB, by the owner of the page at that time. A page that went back to the host kernel is foreign too,
/// whether or not the host uses it.</para>
/// <para>Rests on: ap-facts §7.2 (the NIB is a byte of guest memory at a host absolute address) and §7.7; bug-history O-POKE.</para>
/// </remarks>
public sealed class NibStoreForeignPage : Oracle
{
    private Moment[] _given = [];

    /// <inheritdoc/>
    public override string Id => "nib-store-foreign-page";

    /// <inheritdoc/>
    public override string Summary => "the hardware stored to a notification indicator byte in a page that has a new owner";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.MemorySafety;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.PageGiven, EventKind.NibStore];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size) => _given = new Moment[size.Pages];

    /// <inheritdoc/>
    public override void Reset() => Array.Clear(_given);

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        if (e.Kind == EventKind.PageGiven)
        {
            _given[e.A] = Moment.Of(e);
            return;
        }

        var page = (int)(e.A >> 12);
        if (machine.PageOwner(page) != e.Guest)
        {
            var cause = _given[page];
            findings.Report(this, e, cause.Step, cause.TimeNs);
        }
    }

    /// <inheritdoc/>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names)
    {
        var page = (int)(e.A >> 12);
        var owner = names.Guest(Math.Max(machine.PageOwner(page), -1));
        var pins = machine.PagePins(page);
        var cause = causeStep == 0
            ? $"it never was a page of {names.Guest(e.Guest)}"
            : $"it was a page of {names.Guest(e.Guest)} and got its new owner {Earlier(e, causeStep, causeTimeNs)}";
        return $"hardware stored to the NIB of {names.Queue(e.Queue)} at 0x{e.A:x8} (page 0x{page:x}, owner {owner}, "
            + $"{pins} {(pins == 1 ? "pin" : "pins")}): byte 0x{e.B:x2} became 0x{e.C:x2}; {cause}";
    }
}
