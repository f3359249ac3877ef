using System.Runtime.CompilerServices;

namespace ApChaos.Exploring;

/// <summary>One transition, as the model made it.</summary>
/// <typeparam name="TState">Type of the state.</typeparam>
public struct Successor<TState>
    where TState : unmanaged
{
    /// <summary>Where it leads.</summary>
    public TState State;

    /// <summary>The model's name for what happened.</summary>
    public int Action;

    /// <summary>0, or what it violates.</summary>
    public int Violation;
}

/// <summary>Takes the successors of a state, or of several states one after the other. Its memory is kept.</summary>
/// <typeparam name="TState">Type of the state.</typeparam>
public sealed class SuccessorList<TState>
    where TState : unmanaged
{
    private Successor<TState>[] _items = new Successor<TState>[512];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Those that were added, in order.</summary>
    public ReadOnlySpan<Successor<TState>> Items => _items.AsSpan(0, Count);

    /// <summary>Adds a transition.</summary>
    /// <param name="next">Where it leads, or what differs little from it.</param>
    /// <param name="action">The model's own name for what happened; comes back in counterexamples.</param>
    /// <param name="violation">0: none; else the model's own number or set of bits. Each value is counted by itself.</param>
    /// <returns>Where it leads, to be changed until the next transition is added.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref TState Add(in TState next, int action, int violation = 0)
    {
        var count = Count;
        if ((uint)count >= (uint)_items.Length)
        {
            Grow();
        }

        ref var item = ref _items[count];
        item.State = next;
        item.Action = action;
        item.Violation = violation;
        Count = count + 1;
        return ref item.State;
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => Count = 0;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow() => Array.Resize(ref _items, _items.Length * 2);
}
