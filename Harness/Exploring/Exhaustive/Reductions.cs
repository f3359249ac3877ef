namespace ApChaos.Exploring;

/// <summary>What keeps an exploration small. Each can be switched off; none changes a verdict or the length of a shortest history.</summary>
[Flags]
public enum Reductions
{
    /// <summary>Nothing is left out.</summary>
    None = 0,

    /// <summary>What code does is remembered; else it runs in every step.</summary>
    Memo = 1,

    /// <summary>A state is a row of numbers, one for each component; else its bytes are kept whole.</summary>
    Interning = 2,

    /// <summary>Of states that differ only in which of several identical queues is which, one is followed.</summary>
    Symmetry = 4,

    /// <summary>Values that nobody will read again, and counts beyond what can still decide something, are forgotten.</summary>
    DeadValues = 8,

    /// <summary>States that differ only in how late it is are one.</summary>
    RelativeTime = 16,

    /// <summary>All of them.</summary>
    All = Memo | Interning | Symmetry | DeadValues | RelativeTime,
}

/// <summary>The reductions by name.</summary>
public static class ReductionNames
{
    /// <summary>Each reduction with its name.</summary>
    public static IReadOnlyList<(string Name, Reductions Reduction)> All { get; } =
    [
        ("memo", Reductions.Memo),
        ("interning", Reductions.Interning),
        ("symmetry", Reductions.Symmetry),
        ("dead-values", Reductions.DeadValues),
        ("relative-time", Reductions.RelativeTime),
    ];
}
