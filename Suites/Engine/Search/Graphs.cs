using System.Numerics;
using ApChaos.Exploring;

namespace ApChaos.Suites.Engine.Search;

/// <summary>A graph drawn from a seed: up to five successors a state, now and then with one of three violations. 24 bytes a state.</summary>
internal readonly struct RandomGraph(ulong seed, int nodes) : ITransitionSystem<RandomGraph.Node>
{
    public Node Initial => Of(0);

    public void Expand(in Node state, SuccessorList<Node> into)
    {
        var random = Mix(state.Number ^ seed);
        var count = (int)(random % 6);
        for (var i = 0; i < count; i++)
        {
            random = Mix(random + (ulong)i);
            var violation = random >> 32 == 0 || (random >> 40) % 211 == 0 ? 1 + (int)((random >> 20) % 3) : 0;
            into.Add(Of(random % (ulong)nodes), 100 + i, violation);
        }
    }

    private static Node Of(ulong number) => new() { Number = number, Square = number * number, Opposite = ~number };

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    internal struct Node
    {
        internal ulong Number;
        internal ulong Square;
        internal ulong Opposite;
    }
}

/// <summary>The corners of a cube of many dimensions: levels are binomial coefficients, and the farthest corner violates.</summary>
internal readonly struct Cube(int dimensions) : ITransitionSystem<State64>
{
    public State64 Initial => default;

    public void Expand(in State64 state, SuccessorList<State64> into)
    {
        for (var i = 0; i < dimensions; i++)
        {
            if ((state[0] & (1ul << i)) == 0)
            {
                var next = state;
                next[0] |= 1ul << i;
                next[7] = ~next[0];
                into.Add(in next, i, BitOperations.PopCount(next[0]) == dimensions ? 9 : 0);
            }
        }
    }
}

/// <summary>A cube without a violation, and after all of its directions another way: a row of states at whose end one is.</summary>
internal readonly struct CubeAndRow(int dimensions, int length) : ITransitionSystem<State64>
{
    public State64 Initial => default;

    public void Expand(in State64 state, SuccessorList<State64> into)
    {
        var next = state;
        for (var i = 0; i < dimensions && state[1] == 0; i++)
        {
            next[0] = state[0] | (1ul << i);
            if (next[0] != state[0])
                into.Add(in next, i);
        }

        if (state[0] == 0 && state[1] < (ulong)length)
        {
            next[0] = 0;
            next[1] = state[1] + 1;
            into.Add(in next, dimensions, next[1] == (ulong)length ? 9 : 0);
        }
    }
}

/// <summary>What a search must find, by the plainest means.</summary>
internal sealed class NaiveSearch<TSystem, TState>
    where TSystem : ITransitionSystem<TState>
    where TState : unmanaged
{
    private readonly Dictionary<TState, (TState Parent, int Ordinal)> _from = new(ByBytes.Instance);

    internal NaiveSearch(TSystem system, int depthMax = int.MaxValue)
    {
        List<TState> level = [system.Initial];
        HashSet<TState> seen = new([system.Initial], ByBytes.Instance);
        var successors = new SuccessorList<TState>();
        while (level.Count > 0 && Levels.Count < depthMax)
        {
            Levels.Add(level.Count);
            List<TState> next = [];
            foreach (var state in level)
            {
                successors.Clear();
                system.Expand(in state, successors);
                for (var i = 0; i < successors.Count; i++)
                {
                    var successor = successors.Items[i];
                    Transitions++;
                    if (successor.Violation != 0 && !Violations.TryAdd(successor.Violation, 1))
                        Violations[successor.Violation]++;
                    else if (successor.Violation != 0)
                        Paths.Add((successor.Violation, [.. OrdinalsTo(state, system.Initial), i]));

                    if (seen.Add(successor.State))
                    {
                        _from[successor.State] = (state, i);
                        next.Add(successor.State);
                    }
                }
            }

            level = next;
        }

        if (level.Count > 0)
            Levels.Add(level.Count);

        States = seen.Count;
    }

    internal long States { get; }

    internal long Transitions { get; private set; }

    internal List<long> Levels { get; } = [];

    internal SortedDictionary<int, long> Violations { get; } = [];

    /// <summary>The first path to each kind.</summary>
    internal List<(int Violation, int[] Ordinals)> Paths { get; } = [];

    private List<int> OrdinalsTo(TState state, TState initial)
    {
        List<int> ordinals = [];
        while (!ByBytes.Instance.Equals(state, initial))
        {
            (state, var ordinal) = _from[state];
            ordinals.Insert(0, ordinal);
        }

        return ordinals;
    }

    private sealed class ByBytes : IEqualityComparer<TState>
    {
        internal static readonly ByBytes Instance = new();

        public bool Equals(TState a, TState b) => StateBytes.OfReadOnly(in a).SequenceEqual(StateBytes.OfReadOnly(in b));

        public int GetHashCode(TState state)
        {
            var hash = default(HashCode);
            hash.AddBytes(StateBytes.OfReadOnly(in state));
            return hash.ToHashCode();
        }
    }
}
