using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>Answers from a record: a replay. Beyond its end, and where the record does not fit, the plainest answer (0).</summary>
public sealed class RecordedChoices : ChoiceSource
{
    private readonly IReadOnlyList<int> _values;
    private int _next;

    /// <summary>Takes a record.</summary>
    /// <param name="values">The answers.</param>
    public RecordedChoices(IReadOnlyList<int> values) => _values = values;

    /// <summary>Position of the first answer that did not fit its question, or -1: the record is of other code.</summary>
    public int MisfitAt { get; private set; } = -1;

    /// <summary>Whether every answer was asked for.</summary>
    public bool UsedUp => _next >= _values.Count;

    /// <inheritdoc/>
    public override int Next(ChoiceLabel label, int count)
    {
        var index = _next++;
        if (index < _values.Count && (uint)_values[index] < (uint)count)
        {
            return _values[index];
        }

        if (MisfitAt < 0)
        {
            MisfitAt = index;
        }

        return 0;
    }
}
