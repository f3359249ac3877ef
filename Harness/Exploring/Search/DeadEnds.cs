namespace ApChaos.Exploring;

/// <summary>States from which a walk came back, by 112 bits of two fingerprints: with how many steps left to go.</summary>
internal sealed class DeadEnds
{
    private const ulong Steps = 0xFFFF;

    // Two words a slot: a fingerprint; most of the other one with the steps, which are never 0.
    private ulong[] _words = new ulong[2 * 1024];
    private int _count;

    /// <summary>Forgets all.</summary>
    internal void Clear()
    {
        Array.Clear(_words);
        _count = 0;
    }

    /// <summary>Notes a state.</summary>
    /// <param name="first">A fingerprint.</param>
    /// <param name="second">Another one.</param>
    /// <param name="toGo">Steps left to go from there, from 1. Beyond 65,535 nothing is noted.</param>
    /// <returns>Whether it was not noted before with as many.</returns>
    internal bool Add(ulong first, ulong second, int toGo)
    {
        var steps = (uint)toGo;
        if (steps > Steps)
        {
            return true;
        }

        if (4 * _count >= _words.Length)
        {
            Grow();
        }

        second &= ~Steps;
        var at = Place(first, second);
        var before = _words[at + 1] & Steps;
        if (before >= steps)
        {
            return false;
        }

        _count += before == 0 ? 1 : 0;
        _words[at] = first;
        _words[at + 1] = second | steps;
        return true;
    }

    /// <summary>Where a state is, or the empty slot for it.</summary>
    private int Place(ulong first, ulong second)
    {
        var mask = _words.Length - 2;
        var at = (int)(first << 1) & mask;
        while (_words[at + 1] != 0 && (_words[at] != first || (_words[at + 1] & ~Steps) != second))
        {
            at = (at + 2) & mask;
        }

        return at;
    }

    private void Grow()
    {
        var smaller = _words;
        _words = new ulong[2 * smaller.Length];
        for (var i = 0; i < smaller.Length; i += 2)
        {
            if (smaller[i + 1] != 0)
            {
                var at = Place(smaller[i], smaller[i + 1] & ~Steps);
                (_words[at], _words[at + 1]) = (smaller[i], smaller[i + 1]);
            }
        }
    }
}
