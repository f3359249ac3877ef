namespace ApChaos.Exploring;

/// <summary>How each state was first reached: as which successor of which state. Six bytes a state, and enough to walk there again.</summary>
internal sealed unsafe class Ancestry : IDisposable
{
    /// <summary>Bytes for one state.</summary>
    internal const int BytesPerState = sizeof(uint) + sizeof(ushort);

    private readonly ChunkedArray<uint> _parents = new();
    private readonly ChunkedArray<ushort> _ordinals = new();

    internal void Note(uint id, uint parent, int ordinal)
    {
        if ((id & 0x3FF) == 0 || id == 1)
        {
            // Pieces begin at multiples of 1,024; number 0, the initial state, has no parent.
            _parents.Reserve(id);
            _ordinals.Reserve(id);
        }

        if (ordinal > ushort.MaxValue)
        {
            throw new InvalidOperationException($"a state has more than {ushort.MaxValue + 1} successors: a search cannot number them");
        }

        *_parents.At(id) = parent;
        *_ordinals.At(id) = (ushort)ordinal;
    }

    public void Dispose()
    {
        _parents.Dispose();
        _ordinals.Dispose();
    }

    /// <summary>Walks to a violation once more, from the initial state.</summary>
    internal Counterexample<TState> Retrace<TSystem, TState>(TSystem system, in ViolationSeen seen)
        where TSystem : ITransitionSystem<TState>
        where TState : unmanaged
    {
        List<int> ordinals = [seen.Ordinal];
        for (var id = seen.Parent; id != 0; id = *_parents.At(id))
        {
            ordinals.Add(*_ordinals.At(id));
        }

        ordinals.Reverse();
        return Steps.Walk<TSystem, TState>(system, ordinals, seen.Violation);
    }
}

/// <summary>Paths by the places of their steps among the successors.</summary>
internal static class Steps
{
    /// <summary>Walks from the initial state to a violation once more.</summary>
    internal static Counterexample<TState> Walk<TSystem, TState>(TSystem system, List<int> ordinals, int violation)
        where TSystem : ITransitionSystem<TState>
        where TState : unmanaged
    {
        var state = system.Initial;
        List<TState> states = [state];
        List<int> actions = [];
        var successors = new SuccessorList<TState>();
        var violated = 0;
        foreach (var ordinal in ordinals)
        {
            successors.Clear();
            system.Expand(in state, successors);
            if (ordinal >= successors.Count)
            {
                throw new InvalidOperationException("the model is not a function of the state: on the way to a violation a state had fewer successors than before");
            }

            var successor = successors.Items[ordinal];
            (state, violated) = (successor.State, successor.Violation);
            states.Add(state);
            actions.Add(successor.Action);
        }

        return violated == violation
            ? new(violation, actions, ordinals, states)
            : throw new InvalidOperationException($"the model is not a function of the state: a transition violated {violation} and, when it was made again, {violated}");
    }
}
