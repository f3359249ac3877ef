namespace ApChaos.Exploring.Shrinking;

/// <summary>One thing taken away from a history, or made smaller.</summary>
/// <param name="Element">What it is about, for instance <c>fault slow-reset</c>.</param>
/// <param name="Change">What is done to it: <c>without it</c>, or what it becomes.</param>
/// <param name="Draft">The history without it; its answers are those of the whole.</param>
/// <param name="Exact">Whether the answers belong to it as they are: then nothing else need be tried.</param>
public sealed record Reduction(string Element, string Change, Draft Draft, bool Exact = false);

/// <summary>
/// A way to make histories smaller. Found by being there: any class of this assembly that derives from this one; they work in the order of
/// their <see cref="Order"/>, again and again until none finds anything.
/// </summary>
/// <remarks>
/// A pass proposes; whether a proposal fails in the same way and is smaller is not its business. What it proposes for the smallest history
/// are the rows of the certificate: none of them fails.
/// </remarks>
public abstract class ShrinkPass
{
    /// <summary>The id, kebab-case.</summary>
    public abstract string Id { get; }

    /// <summary>One line: what it does.</summary>
    public abstract string Summary { get; }

    /// <summary>Passes with a lower number come first: those that take most away.</summary>
    public abstract int Order { get; }

    /// <summary>Whether it leaves whole parts out: faults, guests, actions.</summary>
    public virtual bool RemovesParts => false;

    /// <summary>Many things at once, largest first; may be empty. Not part of the certificate.</summary>
    /// <param name="history">The history.</param>
    /// <returns>The proposals.</returns>
    public virtual IEnumerable<Reduction> Leaps(FailingHistory history) => [];

    /// <summary>One thing each: everything that could be missing or smaller.</summary>
    /// <param name="history">The history.</param>
    /// <returns>The proposals.</returns>
    public abstract IEnumerable<Reduction> Reductions(FailingHistory history);

    /// <summary>All passes.</summary>
    public static IReadOnlyList<ShrinkPass> All { get; } =
    [
        .. typeof(ShrinkPass).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(ShrinkPass)) && !type.IsAbstract)
            .Select(type => (ShrinkPass)Activator.CreateInstance(type)!)
            .OrderBy(pass => pass.Order),
    ];
}
