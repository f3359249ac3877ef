namespace ApChaos.Suites.Negative;

/// <summary>What a run has to show before a look-alike counts as close.</summary>
internal static class Seen
{
    /// <summary>Events of these kinds, one after the other, with anything between them.</summary>
    internal static Predicate<IReadOnlyList<MachineEvent>> InOrder(params EventKind[] kinds) =>
        InOrder([.. kinds.Select(kind => (Func<MachineEvent, bool>)(e => e.Kind == kind))]);

    /// <summary>Events that fit these, one after the other, with anything between them.</summary>
    internal static Predicate<IReadOnlyList<MachineEvent>> InOrder(params Func<MachineEvent, bool>[] steps) => events =>
    {
        int next = 0;
        for (int i = 0; i < events.Count && next < steps.Length; i++)
            next += steps[next](events[i]) ? 1 : 0;

        return next == steps.Length;
    };

    /// <summary>All that, and no event of a kind.</summary>
    internal static Predicate<IReadOnlyList<MachineEvent>> ButNo(this Predicate<IReadOnlyList<MachineEvent>> seen, EventKind kind) =>
        events => seen(events) && !events.Any(e => e.Kind == kind);

    /// <summary>An event of a kind that fits.</summary>
    internal static Predicate<IReadOnlyList<MachineEvent>> One(EventKind kind, Func<MachineEvent, bool> fits) =>
        events => events.Any(e => e.Kind == kind && fits(e));
}
