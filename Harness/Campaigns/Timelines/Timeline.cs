using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>
/// A whole history for a picture: what happens, entry by entry, and how it changes the machine. Things (actors, queues, pages, …) and slots
/// are numbered as in <see cref="StateLog"/>; all slots begin at 0.
/// </summary>
public sealed record Timeline
{
    /// <summary>Names of the things, group by group in the order of <see cref="StateGroup"/>.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Things { get; init; }

    /// <summary>What happens, in order.</summary>
    public required IReadOnlyList<TimelineEntry> Entries { get; init; }

    /// <summary>Position of the entry that shows the violation, or -1.</summary>
    public required int Violation { get; init; }

    /// <summary>Position of its cause, or -1.</summary>
    public required int Cause { get; init; }

    /// <summary>The short history: positions of its entries, and how many that matter are left out after each.</summary>
    public required IReadOnlyList<(int Entry, int LeftOut)> Short { get; init; }

    /// <summary>Number of the first thing of a group.</summary>
    /// <param name="group">The group.</param>
    /// <returns>The number.</returns>
    public int FirstOf(StateGroup group) => Things.Take((int)group).Sum(names => names.Count);

    /// <summary>
    /// The timeline with at most so many entries and one for each gap: the beginning, what surrounds the cause, the end, and the short history.
    /// </summary>
    /// <param name="entriesMax">How many, at least 32.</param>
    /// <returns>This timeline when it fits.</returns>
    public Timeline Bounded(int entriesMax)
    {
        if (Entries.Count <= entriesMax)
        {
            return this;
        }

        var keep = new bool[Entries.Count];
        var share = entriesMax / 4;
        Keep(0, share);
        Keep(Cause - (share / 2), Cause < 0 ? 0 : share);
        Keep(Entries.Count - (2 * share) + Short.Count + 2, Entries.Count);
        foreach (var (entry, _) in Short)
        {
            keep[entry] = true;
        }

        return new TimelineCut(this, keep).Cut();

        void Keep(int first, int count)
        {
            for (var i = Math.Max(0, first); i < Math.Min(keep.Length, first + count); i++)
            {
                keep[i] = true;
            }
        }
    }
}

/// <summary>What an entry of a timeline tells of.</summary>
public enum TimelineKind
{
    /// <summary>An actor's operation, or the hardware's event.</summary>
    Deed,

    /// <summary>What a fault does.</summary>
    Fault,

    /// <summary>An actor begins to wait for a lock.</summary>
    Wait,

    /// <summary>Entries that were left out; the changes are all of theirs.</summary>
    Gap,
}

/// <summary>What happens to a thing in an entry.</summary>
public enum TimelineSign
{
    /// <summary>Its state changes, or it is concerned in another way.</summary>
    Change,

    /// <summary>An AP instruction is answered.</summary>
    Instruction,

    /// <summary>The hardware stores: NIB or IPM.</summary>
    Store,

    /// <summary>A page is pinned.</summary>
    Pin,

    /// <summary>A page is unpinned.</summary>
    Unpin,

    /// <summary>The driver warns or logs.</summary>
    Word,

    /// <summary>A fault acts on it.</summary>
    Fault,
}

/// <summary>One entry: what one actor, the hardware or a fault does at once.</summary>
/// <param name="Kind">What it tells of.</param>
/// <param name="Step">Step of the run.</param>
/// <param name="TimeNs">Virtual nanoseconds since the start of the run.</param>
/// <param name="Actor">Number of the actor among the actors, or -1 for the hardware, a fault and the run itself.</param>
/// <param name="Who">What the actor is called.</param>
/// <param name="Text">What happens.</param>
/// <param name="Signs">The things it happens to, ascending.</param>
/// <param name="Changes">What is different after it: slots and their new values.</param>
public sealed record TimelineEntry(
    TimelineKind Kind,
    int Step,
    long TimeNs,
    int Actor,
    string Who,
    string Text,
    IReadOnlyList<(int Thing, TimelineSign Sign)> Signs,
    IReadOnlyList<(int Slot, long Value)> Changes);
