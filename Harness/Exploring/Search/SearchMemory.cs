namespace ApChaos.Exploring;

/// <summary>
/// What a search needs, as a function of how many states it has: computed, not measured, so that a bound of memory cuts at the same state on
/// every machine and with any number of workers.
/// </summary>
internal sealed class SearchMemory(int slotBytes, int stateBytes, bool keepsStates)
{
    /// <summary>Bytes in use after the last level.</summary>
    internal long Now { get; private set; }

    /// <summary>Most bytes so far.</summary>
    internal long Peak { get; private set; }

    /// <summary>How many states a table takes before it doubles.</summary>
    internal static long Capacity(long slots) => slots / 4 * 3;

    internal void Note(long states, long level, long levelBefore)
    {
        Now = Bytes(states, level + levelBefore);
        Peak = Math.Max(Peak, Now);
    }

    /// <summary>Most states that fit, when the level before the new ones has this many.</summary>
    internal long StatesWithin(long bytes, long states, long level)
    {
        if (bytes == long.MaxValue)
        {
            return long.MaxValue;
        }

        var (fits, tooMany) = (states, SearchOptions.StatesLimit + 1);
        while (tooMany - fits > 1)
        {
            var middle = fits + ((tooMany - fits) / 2);
            (fits, tooMany) = Bytes(middle, level + middle - states) <= bytes ? (middle, tooMany) : (fits, middle);
        }

        return fits;
    }

    /// <summary>The table with the half-sized one that it grew from, the states (all of them, or those of two levels), and how each was reached.</summary>
    private long Bytes(long states, long waiting)
    {
        long slots = 4096;
        while (Capacity(slots) < states + 1024)
        {
            slots *= 2;
        }

        return (slots * slotBytes * 3 / 2) + ((keepsStates ? states : waiting) * stateBytes) + (states * Ancestry.BytesPerState);
    }
}
