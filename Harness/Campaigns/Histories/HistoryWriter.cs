using ApChaos.Running;

namespace ApChaos.Campaigns;

/// <summary>
/// Turns the trace of a run into lines that people read: the whole trace, or the short history of one finding.
/// </summary>
/// <remarks>
/// The rule to know: a line is what one actor did in one step, with all that followed from it at once. What a fault does in the same
/// step is a line of its own before it, and so is the wait for a lock after it; these have the same step number. A step that left no
/// event has no line.
/// </remarks>
public static class HistoryWriter
{
    /// <summary>Most lines of a short history.</summary>
    public const int ShortMax = 16;

    /// <summary>The whole trace.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="engine">The engine that made it, after the run.</param>
    /// <returns>The lines, in order.</returns>
    public static IReadOnlyList<HistoryLine> Full(Trace trace, RunEngine engine)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(engine);
        return [.. new TraceReader(trace, engine).Read().Select(entry => entry.ToLine(HistoryMark.None))];
    }

    /// <summary>
    /// The short history of a finding: from the first step that concerns its queue, page, guest, lock or operation to the violation, at
    /// most <see cref="ShortMax"/> lines unless another bound is given. Where lines that concern it are left out, a line with an empty actor says how many.
    /// </summary>
    /// <param name="trace">The trace.</param>
    /// <param name="engine">The engine that made it, after the run.</param>
    /// <param name="finding">The finding.</param>
    /// <param name="most">Most lines, at least 4.</param>
    /// <returns>The lines, in order; the last is the violation.</returns>
    public static IReadOnlyList<HistoryLine> Short(Trace trace, RunEngine engine, in Finding finding, int most = ShortMax)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(engine);
        var entries = new TraceReader(trace, engine).Read();
        var lines = new ShortHistory(trace.Events, entries, in finding).Lines(most);

        // Lines that say what is left out come on top.
        for (var fewer = most - 1; lines.Count > most && most != ShortMax && fewer >= 2; fewer--)
        {
            lines = new ShortHistory(trace.Events, entries, in finding).Lines(fewer);
        }

        return lines;
    }
}
