namespace ApChaos.Exploring;

/// <summary>A model that can be searched: where it starts, and what can happen in each of its states.</summary>
/// <remarks>
/// Write it as a struct or a sealed class: the search takes it as a type parameter. One instance serves one worker, so it may keep scratch
/// memory and caches, but what <see cref="Expand"/> adds must depend on the state alone, order included.
/// </remarks>
/// <typeparam name="TState">
/// The whole state: an unmanaged struct that is compared and hashed byte by byte. It must have no padding, or padding that is always zero.
/// </typeparam>
public interface ITransitionSystem<TState>
    where TState : unmanaged
{
    /// <summary>The state in which everything begins.</summary>
    TState Initial { get; }

    /// <summary>Adds every successor of a state, in a fixed order. None: the state is an end.</summary>
    /// <param name="state">The state.</param>
    /// <param name="into">Where successors go; it may already hold those of other states.</param>
    void Expand(in TState state, SuccessorList<TState> into);
}
