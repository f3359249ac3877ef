namespace ApChaos.Running;

/// <summary>Compares two traces of what should be the same run.</summary>
public static class TraceComparison
{
    /// <summary>Names the first step and field in which two traces differ.</summary>
    /// <param name="first">One trace.</param>
    /// <param name="second">The other.</param>
    /// <returns>For instance <c>step 12, event ResetStarted: A is 1000000 and 2000000</c>; null when they are the same.</returns>
    public static string? Describe(Trace first, Trace second)
    {
        var count = Math.Min(first.Events.Count, second.Events.Count);
        for (var i = 0; i < count; i++)
        {
            var (a, b) = (first.Events[i], second.Events[i]);
            (string Field, object First, object Second)[] fields =
            [
                ("kind", a.Kind, b.Kind), ("step", a.Step, b.Step), ("time", a.TimeNs, b.TimeNs), ("actor", a.Actor, b.Actor), ("operation", a.Op, b.Op),
                ("queue", a.Queue, b.Queue), ("guest", a.Guest, b.Guest), ("A", a.A, b.A), ("B", a.B, b.B), ("C", a.C, b.C),
            ];
            foreach (var (field, x, y) in fields)
            {
                if (!x.Equals(y))
                {
                    return $"step {a.Step}, event {a.Kind}: {field} is {x} and {y}";
                }
            }
        }

        return first.Events.Count != second.Events.Count
            ? $"after {count} equal events one trace goes on ({first.Events.Count} and {second.Events.Count} events)"
            : null;
    }
}
