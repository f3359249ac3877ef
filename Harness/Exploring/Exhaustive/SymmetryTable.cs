using ApChaos.Running;

namespace ApChaos.Exploring;

/// <summary>Queues that looked identical are not: exploration begins anew without that.</summary>
internal sealed class SymmetryException : ExplorationException
{
    internal SymmetryException(int element, string difference)
        : base(difference) => Element = element;

    /// <summary>Number of the element that does not hold.</summary>
    internal int Element { get; }
}

/// <summary>
/// How the components of a state change when identical queues take each other's place: for each number of a component the number that it
/// has in the other's place. It is learnt from steps that are made on both sides, and must be a renaming: one number for one number.
/// </summary>
/// <remarks>
/// What exploration never guesses: how a driver, an oracle or a page looks from the other side. A step that leads to anything new is made
/// on every side, and each side must show the same findings. Once in so many steps that lead to nothing new they are made as well.
/// </remarks>
internal sealed class SymmetryTable
{
    private readonly object _gate = new();
    private readonly Symmetry _symmetry;
    private readonly int[][] _places;
    private readonly int[][] _after;
    private readonly int[][][] _numbers;
    private long _entries;

    /// <summary>Makes the table of a symmetry.</summary>
    /// <param name="symmetry">The symmetry.</param>
    /// <param name="components">Components of an image.</param>
    /// <param name="width">Components of a state.</param>
    internal SymmetryTable(Symmetry symmetry, int components, int width)
    {
        _symmetry = symmetry;
        Count = symmetry.Elements.Count;
        _after = [.. Enumerable.Range(0, Count).Select(first => Enumerable.Range(0, Count).Select(then => symmetry.After(first, then)).ToArray())];
        _places = [.. Enumerable.Range(0, Count).Select(element => PlacesOf(element, components, width))];
        _numbers = [.. Enumerable.Range(0, Count).Select(_ => Enumerable.Range(0, width).Select(_ => new int[64]).ToArray())];
    }

    /// <summary>How many elements there are; number 0 changes nothing.</summary>
    internal int Count { get; }

    /// <summary>Bytes of memory, about.</summary>
    internal long Memory => Interlocked.Read(ref _entries) * sizeof(int) * 2;

    /// <summary>The slot whose place a slot takes.</summary>
    internal int SlotUnder(int element, int slot) => _symmetry.Elements[element][slot];

    /// <summary>The element that undoes an element.</summary>
    internal int Inverse(int element) => Array.IndexOf(_after[element], 0);

    /// <summary>The element that does first one and then another.</summary>
    internal int After(int first, int then) => _after[first][then];

    /// <summary>What is swapped by the first swap that an element is made of.</summary>
    internal string WordsOf(int element) =>
        _symmetry.Swaps.FirstOrDefault(swap => swap.Slots.AsSpan().SequenceEqual(_symmetry.Elements[element]))?.Words ?? _symmetry.Swaps[^1].Words;

    /// <summary>A state as it is from another side.</summary>
    /// <returns>Whether it is known.</returns>
    internal bool TryPut(int element, ReadOnlySpan<int> state, Span<int> into)
    {
        var (places, numbers) = (_places[element], _numbers[element]);
        for (var component = 0; component < state.Length; component++)
        {
            var known = Volatile.Read(ref numbers[component]);
            var number = state[component];
            if (number >= known.Length || Volatile.Read(ref known[number]) is var other && other == 0)
            {
                return false;
            }

            into[places[component]] = other - 1;
        }

        return true;
    }

    /// <summary>Learns one state from all its sides.</summary>
    /// <param name="sides">By element, the state itself first.</param>
    /// <exception cref="SymmetryException">It contradicts what was learnt before.</exception>
    internal void Learn(int[][] sides)
    {
        lock (_gate)
        {
            for (var from = 0; from < Count; from++)
            {
                for (var element = 0; element < Count; element++)
                {
                    Learn(element, sides[from], sides[_after[from][element]]);
                }
            }
        }
    }

    private void Learn(int element, int[] state, int[] other)
    {
        for (var component = 0; component < state.Length; component++)
        {
            ref var known = ref _numbers[element][component];
            var (number, value) = (state[component], other[_places[element][component]] + 1);
            if (number >= known.Length)
            {
                var larger = new int[Math.Max(number + 1, known.Length * 2)];
                known.CopyTo(larger, 0);
                Volatile.Write(ref known, larger);
            }

            if (known[number] == 0)
            {
                _entries++;
                Volatile.Write(ref known[number], value);
            }
            else if (known[number] != value)
            {
                throw new SymmetryException(element, "the same steps do not lead to the same state in the other's place");
            }
        }
    }

    private int[] PlacesOf(int element, int components, int width)
    {
        int[] places = [.. Enumerable.Range(0, width)];
        if (components == 1)
        {
            return places;
        }

        var queues = _symmetry.Queues[element];
        var (slots, firstQueue) = (_symmetry.Elements[element], RunEngine.FirstQueueComponent(components, queues.Length));
        for (var actor = 0; actor < firstQueue - 2; actor++)
        {
            places[1 + actor] = 1 + slots[actor];
        }

        for (var queue = 0; queue < queues.Length; queue++)
        {
            places[firstQueue + queue] = firstQueue + queues[queue];
        }

        return places;
    }
}
