using ApChaos.Abstractions;

namespace ApChaos.Exploring;

/// <summary>
/// Counts through all sequences of answers to the choices of one step: the last wheel that has another answer takes it, those behind it
/// begin anew.
/// </summary>
internal sealed class Odometer : ChoiceSource
{
    private int[] _values = new int[16];
    private int[] _counts = new int[16];
    private int _wheels;
    private int _position;

    /// <inheritdoc/>
    public override int Next(ChoiceLabel label, int count)
    {
        if (_position == _wheels)
        {
            if (_wheels == _values.Length)
            {
                Array.Resize(ref _values, _wheels * 2);
                Array.Resize(ref _counts, _wheels * 2);
            }

            _values[_wheels] = 0;
            _counts[_wheels++] = count;
        }
        else if (_counts[_position] != count)
        {
            throw new ExplorationException($"the same state and the same answers led to another question: {label} of {count}, not of {_counts[_position]}");
        }

        return _values[_position++];
    }

    /// <summary>Forgets everything: the next sequence is the first one.</summary>
    internal void Restart()
    {
        _wheels = 0;
        _position = 0;
    }

    /// <summary>Goes to the next sequence.</summary>
    /// <returns>Whether there is one.</returns>
    internal bool Turn()
    {
        _wheels = _position;
        _position = 0;
        while (_wheels > 0)
        {
            if (++_values[_wheels - 1] < _counts[_wheels - 1])
            {
                return true;
            }

            _wheels--;
        }

        return false;
    }
}
