namespace ApChaos.Abstractions;

/// <summary>When something happened in a run: what an oracle remembers of a possible cause. The default value means never.</summary>
/// <param name="Step">Step of the run, from 1; 0 means never.</param>
/// <param name="TimeNs">Virtual nanoseconds since the start of the run.</param>
public readonly record struct Moment(int Step, long TimeNs)
{
    /// <summary>The moment of an event.</summary>
    /// <param name="e">The event.</param>
    /// <returns>Its step and its virtual time.</returns>
    public static Moment Of(in MachineEvent e) => new(e.Step, e.TimeNs);
}
