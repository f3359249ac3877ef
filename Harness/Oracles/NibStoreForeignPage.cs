using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>The hardware stored to a NIB whose page belongs to somebody else than the guest that enabled the interruption.</summary>
/// <remarks>
/// <para>Meaning: the late store hit somebody: another guest, or the host kernel. The byte before and after is the damage.</para>
/// <para>Judged at every store to a NIB, by the owner of the page at that time. A page that went back to the host kernel is foreign too,
/// whether or not the host uses it. The guest that enabled is the one whose GISA is designated; where none is, the one that had the queue
/// when interruption went on.</para>
/// <para>Rests on: ap-facts §7.2 (the NIB is a byte of guest memory at a host absolute address) and §7.7; bug-history O-POKE.</para>
/// </remarks>
public sealed class NibStoreForeignPage : Oracle
{
    private Moment[] _given = [];
    private short[] _owners = [];

    /// <inheritdoc/>
    public override string Id => "nib-store-foreign-page";

    /// <inheritdoc/>
    public override string Summary => "the hardware stored to a notification indicator byte in a page that has a new owner";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.MemorySafety;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.PageGiven, EventKind.IrqOn, EventKind.NibStore];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size)
    {
        _given = new Moment[size.Pages];
        _owners = new short[size.Queues];
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        Array.Clear(_given);
        Array.Fill(_owners, (short)-1);
    }

    /// <inheritdoc/>
    public override void Keep(StateImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        image.Values<short>(_owners);
    }

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        switch (e.Kind)
        {
            case EventKind.PageGiven:
                _given[e.A] = Moment.Of(e);
                break;

            case EventKind.IrqOn:
                _owners[e.Queue] = (short)machine.QueueOwner(e.Queue);
                break;

            case EventKind.NibStore:
                Judge(e, machine, findings);
                break;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Queue: which; Guest: who enabled its interruption; A: the address; B and C: the byte before and after.</remarks>
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

    private void Judge(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        var page = (int)(e.A >> 12);
        var guest = e.Guest >= 0 ? e.Guest : _owners[e.Queue];
        if (guest >= 0 && machine.PageOwner(page) != guest)
        {
            var shown = e;
            shown.Guest = guest;
            findings.Report(this, shown, _given[page].Step, _given[page].TimeNs);
        }
    }
}
