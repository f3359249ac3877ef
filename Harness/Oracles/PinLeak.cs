using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>A guest is gone and a page that its mdev pinned is still pinned.</summary>
/// <remarks>
/// <para>Meaning: the pin will never be given back, and the page never reused.</para>
/// <para>Judged when the machine is at rest, for guests whose VMM closed; not for guests that still run. Not judged while a driver
/// operation is open: what waits for a reset still holds its pin by right, and <c>operation-hang</c> speaks.</para>
/// <para>Rests on: ap-facts §7.7 and §8.3; bug-history O-PIN, #6, #28, S1, S4 and S12.</para>
/// </remarks>
public sealed class PinLeak : Oracle
{
    private Moment[] _pinned = [];
    private short[] _pinner = [];
    private int _openOperations;

    /// <inheritdoc/>
    public override string Id => "pin-leak";

    /// <inheritdoc/>
    public override string Summary => "a guest is gone and a page that its mdev pinned is still pinned";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Cleanup;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } =
        [EventKind.Pinned, EventKind.OperationEntered, EventKind.OperationExited, EventKind.AtRest];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size)
    {
        _pinned = new Moment[size.Pages];
        _pinner = new short[size.Pages];
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        Array.Clear(_pinned);
        _openOperations = 0;
    }

    /// <inheritdoc/>
    public override void Keep(StateImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        image.HaveHappened(_pinned);
        for (var page = 0; page < _pinned.Length; page++)
        {
            _pinner[page] = _pinned[page].Step == 0 ? (short)0 : _pinner[page];
            image.Value(ref _pinner[page]);
        }

        image.Value(ref _openOperations);
    }

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        switch (e.Kind)
        {
            case EventKind.Pinned:
                _pinned[e.A] = Moment.Of(e);
                _pinner[e.A] = e.Guest;
                break;

            case EventKind.OperationEntered:
                _openOperations++;
                break;

            case EventKind.OperationExited:
                _openOperations--;
                break;

            case EventKind.AtRest when _openOperations == 0:
                Judge(e, machine, findings);
                break;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Guest: who is gone; A: the first page; B: its pins; C: how many pages of the guest are still pinned.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names) =>
        $"{names.Guest(e.Guest)} is gone and {e.C} {(e.C == 1 ? "page of it is" : "pages of it are")} still pinned; "
        + $"the first is page 0x{e.A:x} ({e.B} {(e.B == 1 ? "pin" : "pins")}), last pinned {Earlier(e, causeStep, causeTimeNs)}";

    private void Judge(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        var shown = e;
        var cause = default(Moment);
        shown.Guest = -1;
        shown.C = 0;
        for (var page = 0; page < _pinned.Length; page++)
        {
            if (!IsLeaked(page, machine) || (shown.Guest >= 0 && shown.Guest != _pinner[page]))
            {
                continue;
            }

            if (shown.Guest < 0)
            {
                shown.Guest = _pinner[page];
                shown.A = page;
                shown.B = machine.PagePins(page);
                cause = _pinned[page];
            }

            shown.C++;
        }

        if (shown.Guest >= 0)
        {
            findings.Report(this, shown, cause.Step, cause.TimeNs);
        }
    }

    // Only pages that were pinned once are asked for: the numbers below the first page of guest memory are nobody's.
    private bool IsLeaked(int page, IMachineView machine) =>
        _pinned[page].Step != 0 && machine.PagePins(page) > 0 && machine.GuestClosed(_pinner[page]);
}
