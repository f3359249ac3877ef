namespace ApChaos.Abstractions;

/// <summary>What a choice decides.</summary>
public enum ChoiceLabel : byte
{
    /// <summary>Which of the ready actors and due hardware events is next; 0 lets the last actor go on.</summary>
    Schedule,

    /// <summary>How long a reset takes.</summary>
    ResetDuration,

    /// <summary>When a reset switches interruption off, where the profile leaves it open.</summary>
    IrqOffPoint,

    /// <summary>Whether and when a request completes although a reset or a deconfiguration is under way.</summary>
    ReplyDuringReset,

    /// <summary>How long a request takes.</summary>
    ServiceTime,

    /// <summary>How long an AQIC takes to become real.</summary>
    AqicLatency,

    /// <summary>Whether and when a store lands although interruption is off.</summary>
    PokeWindow,

    /// <summary>How long a deconfigured adapter drains.</summary>
    DrainTime,

    /// <summary>Whether an instruction is answered BUSY.</summary>
    Busy,

    /// <summary>Whether a trigger's match counts.</summary>
    TriggerChance,

    /// <summary>Which of several values of a fault's option holds.</summary>
    FaultValue,

    /// <summary>How long a guest pauses before its next action.</summary>
    GuestPause,

    /// <summary>How long a guest runs before its VMM ends it.</summary>
    GuestLife,

    /// <summary>Which file descriptor of a killed VMM is closed first: 0 the vfio device, 1 KVM.</summary>
    FileOrder,

    /// <summary>Whether a fault of a swarm takes part in the run.</summary>
    FaultArmed,
}

/// <summary>Where the answers of a run come from: chance, a replay file, a search. A plug point of the exploration.</summary>
public abstract class ChoiceSource
{
    /// <summary>Answers one choice.</summary>
    /// <param name="label">What is decided.</param>
    /// <param name="count">Size of the domain, at least 2.</param>
    /// <returns>A number from 0 to <paramref name="count"/> - 1; 0 is the plainest answer.</returns>
    public abstract int Next(ChoiceLabel label, int count);

    /// <summary>Answers a choice between no (0) and yes (1) that has a chance.</summary>
    /// <param name="label">What is decided.</param>
    /// <param name="permille">Chance of yes, in thousandths, 1..999.</param>
    /// <returns>0 or 1.</returns>
    public virtual int NextChance(ChoiceLabel label, int permille) => Next(label, 2);

    /// <summary>A run begins. A source that wants to know who is ready keeps the view; the others pay nothing for it.</summary>
    /// <param name="ready">Who is ready, while a choice of <see cref="ChoiceLabel.Schedule"/> is answered.</param>
    public virtual void Attach(IReadySlots ready)
    {
    }
}

/// <summary>
/// The one choice sequence of a run. Every open question (schedule, durations, faults, guests) is one call; the answers are recorded,
/// and the record is the replay.
/// </summary>
public sealed class Choices
{
    private ChoiceSource _source;
    private int[] _values = new int[256];
    private int[] _counts = new int[256];
    private ChoiceLabel[] _labels = new ChoiceLabel[256];

    /// <summary>Makes a sequence.</summary>
    /// <param name="source">Where the answers come from.</param>
    public Choices(ChoiceSource source) => _source = source;

    /// <summary>How many choices were made.</summary>
    public int Count { get; private set; }

    /// <summary>The answers so far.</summary>
    public ReadOnlySpan<int> Values => _values.AsSpan(0, Count);

    /// <summary>The sizes of the domains so far.</summary>
    public ReadOnlySpan<int> Domains => _counts.AsSpan(0, Count);

    /// <summary>What was decided so far.</summary>
    public ReadOnlySpan<ChoiceLabel> Labels => _labels.AsSpan(0, Count);

    /// <summary>Forgets the record and takes the next answers from a source.</summary>
    /// <param name="source">Where the answers come from.</param>
    public void Restart(ChoiceSource source)
    {
        _source = source;
        Count = 0;
    }

    /// <summary>Makes one choice. A domain of one needs no choice and leaves no record.</summary>
    /// <param name="label">What is decided.</param>
    /// <param name="count">Size of the domain, at least 1.</param>
    /// <returns>A number from 0 to <paramref name="count"/> - 1.</returns>
    public int Next(ChoiceLabel label, int count)
    {
        if (count <= 1)
        {
            return 0;
        }

        var value = _source.Next(label, count);
        Record(label, count, value);
        return value;
    }

    /// <summary>Makes one choice between no and yes.</summary>
    /// <param name="label">What is decided.</param>
    /// <param name="permille">Chance of yes, in thousandths; at most 0 is no and at least 1000 is yes, without a choice.</param>
    /// <returns>Whether the answer is yes.</returns>
    public bool Chance(ChoiceLabel label, int permille)
    {
        if (permille is <= 0 or >= 1000)
        {
            return permille >= 1000;
        }

        var value = _source.NextChance(label, permille);
        Record(label, 2, value);
        return value != 0;
    }

    private void Record(ChoiceLabel label, int count, int value)
    {
        if ((uint)value >= (uint)count)
        {
            throw new InvalidOperationException($"A choice of {count} for {label} was answered with {value}.");
        }

        var index = Count;
        if (index == _values.Length)
        {
            Array.Resize(ref _values, index * 2);
            Array.Resize(ref _counts, index * 2);
            Array.Resize(ref _labels, index * 2);
        }

        _values[index] = value;
        _counts[index] = count;
        _labels[index] = label;
        Count = index + 1;
    }
}
