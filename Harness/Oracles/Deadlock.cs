using System.Text;
using ApChaos.Abstractions;

namespace ApChaos.Oracles;

/// <summary>Nobody can run and no time can pass.</summary>
/// <remarks>
/// <para>Meaning: actors wait for each other, or for something that nobody will do.</para>
/// <para>Judged by the engine, when no actor can take a step and no timer is armed. The cause is the last wait for a lock that still
/// lasts: the one that closed the circle.</para>
/// <para>Rests on: ap-facts §10; bug-history O-LOCK and #48.</para>
/// </remarks>
public sealed class Deadlock : Oracle
{
    private MachineEvent[] _waits = [];

    /// <inheritdoc/>
    public override string Id => "deadlock";

    /// <inheritdoc/>
    public override string Summary => "actors wait for each other for ever";

    /// <inheritdoc/>
    public override OracleGroup Group => OracleGroup.Liveness;

    /// <inheritdoc/>
    public override IReadOnlyList<EventKind> Subscriptions { get; } = [EventKind.LockWaited, EventKind.LockTaken, EventKind.Deadlocked];

    /// <inheritdoc/>
    public override void Prepare(in MachineSize size) => _waits = new MachineEvent[size.Actors];

    /// <inheritdoc/>
    public override void Reset() => Array.Clear(_waits);

    /// <inheritdoc/>
    /// <remarks>What it remembers is for its words alone: the engine judges.</remarks>
    public override void Keep(StateImage image)
    {
    }

    /// <inheritdoc/>
    public override void On(in MachineEvent e, IMachineView machine, IFindings findings)
    {
        switch (e.Kind)
        {
            case EventKind.LockWaited:
                _waits[e.Actor] = e;
                break;

            case EventKind.LockTaken:
                _waits[e.Actor].Step = 0;
                break;

            case EventKind.Deadlocked:
                Judge(e, findings);
                break;
        }
    }

    /// <inheritdoc/>
    /// <remarks>A: how many actors wait; who waits for which lock is what the oracle remembers.</remarks>
    public override string Describe(in MachineEvent e, int causeStep, long causeTimeNs, IMachineView machine, INames names)
    {
        var text = new StringBuilder($"nobody can run and no time can pass: {e.A} {(e.A == 1 ? "actor waits" : "actors wait")}");
        for (var actor = 0; actor < _waits.Length; actor++)
        {
            ref readonly var wait = ref _waits[actor];
            if (wait.Step != 0)
            {
                var holder = wait.B < 0 ? "" : $", held by {names.Actor((int)wait.B)}";
                text.Append($"; {names.Actor(actor)} for {names.Lock((int)wait.A)}{holder}, since step {wait.Step}");
            }
        }

        return text.ToString();
    }

    private void Judge(in MachineEvent e, IFindings findings)
    {
        var cause = default(Moment);
        foreach (ref readonly var wait in _waits.AsSpan())
        {
            if (wait.Step > cause.Step)
            {
                cause = Moment.Of(wait);
            }
        }

        findings.Report(this, e, cause.Step, cause.TimeNs);
    }
}
