using ApChaos.Abstractions;

namespace ApChaos.Running;

/// <summary>The first violation that an oracle reported in a run.</summary>
public struct Finding
{
    /// <summary>Position of the oracle in the setup.</summary>
    public int Oracle;

    /// <summary>The event that shows it.</summary>
    public MachineEvent Event;

    /// <summary>Step at which its cause lies, or 0.</summary>
    public int CauseStep;

    /// <summary>Virtual time of the cause.</summary>
    public long CauseTimeNs;

    /// <summary>Hash of the trace up to and including the step.</summary>
    public ulong Hash;

    /// <summary>The oracle's words; only when the run was traced.</summary>
    public string? Message;
}
