using ApChaos.Abstractions;

namespace ApChaos.Running;

/// <summary>Records everything that happens in a run; used when a history is replayed, never in the many runs of a campaign.</summary>
public sealed class Trace
{
    private readonly List<MachineEvent> _events = [];
    private readonly List<string?> _texts = [];
    private readonly List<ulong> _hashes = [];

    /// <summary>The events, in order.</summary>
    public IReadOnlyList<MachineEvent> Events => _events;

    /// <summary>For each event the text of a log line, or null.</summary>
    public IReadOnlyList<string?> Texts => _texts;

    /// <summary>Hash after each step; the first step has index 0.</summary>
    public IReadOnlyList<ulong> Hashes => _hashes;

    /// <summary>Where the machine's state after each step is noted, or null.</summary>
    public StateLog? States { get; init; }

    internal void Clear()
    {
        States?.Clear();
        _events.Clear();
        _texts.Clear();
        _hashes.Clear();
    }

    internal void Add(in MachineEvent e, string? text)
    {
        _events.Add(e);
        _texts.Add(text);
    }

    internal void EndStep(RunEngine engine)
    {
        _hashes.Add(engine.Hash);
        States?.Note(engine, this);
    }
}
