using System.Numerics;

namespace ApChaos.Exploring;

/// <summary>What a search for minimal sets found.</summary>
/// <param name="Sets">The minimal sets that are enough, smallest first; a bit for each element.</param>
/// <param name="Needed">Sets of which at least one element has to be there: what is enough meets each of them.</param>
/// <param name="Questions">How many different sets were asked about.</param>
/// <param name="IsComplete">Whether these are all of them; otherwise it was stopped by its bound.</param>
public sealed record MinimalSetsFound(IReadOnlyList<ulong> Sets, IReadOnlyList<ulong> Needed, int Questions, bool IsComplete);

/// <summary>
/// All minimal sets that are enough, where more is never worse: by dualization, as in MARCO. The minimal hitting sets of what is known to be
/// needed are asked about; one that is not enough grows to a largest one that is not, and what that leaves out is needed as well. When all
/// of them are enough, they are all there is.
/// </summary>
/// <param name="count">How many elements there are, at most 63.</param>
/// <param name="isEnough">The question; more elements must never be worse.</param>
/// <param name="questionsMax">Most different sets that are asked about.</param>
public sealed class MinimalSets(int count, Func<ulong, bool> isEnough, int questionsMax)
{
    private readonly SortedDictionary<ulong, bool> _asked = [];
    private readonly List<ulong> _needed = [];
    private readonly ulong _all = (1UL << count) - 1;

    /// <summary>Searches.</summary>
    /// <returns>What was found; no set when not even all elements are enough.</returns>
    public MinimalSetsFound Find()
    {
        if (!Ask(_all))
        {
            return new([], [], _asked.Count, IsComplete: true);
        }

        while (true)
        {
            var candidates = HittingSets();
            var failing = candidates.Where(set => !Ask(set)).Take(1).ToList();
            if (failing.Count == 0)
            {
                return new(candidates, _needed, _asked.Count, IsComplete: true);
            }

            _needed.Add(_all & ~Grow(failing[0]));
            if (_asked.Count >= questionsMax)
            {
                return new([.. HittingSets().Where(set => _asked.TryGetValue(set, out var enough) && enough)], _needed, _asked.Count, IsComplete: false);
            }
        }
    }

    /// <summary>Grows a set that is not enough for as long as it stays so.</summary>
    private ulong Grow(ulong set)
    {
        for (var element = 1UL; element < _all + 1; element <<= 1)
        {
            if ((set & element) == 0 && !Ask(set | element))
            {
                set |= element;
            }
        }

        return set;
    }

    private bool Ask(ulong set)
    {
        if (!_asked.TryGetValue(set, out var enough))
        {
            _asked[set] = enough = isEnough(set);
        }

        return enough;
    }

    /// <summary>The minimal sets that meet everything that is needed (Berge's multiplication), smallest first.</summary>
    private List<ulong> HittingSets()
    {
        var sets = new List<ulong> { 0 };
        foreach (var needed in _needed)
        {
            var next = new SortedSet<ulong>();
            foreach (var set in sets)
            {
                if ((set & needed) != 0)
                {
                    next.Add(set);
                    continue;
                }

                for (var element = 1UL; element < _all + 1; element <<= 1)
                {
                    if ((needed & element) != 0)
                    {
                        next.Add(set | element);
                    }
                }
            }

            sets = [.. next.Where(set => !next.Any(other => other != set && (other & set) == other))];
        }

        return [.. sets.OrderBy(BitOperations.PopCount).ThenBy(set => set)];
    }
}
